"""A limit that was wrong, and what an operator does about it: real services, and the command."""

import copy
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import System
from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions

COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()", "replay"]
LCSR = load_registries()["lcsr"]
BASELINE = read_submissions(LCSR.package, "valid")["baseline"]
LIMIT = "[Exam.CTDIvol]\nmost = {most}\n"
BEYOND, WITHIN = 500.0, 4.0


@pytest.fixture
def partner(system: System) -> str:
    return f"replay-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def environ(neighbours: Neighbours) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ACR_")}
    return own | {
        "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
        "ACR_POSTGRES_DSN": neighbours.postgres_dsn,
        "ACR_REPLAYER_PORT": "0",
    }


def exam(partner: str, dose: float) -> dict[str, Any]:
    body: dict[str, Any] = copy.deepcopy(BASELINE)
    body["dartheader"] |= {"partnerid": partner, "id": str(uuid.uuid4())}
    body["payload"]["Exams"][0]["CTDIvol"] = dose
    return body


def with_limit(environ: Mapping[str, str], folder: Path, most: float) -> dict[str, str]:
    """Let an operator put another limit."""
    path = folder / "lcsr" / "elements" / "exam.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LIMIT.format(most=most))
    return {**environ, "ACR_REGISTRIES_DATA_PATH": str(folder)}


def run(environ: Mapping[str, str], *arguments: str, status: int = 0) -> dict[str, Any]:
    done = subprocess.run(
        [*COMMAND, *arguments, "--json"],
        env=dict(environ),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == status, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout or "{}")
    return found


def send(gateway: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = gateway.post("/v1/registries/lcsr/submissions", json=body).json()
    return answer


def test_a_limit_that_was_too_low_is_mended_for_those_it_rejected(
    gateway: httpx.Client,
    reader: httpx.Client,
    environ: dict[str, str],
    partner: str,
    tmp_path: Path,
) -> None:
    refused = send(gateway, exam(partner, BEYOND))
    assert refused["verdict"] == "rejected"
    mended = with_limit(environ, tmp_path, 1000)
    asked = ("run", "lcsr", "--partner", partner)

    assert run(environ, *asked)["tally"]["changed"] == 0
    foretold = run(mended, *asked)
    real = run(mended, *asked, "--for-real", "--why", "the limit was too low", "--who", "ann")

    assert foretold["state"] == "dry"
    assert real["tally"] == foretold["tally"]
    assert real["tally"]["verdicts"] == {"rejected -> created": 1}
    (example,) = real["tally"]["examples"]
    assert example["submission_id"] == refused["submission_id"]
    assert example["vanished"][0]["pointer"] == "/payload/Exams/0/CTDIvol"
    status = reader.get(f"/v1/submissions/{refused['submission_id']}").json()
    assert status["verdict"] == "created"
    assert status["amended"]["run_id"] == real["run_id"]
    assert status["amended"]["verdict_told"] == "rejected"
    shown = run(environ, "show", real["run_id"])
    assert (shown["who"], shown["why"], shown["state"]) == ("ann", "the limit was too low", "done")
    assert real["run_id"] in [each["run_id"] for each in run(environ, "list", "lcsr")["runs"]]


def test_a_limit_that_was_too_high_takes_nothing_away_and_is_told(
    gateway: httpx.Client,
    reader: httpx.Client,
    environ: dict[str, str],
    partner: str,
    tmp_path: Path,
) -> None:
    stored = send(gateway, exam(partner, WITHIN))
    assert stored["verdict"] == "created"
    mended = with_limit(environ, tmp_path, 1)

    asked = ("run", "lcsr", "--partner", partner, "--for-real", "--why", "too high")
    real = run(mended, *asked)

    assert real["tally"]["kept"] == 1
    assert real["tally"]["appeared"] == {"FORM-113 error": 1}
    status = reader.get(f"/v1/submissions/{stored['submission_id']}").json()
    assert status["verdict"] == "created"
    assert "FORM-113" in [each["rule"] for each in status["findings"]]


def test_a_replay_says_why_it_is_refused(environ: dict[str, str], partner: str) -> None:
    run(environ, "run", "lcsr", "--for-real", status=1)
    run(environ, "resume", str(uuid.uuid4()), status=1)
    run(environ, "abandon", str(uuid.uuid4()), "--why", "not needed", status=1)
    run(environ, "abandon", str(uuid.uuid4()), "--why", " ", status=1)
    run(environ, "run", "lcsr", "--partition", "4000", status=1)


def test_a_replay_that_is_told_to_stop_stops_and_says_how_to_go_on(
    gateway: httpx.Client, environ: dict[str, str], partner: str, tmp_path: Path
) -> None:
    for _ in range(8):
        assert send(gateway, exam(partner, BEYOND))["verdict"] == "rejected"
    port = free_port()
    mended = with_limit(environ, tmp_path, 1000) | {"ACR_REPLAYER_PORT": str(port)}
    asked = ("run", "lcsr", "--partner", partner, "--for-real", "--why", "low", "--rate", "0.5")
    process = subprocess.Popen(
        [*COMMAND, *asked, "--json"], env=mended, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        # Two processes may each have looked at one by then.
        looked_at = re.compile(r'^acr_replay_arrivals_total\{registry="lcsr"\} [1-9]', re.MULTILINE)
        deadline = time.monotonic() + 60
        while not looked_at.search(metrics_of(port)):
            assert time.monotonic() < deadline, "no arrival is looked at"
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    stopped = json.loads(said)
    assert (process.returncode, stopped["state"]) == (1, "stopped")
    assert 1 <= stopped["tally"]["changed"] < 8
    run(mended, *asked[:-2], status=1)

    resumed = run({**mended, "ACR_REPLAYER_PORT": "0"}, "resume", stopped["run_id"])

    assert resumed["state"] == "done"
    assert resumed["tally"]["verdicts"] == {"rejected -> created": 8}


def metrics_of(port: int) -> str:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics").text
    except httpx.TransportError:
        return ""


def test_the_command_says_which_process_was_lost_and_how_to_go_on(
    gateway: httpx.Client, environ: dict[str, str], partner: str, tmp_path: Path
) -> None:
    for _ in range(12):
        assert send(gateway, exam(partner, BEYOND))["verdict"] == "rejected"
    mended = with_limit(environ, tmp_path, 1000)
    asked = ("run", "lcsr", "--partner", partner, "--for-real", "--why", "low", "--workers", "2")
    process = subprocess.Popen(
        [*COMMAND, *asked, "--rate", "0.5"],
        env=mended,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        deadline = time.monotonic() + 60
        while len(hands := psutil.Process(process.pid).children()) < 2:
            assert time.monotonic() < deadline, "no processes are started"
            time.sleep(0.1)
        hands[0].kill()
        said, _ = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()

    assert process.returncode == 1
    assert f"process {hands[0].pid} of this run was killed (signal 9)" in said.decode()
    assert not any(each.is_running() for each in hands)
    (run_id,) = re.findall(r"replay resume (\S+)", said.decode())
    resumed = run(mended, "resume", run_id)
    assert resumed["tally"]["verdicts"] == {"rejected -> created": 12}
