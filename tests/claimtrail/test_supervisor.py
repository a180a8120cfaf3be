"""The supervisor over small processes of our own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from claimtrail.children import Child, Role
from claimtrail.programs import Command

pytestmark = pytest.mark.slow

# Runs a supervisor over the roles given as JSON: name -> [script, says_ready, last]; with a fourth, a command.
SCRIPT = """
import json, os, sys
from pathlib import Path
from claimtrail.children import Role
from claimtrail.programs import Command
from claimtrail.supervisor import Supervisor
folder = Path(sys.argv[1])
tie = f"from workers.tied import die_with_parent; die_with_parent({os.getpid()})\\n"
roles = [
    Role(
        name,
        Command([script] if command else [sys.executable, "-uc", tie + script], os.environ),
        says_ready,
        last,
    )
    for name, (script, says_ready, last, *command) in json.loads(sys.argv[2]).items()
]
sys.exit(Supervisor(roles, folder).run((folder / "up").exists, lambda: print("announced", flush=True)))
"""
SLEEP = "import time\nprint('begun')\ntime.sleep(300)"
STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SLEEP}"


def until(true: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Run:
    """A supervisor under test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **roles: Any) -> subprocess.Popen[bytes]:
        full = {name: role if isinstance(role, list) else [role, False, False] for name, role in roles.items()}
        command = [sys.executable, "-c", SCRIPT, str(self.folder), json.dumps(full)]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        return self.process

    def log(self) -> list[str]:
        return (self.folder / "log").read_text("utf-8").splitlines()

    def pid(self, name: str) -> int:
        def read() -> int:
            try:
                return int((self.folder / f"{name}.pid").read_text("ascii"))
            except FileNotFoundError:
                return 0

        return until(read)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path)
    yield run
    if run.process is not None:
        run.process.kill()
        run.process.wait()


def test_every_line_of_log_says_who_wrote_it(supervised: Run) -> None:
    supervised.start(
        a="import sys, time\nprint('one')\nprint('two\\nand', end='')\nsys.stdout.flush()\ntime.sleep(300)",
        longer="import sys\nsys.stderr.write('from stderr, without an end')",
    )
    until(lambda: "longer | from stderr, without an end" in supervised.log())
    until(lambda: "a      | two" in supervised.log())
    assert "a      | one" in supervised.log()
    assert "a      | and" not in supervised.log(), "a line that is not finished yet"


def test_who_dies_is_started_again_and_its_pid_file_follows(supervised: Run) -> None:
    supervised.start(one=SLEEP, other=SLEEP)
    first, other = supervised.pid("one"), supervised.pid("other")
    until(lambda: supervised.log().count("one   | begun") == 1)
    os.kill(first, signal.SIGKILL)
    until(lambda: "one   | was ended by SIGKILL; starting it again" in supervised.log())
    second = until(lambda: (pid := supervised.pid("one")) != first and pid)
    until(lambda: supervised.log().count("one   | begun") == 2)
    assert alive(second)
    assert supervised.pid("other") == other


def test_who_dies_at_once_is_given_longer_and_longer_pauses(supervised: Run) -> None:
    supervised.start(brief="import time\nprint('at', time.monotonic())")

    def starts() -> list[float]:
        return [float(line.split()[-1]) for line in supervised.log() if " at " in line]

    until(lambda: len(starts()) == 5)
    first, *_, last = [later - earlier for earlier, later in zip(starts(), starts()[1:], strict=False)]
    assert first >= 0.25
    assert last >= 2.0, "0.25, 0.5, 1 and 2 seconds"


def test_no_pause_is_longer_than_five_seconds(tmp_path: Path) -> None:
    """One that is killed from outside some times in a row is not to be away for long."""
    child, now = Child(Role("a", Command(["true"], {})), tmp_path / "a.pid"), 0.0
    for _ in range(8):
        child.start(now)
        os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
        child.bury(now)
        now = child.due
    child.start(now)
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
    child.bury(now)
    assert child.due - now == 5.0


def test_who_is_killed_after_some_seconds_is_back_at_once(tmp_path: Path) -> None:
    """However often; under a load with kills, pauses would leave nobody to do the work."""
    child, now = Child(Role("a", Command(["true"], {})), tmp_path / "a.pid"), 0.0
    for _ in range(5):
        child.start(now)
        os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
        child.bury(now + 3)
        assert child.due == now + 3
        now = child.due


def test_who_cannot_be_started_now_is_tried_again_and_the_others_live(supervised: Run) -> None:
    """As where there is no memory for another process; here by a program that is not there yet."""
    missing = supervised.folder / "program"
    supervised.start(other=SLEEP, missing=[str(missing), False, False, "command"])
    until(lambda: any("missing | cannot be started: No such file" in line for line in supervised.log()))
    assert alive(supervised.pid("other"))
    missing.write_text("#!/bin/sh\nexec sleep 300\n", "ascii")
    missing.chmod(0o700)
    assert alive(supervised.pid("missing"))


