"""The image and the several-service set-up say nothing that the code does not know."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import settings
from claimtrail import cli

PROJECT = Path(__file__).resolve().parents[1]
COMPOSE = yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "claimtrail:latest"}
DOCKERFILE = re.sub(r"\s*\\\n\s*", " ", (PROJECT / "Dockerfile").read_text("utf-8"))

# The part of the Compose specification that is used here, and no more: a misspelt key fails.
CONDITION = {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "build": {"const": "."},
        "image": {"type": "string", "pattern": r"^[a-z0-9./-]+:[\w.-]+$"},
        "command": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {"condition": CONDITION},
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "disable": {"const": True},
                "test": {"type": "array", "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}], "minItems": 2},
                "interval": {"type": "string", "pattern": r"^\d+s$"},
                "timeout": {"type": "string", "pattern": r"^\d+s$"},
                "retries": {"type": "integer"},
            },
        },
        "restart": {"enum": ["no", "unless-stopped"]},
        "stop_grace_period": {"type": "string", "pattern": r"^\d+s$"},
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^127\.0\.0\.1:\d+:\d+$"}},
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z]+:/"}},
        "read_only": {"const": True},
        "tmpfs": {"type": "array", "items": {"type": "string"}},
        "cap_drop": {"const": ["ALL"]},
        "security_opt": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["image", "restart"],
}


def subcommands() -> set[str]:
    (actions,) = (action for action in cli.parser()._actions if action.choices)
    return set(actions.choices or ())


def environment(service: dict[str, Any]) -> dict[str, str]:
    def given(match: re.Match[str]) -> str:
        return f"ctk_first_{'0' * 64}" if match[1] == "CLAIMTRAIL_FIRST_KEY" else "secret"

    return {name: re.sub(r"\$\{(\w+):\?[^}]*\}", given, value) for name, value in service["environment"].items()}


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_well_formed(name: str) -> None:
    jsonschema.validate(SERVICES[name], SERVICE)


def test_what_is_referred_to_is_there() -> None:
    assert set(OURS) == {"migrate", "api", "worker", "sender"}
    for service in SERVICES.values():
        for other, wanted in service.get("depends_on", {}).items():
            health = SERVICES[other].get("healthcheck", {})
            if wanted["condition"] == "service_healthy":
                assert health and not health.get("disable"), f"{other} can never become healthy"
            if wanted["condition"] == "service_completed_successfully":
                assert SERVICES[other]["restart"] == "no"
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_a_command_with_settings_that_exist(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = OURS[name]["command"]
    assert command[0] == "claimtrail"
    assert command[1] in subcommands()
    given = environment(OURS[name])
    source = (PROJECT / "settings.py").read_text("utf-8")
    assert [variable for variable in given if f'"{variable}"' not in source] == []
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    read = settings.read()
    assert not read.embedded_valkey
    assert read.database_url == "postgresql+psycopg://claimtrail:secret@postgres:5432/claimtrail"
    assert read.redis_url == "redis://valkey:6379/0"
    assert (read.host == "0.0.0.0") == (name == "api")
    assert bool(read.first_key) == (name == "migrate"), "what others can reach has a key from the start"


def test_the_database_is_the_one_that_is_started() -> None:
    started = environment(SERVICES["postgres"])
    assert (started["POSTGRES_USER"], started["POSTGRES_DB"]) == ("claimtrail", "claimtrail")
    assert started["POSTGRES_PASSWORD"] == "secret"


def instructions(word: str) -> list[str]:
    return re.findall(rf"^(?:  )?{word} (.*)$", DOCKERFILE, re.MULTILINE)


def test_the_image_has_the_python_that_the_project_asks_for() -> None:
    wanted = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    versions = {re.match(r"python:(\d+\.\d+)-slim-bookworm", image)[1] for image in instructions("FROM")}  # type: ignore[index]
    assert {f">={version}" for version in versions} == {wanted}


def test_the_image_runs_as_a_user_without_rights() -> None:
    (user,) = instructions("USER")
    assert f"--uid {user.partition(':')[0]} " in DOCKERFILE
    assert int(user.partition(":")[0]) >= 1000


def test_the_image_starts_the_service() -> None:
    assert json.loads(instructions("CMD")[-1]) == ["claimtrail", "up"]
    assert "up" in subcommands()


def test_everything_that_the_image_is_built_from_reaches_the_build() -> None:
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").split()
    (compiled,) = re.findall(r"compileall -q ([\w. ]+)", DOCKERFILE)
    asked = [*compiled.split(), *instructions("COPY")[0].split()[:-1], "pyproject.toml", "README.md", "LICENSE"]
    for path in asked:
        assert (PROJECT / path).exists(), path
        top = path.partition("/")[0]
        assert not any(fnmatch.fnmatch(top, pattern) for pattern in ignored), path
    packages = {folder.parent.name for folder in PROJECT.glob("*/__init__.py")}
    assert packages <= {*compiled.split(), *ignored}
    assert {".git", ".venv", "data", "tests"} <= set(ignored)


@pytest.fixture
def answering() -> Iterator[Any]:
    class Answer(BaseHTTPRequestHandler):
        status = 200

        def do_GET(self) -> None:
            self.send_response(self.status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def healthy(port: int) -> bool:
    """Runs the image's health check as it stands, outside of the image."""
    command = json.loads(re.findall(r"HEALTHCHECK .*? CMD (\[.*\])", DOCKERFILE)[0])
    assert command[0] == "python"
    env = {**os.environ, "CLAIMTRAIL_PORT": str(port)}
    done = subprocess.run([sys.executable, *command[1:]], env=env, capture_output=True, check=False)
    return done.returncode == 0


def test_the_health_check_tells_a_service_that_answers(answering: Any) -> None:
    assert healthy(answering.server_port)
    answering.RequestHandlerClass.status = 503
    assert not healthy(answering.server_port)


def test_the_health_check_tells_that_nothing_answers() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert not healthy(closed.getsockname()[1])
