"""A program on the leash ends when its owner ends, whatever ends the owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from acr_localstack.errors import StartFailed
from acr_localstack.leash import ManagedProcess

BOUND_SECONDS = 15.0


def group_members(leader: int) -> set[int]:
    """Name the living processes of a group; what only awaits its burial is dead."""
    found = set()
    for process in psutil.process_iter(["status"]):
        try:
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def await_that(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + BOUND_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_it_leads_its_own_session_and_its_output_is_in_the_log(tmp_path: Path) -> None:
    with ManagedProcess.start(
        ["sh", "-c", "echo out; echo err >&2; exec sleep 60"], log=tmp_path / "log"
    ) as process:
        await_that(lambda: process.tail() == "out\nerr")

        assert os.getsid(process.pid) == process.pid
        assert process.running
    assert process.returncode == -signal.SIGTERM
    await_that(lambda: not group_members(process.pid))


def test_the_tail_is_of_this_run_only(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("the run before\n")

    process = ManagedProcess.start(["echo", "this run"], log=log)

    assert process.wait(BOUND_SECONDS) == 0
    assert process.tail() == "this run"
    assert log.read_text() == "the run before\nthis run\n"


def test_a_program_that_is_not_there_fails_with_its_name(tmp_path: Path) -> None:
    process = ManagedProcess.start(["no-such-program"], log=tmp_path / "log")
    process.wait(BOUND_SECONDS)

    with pytest.raises(StartFailed, match=r"(?s)status 127.*no-such-program"):
        process.require_running("the service")


def test_one_that_ignores_sigterm_is_killed_after_the_wait(tmp_path: Path) -> None:
    ignores = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    process = ManagedProcess.start(
        [sys.executable, "-c", f"{ignores}; time.sleep(60)"], log=tmp_path / "log"
    )
    await_that(lambda: process.tail() == "1")

    assert process.terminate(seconds=0.1) == -signal.SIGKILL


def test_a_suspended_one_ends_as_well(tmp_path: Path) -> None:
    process = ManagedProcess.start(["sleep", "60"], log=tmp_path / "log")
    process.suspend()
    await_that(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED)

    assert process.terminate() == -signal.SIGTERM


def test_what_it_left_running_in_its_group_ends_with_it(tmp_path: Path) -> None:
    process = ManagedProcess.start(["sh", "-c", "sleep 60 & sleep 60"], log=tmp_path / "log")
    await_that(lambda: len(group_members(process.pid)) >= 4)

    process.kill()

    await_that(lambda: not group_members(process.pid))


def test_descriptors_to_inherit_are_open_in_it(tmp_path: Path) -> None:
    with (tmp_path / "held").open("w") as file:
        number = file.fileno()
        process = ManagedProcess.start(
            [sys.executable, "-c", f"import os; os.write({number}, b'x')"],
            log=tmp_path / "log",
            inherit=[number],
        )
        assert process.wait(BOUND_SECONDS) == 0

    assert (tmp_path / "held").read_text() == "x"


@pytest.mark.parametrize("stubborn", [False, True])
def test_it_ends_when_its_owner_is_killed_with_sigkill(tmp_path: Path, stubborn: bool) -> None:
    trap = "trap '' TERM; " if stubborn else ""
    script = f"""
import sys
from pathlib import Path
import acr_localstack.leash as leash
leash.ORPHAN_GRACE_SECONDS = 0.5
argv = ["sh", "-c", "{trap}sleep 60; sleep 60"]
process = leash.ManagedProcess.start(argv, log=Path(sys.argv[1]))
print(process.pid, flush=True)
sys.stdin.read()
"""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
    ) as owner:
        assert owner.stdout is not None
        leader = int(owner.stdout.readline())
        await_that(lambda: len(group_members(leader)) >= 3)
        owner.kill()

    await_that(lambda: not group_members(leader))
