# Everything happens in .venv beside this file. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
GAZETTEER := assets/gazetteer.sqlite3
GOLD ?= $(wildcard ../shared/gold/tune ../shared/gold/check tests/gold)
DATA_SOURCES := $(wildcard claims/values/gazetteer_build.py claims/data/*.csv)

ifdef UV
  INSTALL := VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet
  MAKE_VENV = $(UV) venv --quiet --allow-existing --seed --python $(PYTHON) $(VENV)
else
  INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
  MAKE_VENV = $(PYTHON) -m venv $(VENV)
endif

.DEFAULT_GOAL := help
.PHONY: help run test check audit score bench-extraction torture openapi lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: $(VENV)/.run $(GAZETTEER) ## install what is missing and bring up the whole service (Ctrl-C stops it)
	@exec $(BIN)/claimtrail up $(ARGS)

test: $(VENV)/.dev $(GAZETTEER) ## run all tests (ARGS="-k dates" for some of them)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.dev ## ruff, mypy, import rules, dependencies, openapi drift, Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/python -m service.openapi --check openapi.yaml
	$(BIN)/openapi-spec-validator openapi.yaml
	$(BIN)/hadolint Dockerfile

audit: $(VENV)/.dev ## look the locked packages up among known vulnerabilities (asks PyPI; ARGS="-s osv" asks OSV)
	@for part in run build dev; do \
	  echo "requirements/$$part.txt:"; \
	  $(BIN)/pip-audit --strict --disable-pip --require-hashes --progress-spinner off $(ARGS) -r requirements/$$part.txt || \
	    { echo "Not audited clean: a vulnerability is listed above, or the service that knows them could not be asked." >&2; exit 1; }; \
	done

score: $(VENV)/.dev $(GAZETTEER) ## score the extractor (GOLD="dir …", API=http://127.0.0.1:8000, ERRORS=1)
	@$(BIN)/claimtrail score $(GOLD) $(if $(API),--api $(API)) $(if $(ERRORS),--errors) $(ARGS)

bench-extraction: $(VENV)/.dev $(GAZETTEER) ## what extraction costs, against a plain pipeline (ARGS=--quick for a short run)
	@$(BIN)/python -m bench.extraction $(ARGS)

torture: $(VENV)/.dev $(GAZETTEER) ## kill, fill, freeze and cut everything under load, for an hour (ARGS="--only disk-full", --quick)
	@$(BIN)/python -m bench.torture $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m pytest -m torture -n 2 --dist worksteal)

openapi: $(VENV)/.dev ## write openapi.yaml anew from the schemas
	$(BIN)/python -m service.openapi > openapi.yaml.new && mv openapi.yaml.new openapi.yaml

lock: $(VENV)/.dev ## compile the hashed lock files anew from requirements/*.in
	for part in run build dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command 'make lock' requirements/$$part.in -o requirements/$$part.txt || exit 1; \
	done

clean: ## remove what was built and installed (data/ stays)
	rm -rf $(VENV) assets build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Claimtrail needs Python 3.11 or newer; say which with: make run PYTHON=python3.12")'
	@echo "Creating $(VENV) …"
	@$(MAKE_VENV)

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the service needs (a minute or two, once) …"
	@$(INSTALL) --require-hashes -r requirements/build.txt
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(GAZETTEER): $(VENV)/.run $(DATA_SOURCES)
	@echo "Building the gazetteer …"
	@mkdir -p $(dir $@)
	@$(BIN)/python -m claims.values.gazetteer_build $@
	@touch $@
