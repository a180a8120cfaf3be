"""The design of the house holds, and each of its rules is seen to fail when it is broken on purpose."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
FLOORS = ("bench", "claimtrail", "service", "workers", "store", "schemas", "claims")
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]

# One forbidden line for each contract: the module it is added to, and the line.
BREACHES = {
    "floors": ("service/app.py", "import workers.work"),
    "store-knows-the-model": ("store/jobs.py", "import claims.reader"),
    "wire": ("schemas/job.py", "import claims.model"),
    "wire-users": ("workers/work.py", "import schemas.job"),
    "settings": ("store/jobs.py", "import settings"),
    "owner-flask": ("workers/work.py", "import flask"),
    "owner-sqlalchemy": ("service/app.py", "import sqlalchemy"),
    "owner-marshmallow": ("store/jobs.py", "import marshmallow"),
    "owner-rq": ("store/jobs.py", "import rq"),
    "owner-spacy": ("claims/reader.py", "import spacy"),
    "pure-heart": ("claims/reader.py", "import os"),
    "kinds-apart": ("claims/kinds/talks.py", "import claims.kinds.territory"),
    "no-circles": ("store/tables.py", "import store.jobs"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    for name in (*FLOORS, "logs.py", "settings.py", "pyproject.toml"):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def test_the_untouched_house_keeps_every_contract(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


def test_every_contract_has_a_breach_to_prove_it():
    assert {contract["id"] for contract in CONTRACTS} == set(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_fails_its_contract(copy, contract):
    module, line = BREACHES[contract]
    file = copy / module
    before = file.read_text("utf-8")
    name = next(c["name"] for c in CONTRACTS if c["id"] == contract)
    try:
        file.write_text(before + f"\n{line}\n", "utf-8")
        done = lint(copy)
    finally:
        file.write_text(before, "utf-8")
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{name} BROKEN" in done.stdout


def test_no_package_of_ours_escapes_the_contracts():
    ours = {p.parent.name for p in PROJECT.glob("*/__init__.py") if p.parent.name != "tests"}
    assert ours == set(FLOORS)


def test_package_inits_are_empty_but_for_the_face_of_claims():
    filled = [
        p.relative_to(PROJECT)
        for f in FLOORS
        for p in (PROJECT / f).rglob("__init__.py")
        if p.read_text("utf-8").strip()
    ]
    assert filled == [Path("claims/__init__.py")]


def sources():
    return [p for f in FLOORS for p in (PROJECT / f).rglob("*.py")]


def test_the_heart_never_asks_for_the_time():
    asked = re.compile(r"\b(?:datetime\.now|date\.today|datetime\.utcnow|datetime\.today)\(")
    guilty = [str(p) for p in (PROJECT / "claims").rglob("*.py") if asked.search(p.read_text("utf-8"))]
    assert guilty == []


def test_files_fit_on_a_few_screens():
    long = {str(p.relative_to(PROJECT)): n for p in sources() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def test_public_functions_and_classes_are_documented():
    bare = []
    for path in sources():
        made = [n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        told = [n for n in made if n.name.startswith("_") or ast.get_docstring(n)]
        bare += [f"{path.relative_to(PROJECT)}:{n.lineno} {n.name}" for n in made if n not in told]
    assert bare == []
