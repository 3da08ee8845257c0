"""`send --async` and `uploads` on a running system: nobody waits, and a later process learns everything."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from acr_localstack.services import System
from acr_testkit.samples import as_bytes, submission

PROGRAM = Path(__file__).parents[3] / "docs" / "examples" / "upload_and_look_later.py"
COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()"]
BAD = {"modificationdate": "2001-01-01T00:00:00Z"}
MANY = 12_000


@pytest.fixture
def partner() -> str:
    return f"p{uuid.uuid4().hex[:8]}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "exams.ndjson"


def write(file: Path, partner: str, good: int, *others: bytes) -> None:
    made = [as_bytes(submission("lcsr", partner=partner)) for _ in range(good)]
    file.write_bytes(b"\n".join([*made, *others]) + b"\n")


def run(*command: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(list(map(str, command)), capture_output=True, timeout=120, check=False)


def send(system: System, *more: object) -> list[str]:
    asked = ["send", "--registry", "lcsr", "--gateway", system.gateway.url, "--async", "--json"]
    return [*COMMAND, *asked, *map(str, more)]


def uploads(system: System, *more: object) -> "subprocess.CompletedProcess[bytes]":
    return run(*COMMAND, "uploads", *more, "--gateway", system.gateway.url)


def created_of(system: System, partner: str) -> list[str]:
    """List the header ids of a partner that were created, as the feed tells them."""
    with httpx.Client(base_url=system.reader.url) as client:
        path = f"/v1/registries/lcsr/results?partner={partner}&limit=500"
        answer = client.get(path).json()
        got: list[dict[str, Any]] = answer["results"]
        while answer["more"]:
            answer = client.get(f"{path}&after={answer['next']}").json()
            got += answer["results"]
    return [each["header_id"] for each in got if each["verdict"] == "created"]


def test_it_is_sent_and_looked_at_later_by_its_id_alone(
    system: System, file: Path, partner: str, tmp_path: Path
) -> None:
    out, report = tmp_path / "results.ndjson", tmp_path / "refused.ndjson"
    bad = as_bytes(submission("lcsr", partner=partner, **BAD))
    write(file, partner, 1200, bad, b"no JSON")

    sent = run(*send(system, file, "--compression", "zstd"))
    [upload] = json.loads(sent.stdout)["uploads"]
    shown = uploads(system, "show", upload["upload_id"], "--follow")
    told = uploads(system, "results", upload["address"], "--out", out, "--report", report)
    data = json.loads(uploads(system, "results", upload["upload_id"], "--json").stdout)

    assert sent.returncode == 1
    assert (upload["lines"], upload["kept"], upload["refused"]) == (1202, 1201, 1)
    assert shown.returncode == 1
    assert b"1,200 created" in shown.stdout
    assert told.returncode == 1
    assert b"HEADER-201" in told.stdout
    results = [json.loads(line) for line in out.read_text().splitlines()]
    assert [each["line"] for each in results] == [*range(1, 1203)]
    assert all(each["submission_id"] for each in results[:1201])
    refused = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(each["line"], each["verdict"]) for each in refused] == [
        (1201, "rejected"),
        (1202, "refused"),
    ]
    assert data["registry"] == "lcsr"
    assert data["verdicts"] == {"created": 1200, "rejected": 1, "refused": 1}


def test_a_killed_run_goes_on_and_follows_what_it_had_sent(
    system: System, file: Path, partner: str, tmp_path: Path
) -> None:
    """Goal: each line stored once and told once. Method: kill -9 once the first upload is noted."""
    journal = tmp_path / "journal"
    write(file, partner, MANY)
    called = send(system, file, "--journal", journal, "--follow")
    first = subprocess.Popen(called, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    while not journal.exists() or b'"upload"' not in journal.read_bytes():
        assert first.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline, "it sent nothing"
        time.sleep(0.01)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()

    second = run(*called)
    third = run(*called)

    told, again = json.loads(second.stdout), json.loads(third.stdout)
    assert (second.returncode, third.returncode) == (0, 0)
    assert told["sent"] + told["done_before"] == MANY
    assert set(told["verdicts"]) <= {"created", "duplicate"}
    assert len(told["uploads"]) >= 2
    assert (again["sent"], again["done_before"]) == (0, MANY)
    created = created_of(system, partner)
    assert len(created) == len(set(created)) == MANY


def test_an_unknown_upload_is_status_2_and_says_so(system: System) -> None:
    for command in ("show", "results"):
        done = uploads(system, command, "0198f3c2-7a10-7000-8000-1d2e3f405162")

        assert done.returncode == 2
        assert b"No upload of the last days has this id" in done.stderr


def test_options_that_do_not_go_together_are_named(system: System, file: Path) -> None:
    done = run(*send(system, file, "--wait", "3"))

    assert done.returncode == 1
    assert b"--wait without it" in done.stderr


def test_the_documented_program_runs(system: System, file: Path, partner: str) -> None:
    write(file, partner, 8, as_bytes(submission("lcsr", partner=partner, **BAD)))

    sent = run(sys.executable, PROGRAM, "upload", system.gateway.url, "lcsr", file)
    looked = run(sys.executable, PROGRAM, "look", system.gateway.url, sent.stdout.decode().strip())

    assert looked.returncode == 0, looked.stderr
    assert b"9 of 9 settled, done: True" in looked.stdout
    assert b"line 9: rejected" in looked.stdout
