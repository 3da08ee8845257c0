"""Runs the Debezium JDBC sink under Kafka Connect beside what is measured: the peer of the consumer.

Jars come by their Maven coordinates, once, into the cache folder. It upserts one row a submission, with
one array a column (`unnest`), which its documentation recommends and which 3.3 does not have yet.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from benchmarks.backlog import Entry

from acr_domain.submission import Submission
from acr_localstack.cache import Report, cache_home
from acr_localstack.errors import StackError
from acr_localstack.java import find_java
from acr_localstack.leash import ManagedProcess
from acr_localstack.ports import free_port

CONNECT_VERSION, SINK_VERSION, DRIVER_VERSION = "4.1.0", "3.5.0.Final", "42.7.4"
COORDINATES = (
    f"org.apache.kafka:connect-runtime:{CONNECT_VERSION}",
    f"org.apache.kafka:connect-json:{CONNECT_VERSION}",
    f"io.debezium:debezium-connector-jdbc:{SINK_VERSION}",
    f"org.postgresql:postgresql:{DRIVER_VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
)
NAME, TOPIC, TABLE = "sink", "peer.submissions", "peer.versions"
BATCH_ROWS, TASKS = 2000, 2
START_SECONDS_MAX, FETCH_SECONDS_MAX = 90.0, 900
LOOK_AGAIN_SECONDS = 0.1

CREATE_TABLE = """
CREATE SCHEMA IF NOT EXISTS peer;
CREATE TABLE peer.versions (
    registry text NOT NULL, partner_id text NOT NULL, header_id text NOT NULL,
    version_no bigint NOT NULL, submission_id text NOT NULL, digest text NOT NULL,
    received_at text NOT NULL, content_type text NOT NULL, body text NOT NULL,
    PRIMARY KEY (registry, partner_id, header_id, version_no)
);
"""
_FIELDS = ("registry", "partner_id", "header_id", "submission_id", "digest", "received_at")
_MAVEN = ("mvn", "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime")
_SCHEMA = {
    "type": "struct",
    "optional": False,
    "fields": [
        *({"field": name, "type": "string", "optional": False} for name in _FIELDS),
        {"field": "version_no", "type": "int64", "optional": False},
        {"field": "content_type", "type": "string", "optional": False},
        {"field": "body", "type": "string", "optional": False},
    ],
}
_HEAD = f'{{"schema":{json.dumps(_SCHEMA, separators=(",", ":"))},"payload":'


def as_row_record(made: Submission, number: int, partitions: int) -> Entry:
    """Write a submission as the row that the sink is to upsert, with the schema that it asks for."""
    row = {
        "registry": made.key.registry,
        "partner_id": made.key.partner_id,
        "header_id": made.key.header_id,
        "submission_id": made.submission_id,
        "digest": made.digest.hex(),
        "received_at": made.received_at.isoformat(),
        "version_no": made.version_no,
        "content_type": made.content_type,
        "body": made.body.decode(),
    }
    value = f"{_HEAD}{json.dumps(row)}}}".encode()
    return Entry(number % partitions, made.key.log_key().encode(), value, ())


@dataclass(frozen=True, slots=True)
class Sink:
    """A running Kafka Connect with one connector."""

    url: str
    process: ManagedProcess

    def pause(self) -> None:
        """Let it take nothing; returns when its tasks stand still."""
        self._turn("pause", "PAUSED")

    def resume(self) -> None:
        """Let it go on; returns at once."""
        httpx.put(f"{self.url}/connectors/{NAME}/resume", timeout=30).raise_for_status()

    def _turn(self, verb: str, state: str) -> None:
        httpx.put(f"{self.url}/connectors/{NAME}/{verb}", timeout=30).raise_for_status()
        self.wait_state(state)

    def wait_state(self, state: str) -> None:
        """Wait until all tasks are in a state; raises StackError where one has failed."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            self.process.require_running("Kafka Connect")
            states = self._states()
            if "FAILED" in states:
                raise StackError(f"the sink failed; see {self.process.log}")
            if len(states) == TASKS and set(states) == {state}:
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        raise StackError(f"the sink did not come to {state} in {START_SECONDS_MAX:g} s")

    def _states(self) -> list[str]:
        try:
            answer = httpx.get(f"{self.url}/connectors/{NAME}/status", timeout=30)
        except httpx.TransportError:
            return []
        if answer.status_code != httpx.codes.OK:
            return []
        return [task["state"] for task in answer.json().get("tasks", ())]


