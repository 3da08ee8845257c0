"""`acr-connect send` and the documented programs on a running system, as a vendor runs them."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from acr_localstack.services import System
from acr_testkit.samples import as_bytes, submission

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()"]
BAD = {"modificationdate": "2001-01-01T00:00:00Z"}
MANY = 1500


@pytest.fixture
def partner() -> str:
    return f"p{uuid.uuid4().hex[:8]}"


@pytest.fixture
def lines(tmp_path: Path, partner: str) -> Callable[..., Path]:
    def write(good: int, bad: int = 0) -> Path:
        file = tmp_path / "exams.ndjson"
        made = [submission("lcsr", partner=partner) for _ in range(good)]
        made += [submission("lcsr", partner=partner, **BAD) for _ in range(bad)]
        file.write_bytes(b"\n".join(map(as_bytes, made)) + b"\n")
        return file

    return write


def arguments(system: System, *more: object) -> list[str]:
    return ["send", "--registry", "lcsr", "--gateway", system.gateway.url, *map(str, more)]


def run(*command: object, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        list(map(str, command)), input=stdin, capture_output=True, timeout=90, check=False
    )


def feed_of(system: System, partner: str) -> list[dict[str, Any]]:
    with httpx.Client(base_url=system.reader.url) as client:
        path = f"/v1/registries/lcsr/results?partner={partner}&limit=500"
        answer = client.get(path).json()
        got: list[dict[str, Any]] = answer["results"]
        while answer["more"]:
            answer = client.get(f"{path}&after={answer['next']}").json()
            got += answer["results"]
        return got


def test_a_killed_run_goes_on_where_it_stopped_and_nothing_is_lost_or_doubled(
    system: System, lines: Callable[..., Path], partner: str, tmp_path: Path
) -> None:
    """Goal: one record for each line, each told once or known as done. Method: kill -9 in the middle."""
    file, journal = lines(MANY), tmp_path / "journal"
    called = arguments(system, file, "--journal", journal, "--concurrency", 2, "--json")
    first = subprocess.Popen([*COMMAND, *called], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not journal.exists() or journal.read_bytes().count(b"\n") < MANY // 10:
        assert first.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline, "it told nothing"
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    second = run(*COMMAND, *called)
    third = run(*COMMAND, *called)

    told, again = json.loads(second.stdout), json.loads(third.stdout)
    assert (second.returncode, third.returncode) == (0, 0)
    assert told["done_before"] >= MANY // 10 - 1
    assert told["sent"] + told["done_before"] == MANY
    assert set(told["verdicts"]) <= {"created", "duplicate"}
    assert (again["sent"], again["done_before"]) == (0, MANY)
    created = [each for each in feed_of(system, partner) if each["verdict"] == "created"]
    assert len(created) == len({each["header_id"] for each in created}) == MANY


def test_what_is_not_stored_is_reported_with_its_findings(
    system: System, lines: Callable[..., Path], tmp_path: Path
) -> None:
    file, report = lines(20, bad=3), tmp_path / "refused.ndjson"

    done = run(*COMMAND, *arguments(system, file, "--report", report))

    told = done.stdout.decode()
    assert done.returncode == 1
    assert "23 submissions sent: 20 created, 3 rejected" in told
    assert "HEADER-201" in told
    written = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(each["file"], each["verdict"]) for each in written] == [(str(file), "rejected")] * 3
    assert sorted(each["line"] for each in written) == [21, 22, 23]
    assert all(each["findings"][0]["rule"] == "HEADER-201" for each in written)


def test_standard_input_is_sent_line_by_line_and_the_registry_is_found(
    system: System, lines: Callable[..., Path]
) -> None:
    stdin = lines(5).read_bytes()

    done = run(*COMMAND, "send", "--gateway", system.gateway.url, "-", "--json", stdin=stdin)

    assert done.returncode == 0
    assert json.loads(done.stdout)["verdicts"] == {"created": 5}


def test_nobody_there_is_status_2_and_says_so(lines: Callable[..., Path]) -> None:
    called = ["send", "--registry", "lcsr", "--gateway", "http://127.0.0.1:1", lines(1)]

    done = run(*COMMAND, *called, "--patience-seconds", "0")

    assert done.returncode == 2
    assert b"ConnectError" in done.stderr


def test_the_documented_programs_run(
    system: System, lines: Callable[..., Path], partner: str
) -> None:
    file = lines(8, bad=1)

    plain = run(sys.executable, EXAMPLES / "send_file.py", system.gateway.url, "lcsr", file)
    program = EXAMPLES / "send_and_follow.py"
    followed = run(sys.executable, program, system.gateway.url, "lcsr", partner, file)

    assert plain.returncode == 1
    assert b"line 9: rejected" in plain.stdout
    assert b"HEADER-201" in plain.stdout
    told = json.loads(followed.stdout)
    assert told["verdicts"] == {"duplicate": 8, "rejected": 1}
    assert told["results"] == 2 * 9
    assert told["cursor"]
