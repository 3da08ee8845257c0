"""The `acr-connect` command, as an operator uses it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import psutil
import pytest

from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_testkit.samples import as_bytes, submission

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()"]
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("ACR_")} | {
    name: value for name, value in os.environ.items() if name == "ACR_LOCALSTACK_HOME"
}


def run(
    *arguments: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**ENVIRON, **(environ or {})},
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def name() -> Iterator[str]:
    """A system of this module's own."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    yield name
    run("clean-data", "--name", name)


@pytest.fixture(scope="module")
def up_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `up` prints."""
    return tmp_path_factory.mktemp("up") / "up.log"


@pytest.fixture(scope="module")
def up(name: str, up_log: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """`acr-connect up`, serving."""
    log = up_log
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*COMMAND, "up", "--name", name],
            cwd=ROOT,
            env=ENVIRON,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 90
        while b"Ctrl-C stops all of it" not in log.read_bytes():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        shown = log.read_text()
        assert "201 Created   created" in shown
        assert "200 OK   duplicate" in shown
        assert "400 Bad Request" in shown
        assert "HEADER-101 at /dartheader/appid" in shown
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def endpoints(name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("endpoints", "--name", name, "--json").stdout)
    return found


@pytest.mark.slow
@pytest.mark.timeout(180)
class TestRunningSystem:
    """One system, looked at in the order of the tests and stopped by the last."""

    def test_endpoints_tell_addresses_that_answer_and_pids_that_run(
        self, up: object, name: str
    ) -> None:
        found = endpoints(name)

        assert httpx.get(f"{found['gateway']}/readyz").status_code == 200
        assert httpx.get(f"{found['reader']}/readyz").status_code == 200
        metrics, pids = found["metrics"], found["pids"]
        assert isinstance(metrics, dict)
        assert isinstance(pids, dict)
        assert all("acr_build_info" in httpx.get(url).text for url in metrics.values())
        assert all(psutil.pid_exists(pid) for pid in pids.values())

    def test_status_is_ready_everywhere(self, up: object, name: str) -> None:
        result = run("status", "--name", name, "--json")

        states = json.loads(result.stdout)
        assert result.returncode == 0
        assert {state["status"] for state in states.values()} == {"ready"}
        assert {state["why"] for state in states.values()} == {None}

    def test_send_tells_the_verdict_and_exits_by_it(
        self, up: object, name: str, tmp_path: Path
    ) -> None:
        file = tmp_path / "one.json"
        file.write_bytes(as_bytes(submission()))
        gateway = str(endpoints(name)["gateway"])

        good = run("send", "--gateway", gateway, str(file), "--json")
        bad = run("send", "--registry", "cdsr", "--gateway", gateway, "-", stdin=b"{}")

        assert good.returncode == 0
        assert json.loads(good.stdout)["verdicts"] == {"created": 1}
        assert bad.returncode == 1
        assert b"HEADER-101 /dartheader" in bad.stdout

    def test_a_second_up_on_the_same_data_is_refused_and_says_who_has_it(
        self, up: "subprocess.Popen[bytes]", name: str
    ) -> None:
        result = run("up", "--once", "--name", name)

        assert result.returncode == 1
        assert f"in use by pid {up.pid}".encode() in result.stderr

    def test_data_in_use_is_not_deleted(self, up: object, name: str) -> None:
        result = run("clean-data", "--name", name)

        assert result.returncode == 1
        assert b"in use" in result.stderr

    def test_a_service_that_dies_is_started_again_and_told(
        self, up: object, up_log: Path, name: str
    ) -> None:
        pids = endpoints(name)["pids"]
        assert isinstance(pids, dict)
        os.kill(pids["consumer-lcsr"], signal.SIGKILL)

        deadline = time.monotonic() + 30
        while run("status", "--name", name).returncode != 0 or endpoints(name)["pids"] == pids:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert "consumer-lcsr has ended (status -9); starting it again" in up_log.read_text()

    def test_ctrl_c_stops_all_of_it(self, up: "subprocess.Popen[bytes]", name: str) -> None:
        pids = endpoints(name)["pids"]
        assert isinstance(pids, dict)
        up.send_signal(signal.SIGINT)

        assert up.wait(60) == 0
        assert not any(psutil.pid_exists(pid) for pid in pids.values())
        assert run("endpoints", "--name", name).returncode == 1

    def test_a_later_run_finds_the_sample_and_says_so(self, up: object, name: str) -> None:
        result = run("up", "--once", "--name", name)

        assert result.returncode == 0
        assert b"from an earlier run" in result.stdout


def test_a_port_that_was_asked_for_and_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        result = run("up", "--once", "--name", "never-made", "--kafka-port", str(port))

    assert result.returncode == 1
    assert f"port {port}, wanted for Kafka, is taken by".encode() in result.stderr
    assert f"pid {os.getpid()}".encode() in result.stderr


def test_topics_and_schema_are_prepared_and_checked(
    neighbours: Neighbours, prepared: None, tmp_path: Path
) -> None:
    addresses = {
        "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
        "ACR_POSTGRES_DSN": neighbours.postgres_dsn,
    }
    drifted = tmp_path / "topics.toml"
    declared = (ROOT / "deploy/kafka/topics.toml").read_text()
    results_and_after = declared.index("[results]")
    drifted.write_text(
        declared[:results_and_after] + declared[results_and_after:].replace("691200000", "1000", 1)
    )

    same = run("topics", "check", "--few-brokers", environ=addresses)
    other = run(
        "topics", "check", "--few-brokers", "--json", "--file", str(drifted), environ=addresses
    )
    again = run("topics", "apply", "--few-brokers", "--json", environ=addresses)
    schema = run("migrate", "--json", environ=addresses)

    assert (same.returncode, same.stdout) == (0, b"0 differences\n")
    assert other.returncode == 1
    drift = {"topic": "acr.results.v1", "what": "retention.ms"}
    assert json.loads(other.stdout)["drifts"] == [
        drift | {"declared": "1000", "found": "691200000"}
    ]
    assert json.loads(again.stdout) == {"created": []}
    assert json.loads(schema.stdout) == {"done": []}


@pytest.mark.parametrize("command", [["topics", "check"], ["migrate"]])
def test_a_neighbour_that_does_not_answer_is_told_in_one_line(command: list[str]) -> None:
    nobody = f"127.0.0.1:{free_port()}"

    result = run(
        *command,
        environ={
            "ACR_KAFKA_BOOTSTRAP_SERVERS": nobody,
            "ACR_POSTGRES_DSN": f"postgresql://somebody:secret@{nobody}/acr",
        },
    )

    assert result.returncode == 1
    assert b"error:" in result.stderr
    assert b"Traceback" not in result.stderr
    assert b"secret" not in result.stderr


def test_a_misspelt_setting_is_told_with_the_nearest_known_one() -> None:
    result = run("topics", "check", environ={"ACR_KAFKA_BOOTSTRAP_SERVER": "127.0.0.1:1"})

    assert result.returncode == 1
    assert b"the nearest is ACR_KAFKA_BOOTSTRAP_SERVERS" in b" ".join(result.stderr.split())