@contextmanager
def running_sink(bootstrap: str, dsn: str, data: Path, report: Report) -> Iterator[Sink]:
    """Run Kafka Connect with the sink until the block ends."""
    jars, port = _ensure_jars(report), free_port()
    data.mkdir(parents=True, exist_ok=True)
    worker, connector = data / "worker.properties", data / "sink.properties"
    worker.write_text(_properties(_worker(bootstrap, port, data)))
    connector.write_text(_properties(_connector(dsn)))
    java = find_java(os.environ)
    main = "org.apache.kafka.connect.cli.ConnectStandalone"
    argv: list[str | Path] = [java.launcher, "-Xmx1g", "-cp", f"{jars}/*", main, worker, connector]
    with ManagedProcess.start(argv, log=data / "connect.log", env=dict(os.environ)) as process:
        sink = Sink(f"http://127.0.0.1:{port}", process)
        sink.wait_state("RUNNING")
        report("Kafka Connect runs the sink")
        yield sink


def _worker(bootstrap: str, port: int, data: Path) -> dict[str, object]:
    converter = "org.apache.kafka.connect.json.JsonConverter"
    return {
        "bootstrap.servers": bootstrap,
        "listeners": f"http://127.0.0.1:{port}",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": converter,
        "value.converter.schemas.enable": "true",
        "offset.storage.file.filename": data / "offsets",
        "consumer.max.poll.records": BATCH_ROWS,
        "consumer.auto.offset.reset": "earliest",
        "consumer.max.partition.fetch.bytes": 4 * 1024 * 1024,
    }


def _connector(dsn: str) -> dict[str, object]:
    address = urlsplit(dsn)
    return {
        "name": NAME,
        "connector.class": "io.debezium.connector.jdbc.JdbcSinkConnector",
        "tasks.max": TASKS,
        "topics": TOPIC,
        "connection.url": f"jdbc:postgresql://{address.hostname}:{address.port}{address.path}",
        "connection.username": address.username or "postgres",
        "connection.password": address.password or "",
        "collection.name.format": TABLE,
        "insert.mode": "upsert",
        "primary.key.mode": "record_value",
        "primary.key.fields": "registry,partner_id,header_id,version_no",
        "schema.evolution": "none",
        "batch.size": BATCH_ROWS,
        "dialect.postgres.unnest.insert.enabled": "true",
    }


def _properties(values: dict[str, object]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _ensure_jars(report: Report) -> Path:
    folder = cache_home(os.environ) / f"jdbc-sink-{SINK_VERSION}"
    pom = folder / "pom.xml"
    if pom.is_file() and pom.read_text() == _pom() and any((folder / "libs").glob("*.jar")):
        return folder / "libs"
    folder.mkdir(parents=True, exist_ok=True)
    pom.write_text(_pom())
    report("fetching Kafka Connect and the Debezium JDBC sink with Maven")
    done = subprocess.run(
        [*_MAVEN, "-DoutputDirectory=libs"],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=FETCH_SECONDS_MAX,
    )
    if done.returncode != 0:
        pom.unlink()
        raise StackError(f"Maven could not fetch the sink's jars:\n{done.stdout[-2000:]}")
    return folder / "libs"


def _pom() -> str:
    wanted = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"<version>{version}</version></dependency>"
        for group, artifact, version in (each.split(":") for each in COORDINATES)
    )
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>acr-connect</groupId>"
        "<artifactId>jdbc-sink</artifactId><version>1</version><packaging>pom</packaging>"
        f"<dependencies>{wanted}</dependencies></project>\n"
    )
