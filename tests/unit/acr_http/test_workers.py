"""A crew of workers, each a real process: who is killed is started again, who gives up ends all."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from acr_http.workers import listen
from acr_localstack.ports import free_port
from acr_testkit.awaiting import wait_until

SCRIPT = """
import os, signal, sys, threading
from pathlib import Path
from acr_http.workers import Crew, listen

folder = Path(sys.argv[2])

def work(worker):
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    (folder / f"{worker.number}.{worker.restarts}").write_text(str(os.getpid()))
    while not stop.wait(0.02):
        if (folder / f"give-up-{worker.number}").exists():
            sys.exit(3)

with listen("127.0.0.1", int(sys.argv[1])) as listening:
    sys.exit(Crew(2, listening, folder, work).run())
"""


class RunningCrew:
    """A crew in a process of its own; ``folder`` holds the process ids of its workers."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        self.folder = folder
        argv = [sys.executable, "-c", SCRIPT, str(free_port()), str(folder)]
        self.process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)

    def pid(self, number: int, restarts: int = 0) -> int:
        """Give a worker's process id, once it works."""
        file = self.folder / f"{number}.{restarts}"
        wait_until(lambda: file.exists() and file.read_text() != "", f"worker {file.name} works")
        return int(file.read_text())


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[RunningCrew]:
    running = RunningCrew(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def gone(pid: int) -> bool:
    """Tell whether no process works under an id; one that nobody has waited for counts as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_a_killed_worker_is_started_again_and_knows_it(crew: RunningCrew) -> None:
    first, other = crew.pid(0), crew.pid(1)

    os.kill(first, signal.SIGKILL)

    assert crew.pid(0, restarts=1) != first
    assert not gone(other)


def test_a_signal_stops_every_worker_in_order(crew: RunningCrew) -> None:
    workers = [crew.pid(0), crew.pid(1)]

    crew.process.terminate()

    assert crew.process.wait(20) == 0
    assert all(map(gone, workers))


def test_a_worker_that_gives_up_ends_the_service_with_its_status(crew: RunningCrew) -> None:
    workers = [crew.pid(0), crew.pid(1)]

    (crew.folder / "give-up-1").touch()

    assert crew.process.wait(20) == 3
    assert all(map(gone, workers))


def test_workers_do_not_outlive_a_killed_parent(crew: RunningCrew) -> None:
    workers = [crew.pid(0), crew.pid(1)]

    crew.process.kill()

    wait_until(lambda: all(map(gone, workers)), "the workers end")


def test_an_address_in_use_is_told() -> None:
    port = free_port()
    with (
        listen("127.0.0.1", port),
        pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"),
    ):
        listen("127.0.0.1", port)
