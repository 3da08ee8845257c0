"""Both neighbours at once, and nothing left behind whatever ends the run."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from acr_localstack.errors import PortTaken
from acr_localstack.kafka_probe import known_brokers
from acr_localstack.neighbours import open_neighbours
from acr_localstack.ports import free_port

BOUND_SECONDS = 30.0

OPENS_AND_WAITS = """
import json, os, sys
from pathlib import Path
from acr_localstack.neighbours import open_neighbours

def report(line):
    print(line, file=sys.stderr)

with open_neighbours(os.environ, data=Path(sys.argv[1]), report=report, quick_start=True) as found:
    print(json.dumps([*found.kafka_pids, found.postgres_pid]), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def local_stack_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about processes of the machine, whatever else could serve."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody")
    for name in ("ACR_KAFKA_BOOTSTRAP_SERVERS", "ACR_POSTGRES_DSN"):
        monkeypatch.delenv(name, raising=False)


def alive(pids: set[int]) -> set[int]:
    """Of these and of their process groups, the ones that have not ended."""
    found = set()
    for process in psutil.process_iter():
        try:
            of_ours = process.pid in pids or os.getpgid(process.pid) in pids
            if of_ours and process.status() != psutil.STATUS_ZOMBIE:
                found.add(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def open_files(pid: int) -> set[str]:
    return {file.path for file in psutil.Process(pid).open_files()}


def await_the_end(pids: set[int]) -> None:
    deadline = time.monotonic() + BOUND_SECONDS
    while left := alive(pids):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def test_both_are_there_and_gone_afterwards(data: Path) -> None:
    lines: list[str] = []

    with open_neighbours(
        os.environ, data=data, report=lines.append, quick_start=True
    ) as neighbours:
        assert neighbours.kind == "local"
        assert known_brokers(int(neighbours.kafka_bootstrap.partition(":")[2])) == {1}
        assert neighbours.postgres_pid is not None
        pids = {*neighbours.kafka_pids, neighbours.postgres_pid}
        assert alive(pids) >= pids
        # So that the data stays locked for as long as a server of a killed run is alive.
        for pid, folder in (
            (neighbours.kafka_pids[0], "kafka"),
            (neighbours.postgres_pid, "postgres"),
        ):
            assert str(data / folder / ".lock") in open_files(pid)

    await_the_end(pids)
    assert any(line.startswith("Kafka answers after") for line in lines)
    assert any(line.startswith("PostgreSQL answers after") for line in lines)


def test_when_one_cannot_start_the_other_is_stopped(data: Path) -> None:
    lines: list[str] = []

    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortTaken, match=r"Kafka.*--kafka-port"),
            open_neighbours(os.environ, data=data, report=lines.append, kafka_port=port),
        ):
            pass

    assert any(line.startswith("PostgreSQL stopped after") for line in lines)


def test_sigkill_of_the_run_leaves_no_process_and_the_next_run_goes_on(data: Path) -> None:
    """Goal: no orphan after kill -9. Method: a child opens the stack, dies, and is succeeded."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", OPENS_AND_WAITS, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
    ) as run:
        assert run.stdout is not None
        servers = set(json.loads(run.stdout.readline()))
        everything = servers | {
            child.pid for pid in servers for child in psutil.Process(pid).children(recursive=True)
        }
        assert alive(servers) >= servers
        run.kill()

    with open_neighbours(os.environ, data=data, report=print, quick_start=True) as neighbours:
        # The successor waits for the data, so its predecessor's servers have ended by now.
        assert not servers & alive(servers)
        assert neighbours.kind == "local"
    await_the_end(everything)
