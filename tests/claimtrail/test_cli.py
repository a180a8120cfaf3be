from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import claimtrail.commands
from claimtrail import cli

# A module cannot be named as a word of the language is: `import` has an underscore more.
COMMANDS = sorted(module.name.rstrip("_") for module in pkgutil.iter_modules(claimtrail.commands.__path__))


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "claimtrail", *args]
    return subprocess.run(command, env=os.environ | env, capture_output=True, text=True, check=False)


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    told = capsys.readouterr().out
    assert "examples:" in told
    assert {"up", "api", "worker", "migrate", "submit"} <= set(COMMANDS)
    assert all(f"\n    {name} " in told for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main([command, "--help"])
    told = capsys.readouterr().out
    assert f"claimtrail {command}" in told.split("examples:")[1]


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout == f"claimtrail {version('claimtrail')}\n"


def test_asking_for_help_loads_nothing_heavy() -> None:
    script = "import sys; from claimtrail import cli; cli.parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {
        "spacy",
        "numpy",
        "sqlalchemy",
        "flask",
        "rq",
        "redis",
        "alembic",
        "trafilatura",
        "feedparser",
        "courlan",
    }


@pytest.mark.parametrize("command", ["up", "api", "worker", "migrate"])
def test_bad_settings_are_all_told_together(command: str, tmp_path: Path) -> None:
    done = run(command, CLAIMTRAIL_DATA_DIR=str(tmp_path / "d"), CLAIMTRAIL_PORT="none", CLAIMTRAIL_WORKERS="0")
    assert done.returncode == 2
    assert "CLAIMTRAIL_PORT" in done.stderr
    assert "CLAIMTRAIL_WORKERS" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "d").exists()


def test_migrate_makes_the_database_and_says_where_it_is(tmp_path: Path) -> None:
    first = run("migrate", CLAIMTRAIL_DATA_DIR=str(tmp_path))
    again = run("migrate", CLAIMTRAIL_DATA_DIR=str(tmp_path))
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout.startswith("database migrated to ")
    assert again.stdout.endswith(" already\n")
    assert (tmp_path / "claimtrail.sqlite3").exists()


@pytest.mark.parametrize(
    ("url", "status", "told"),
    [
        ("postgresql://u:p@127.0.0.1:1/x", 1, "the database is unreachable"),
        ("sqlite:////proc/nowhere/x.sqlite3", 1, "the database is missing"),
    ],
)
def test_migrate_says_what_is_wrong_with_the_database(url: str, status: int, told: str) -> None:
    done = run("migrate", DATABASE_URL=url)
    assert (done.returncode, done.stderr) == (status, f"claimtrail migrate: {told}\n")


def test_a_worker_without_a_gazetteer_says_so(tmp_path: Path, sqlite_url: str) -> None:
    env = {"CLAIMTRAIL_GAZETTEER": str(tmp_path / "none"), "DATABASE_URL": sqlite_url}
    done = run("worker", CLAIMTRAIL_DATA_DIR=str(tmp_path), **env)
    assert done.returncode == 2
    assert f"CLAIMTRAIL_GAZETTEER: there is no gazetteer at {tmp_path / 'none'}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_told_of_a_parent_that_is_not_its_own_ends(tmp_path: Path) -> None:
    for command in ("api", "worker", "migrate"):
        done = run(command, "--parent", "1", CLAIMTRAIL_DATA_DIR=str(tmp_path))
        assert done.returncode == 3
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("claimtrail.commands.migrate.run", interrupted)
    assert cli.main(["migrate"]) == 130


def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        (tmp_path / "a.txt").write_text("Chad and Sudan met.", "utf-8")
        command = [sys.executable, "-m", "claimtrail", "extract", str(tmp_path / "a.txt")]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "claimtrail: [Errno 28] No space left on device\n")


def test_standard_input_may_be_closed() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m claimtrail extract - <&-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "claimtrail extract: stdin: it is closed\n")


def test_a_pipe_closed_early_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("Armenia and Azerbaijan met in Tbilisi on June 12.", "utf-8")
    command = [sys.executable, "-m", "claimtrail", "extract", str(tmp_path / "article.txt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, b"")