def test_a_pid_file_that_cannot_be_written_is_written_later(supervised: Run) -> None:
    blocked = supervised.folder / "one.new"
    blocked.mkdir()
    supervised.start(one=SLEEP, other=SLEEP)
    until(lambda: sum("begun" in line for line in supervised.log()) == 2)
    assert not (supervised.folder / "one.pid").exists()
    blocked.rmdir()
    assert alive(supervised.pid("one"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_and_the_last_one_last(supervised: Run, number: signal.Signals) -> None:
    tells = "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(print('bye')))\n"
    slow = tells.replace("sys.exit(print('bye'))", "(time.sleep(0.5), sys.exit(print('bye')))")
    process = supervised.start(base=[f"{tells}{SLEEP}", False, True], a=f"{slow}{SLEEP}", b=f"{slow}{SLEEP}")
    pids = [supervised.pid(name) for name in ("base", "a", "b")]
    until(lambda: sum("begun" in line for line in supervised.log()) == 3)
    process.send_signal(number)
    assert process.wait(20) == 0
    byes = [line.split(" | ")[0].strip() for line in supervised.log() if "bye" in line]
    assert (sorted(byes[:2]), byes[2:]) == (["a", "b"], ["base"])
    assert not any(map(alive, pids))
    assert list(supervised.folder.glob("*.pid")) == []
    assert not any("starting it again" in line for line in supervised.log())


def test_a_second_signal_ends_what_will_not_stop(supervised: Run) -> None:
    process = supervised.start(stubborn=STUBBORN)
    pid = supervised.pid("stubborn")
    until(lambda: any("begun" in line for line in supervised.log()))
    process.terminate()
    time.sleep(1)
    assert process.poll() is None
    process.terminate()
    assert process.wait(10) == 0
    assert not alive(pid)


@pytest.mark.parametrize(("status", "ends"), [(2, True), (1, False)])
def test_who_cannot_use_its_settings_is_not_started_again(supervised: Run, status: int, ends: bool) -> None:
    process = supervised.start(a=f"import sys\nprint('bad setting')\nsys.exit({status})", b=SLEEP)
    if ends:
        assert process.wait(20) == status
        assert [line for line in supervised.log() if line.startswith("a | ")] == ["a | bad setting"]
        assert list(supervised.folder.glob("*.pid")) == []
    else:
        until(lambda: supervised.log().count("a | bad setting") == 2)
        assert process.poll() is None


def test_nothing_outlives_a_supervisor_that_is_killed(supervised: Run) -> None:
    process = supervised.start(a=SLEEP, b=STUBBORN)
    pids = [supervised.pid("a"), supervised.pid("b")]
    until(lambda: sum("begun" in line for line in supervised.log()) == 2)
    process.kill()
    until(lambda: not any(map(alive, pids)), 5)


def test_what_a_dead_process_leaves_of_its_group_is_ended_before_it_is_started_again(supervised: Run) -> None:
    """A server's forked workers would go on holding its port."""
    # In one write, so that its parent's words do not come between.
    forks = "import os\nif os.fork() == 0:\n    os.write(1, f'left {os.getpid()} alone\\n'.encode())\n"
    supervised.start(a=f"{forks}{SLEEP}")
    told = until(lambda: re.search(r"left (\d+) alone", "\n".join(supervised.log())))
    left = int(told[1])
    os.kill(supervised.pid("a"), signal.SIGKILL)
    until(lambda: not alive(left), 5)


def test_it_announces_once_when_all_are_ready_and_the_service_is_up(supervised: Run) -> None:
    ready = "import os, sys, time\nfrom pathlib import Path\nhere = Path(sys.argv[0] or '.')\n"
    waits = f"while not os.path.exists({str(supervised.folder / 'loaded')!r}):\n    time.sleep(0.05)\n"
    tell = "fd = int(sys.argv[sys.argv.index('--ready-fd') + 1])\nos.write(fd, b'\\n')\nos.close(fd)\n"
    supervised.start(a=[f"{ready}{waits}{tell}{SLEEP}", True, False], b=SLEEP)
    until(lambda: any("b | begun" in line for line in supervised.log()))
    (supervised.folder / "up").touch()
    time.sleep(0.6)
    assert "announced" not in supervised.log(), "up, but not everyone is ready"
    (supervised.folder / "up").unlink()
    (supervised.folder / "loaded").touch()
    until(lambda: any("a | begun" in line for line in supervised.log()))
    time.sleep(0.6)
    assert "announced" not in supervised.log(), "all ready, but not up"
    (supervised.folder / "up").touch()
    until(lambda: "announced" in supervised.log())
    os.kill(supervised.pid("a"), signal.SIGKILL)
    until(lambda: sum("a | was ended" in line for line in supervised.log()) == 1)
    time.sleep(0.6)
    assert supervised.log().count("announced") == 1
