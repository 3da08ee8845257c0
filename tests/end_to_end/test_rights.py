"""deploy/kafka/acls.toml on a broker that asks who comes: every service and command works with its rights alone."""

import asyncio
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from acr_domain.topics import (
    RESULTS_TOPIC,
    amendments_topic,
    dead_letters_topic,
    submissions_topic,
)
from acr_kafka.connection import client_options
from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_localstack.postgres import running_postgres
from acr_localstack.services import Ports, System, plan_system
from acr_localstack.shelter import temporary_data
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.awaiting import wait_until
from acr_testkit.children import child_environment
from acr_testkit.guarded_kafka import GuardedKafka, grant, guarded_kafka, read_rights
from acr_testkit.samples import submission
from acr_testkit.stream_sender import as_lines
from acr_testkit.topic_contents import lose_topics, partition_end

ACLS = Path(__file__).parents[2] / "deploy" / "kafka" / "acls.toml"
COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()"]
REGISTRIES = ("cdsr", "lcsr")
PATH = "/v1/registries/lcsr/submissions"
LINES = 40
FAULT = (
    "ALTER TABLE acr.versions_lcsr ADD CONSTRAINT faulty CHECK (partner_id <> 'faulty') NOT VALID"
)
MENDED = "ALTER TABLE acr.versions_lcsr DROP CONSTRAINT faulty"
VERSIONS = "SELECT count(*) FROM acr.versions_lcsr"


@dataclass(frozen=True, slots=True)
class House:
    """A whole system whose services came as themselves, and people who come with the rights of a job."""

    kafka: GuardedKafka
    dsn: str
    system: System

    def run(self, principal: str, *arguments: str) -> Any:
        """Run a command as somebody; give its JSON."""
        settings = PostgresSettings.model_validate({"dsn": self.dsn})
        done = subprocess.run(
            [*COMMAND, *arguments, "--json"],
            env=child_environment(
                KafkaSettings(), settings, ACR_REPLAYER_PORT="0", **self.kafka.environ(principal)
            ),
            capture_output=True,
            timeout=90,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """Send a submission and wait for what became of it."""
        answer: dict[str, Any] = httpx.post(
            self.system.gateway.url + PATH, json=body, timeout=30.0
        ).json()
        return answer

    def sql(self, statement: str) -> Any:
        """Run a statement as the owner; gives its first value."""

        async def work() -> Any:
            connection = await asyncpg.connect(self.dsn)
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        return asyncio.run(work())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    rights = read_rights(ACLS, REGISTRIES)
    with ExitStack() as stack:
        kafka_data, data = (stack.enter_context(temporary_data()) for _ in range(2))
        principals = sorted({right.principal for right in rights})
        kafka = stack.enter_context(guarded_kafka(kafka_data, principals))
        postgres = stack.enter_context(running_postgres(data=data, report=print))
        asyncio.run(grant(kafka, rights))
        ports = Ports(free_port(), free_port(), [free_port() for _ in REGISTRIES])
        logs = tmp_path_factory.mktemp("logs")
        neighbours = Neighbours("local", kafka.guarded, postgres.dsn)
        house = House(kafka, postgres.dsn, plan_system(neighbours, REGISTRIES, ports, logs))
        house.run("acr-operator", "topics", "apply", "--few-brokers")
        house.run("acr-operator", "migrate")
        for service in house.system.all():
            stack.callback(service.stop)
            service.start(kafka.environ(f"acr-{service.name}"))
        for service in house.system.all():
            service.wait_ready()
        yield house


def test_submissions_are_settled_and_answered(house: House) -> None:
    body = submission("lcsr")

    assert [house.send(body)["verdict"] for _ in range(2)] == ["created", "duplicate"]
    assert house.run("acr-operator", "topics", "check", "--few-brokers")["drifts"] == []


def test_an_upload_for_which_nobody_waits_is_noted(house: House) -> None:
    told = httpx.post(
        house.system.gateway.url + PATH,
        content=as_lines(*(submission("lcsr") for _ in range(LINES))),
        headers={"Content-Type": "application/x-ndjson", "Prefer": "respond-async"},
        timeout=30.0,
    ).json()
    upload = house.system.reader.url + httpx.URL(told["location"]).path

    wait_until(lambda: bool(httpx.get(upload).json().get("done")), "the upload is settled")

    assert httpx.get(upload).json()["verdicts"] == {"created": LINES}


def test_what_cannot_be_settled_is_put_aside_and_redriven(house: House) -> None:
    house.sql(FAULT)
    try:
        told = house.send(submission("lcsr", partner="faulty"))
    finally:
        house.sql(MENDED)
    assert told["verdict"] == "failed"
    own = KafkaSettings(bootstrap_servers=house.kafka.open)
    assert asyncio.run(partition_end(own, dead_letters_topic("lcsr"))) == 1

    done = house.run("acr-replayer", "dead-letters", "redrive", "lcsr", "--all", "--tell-senders")

    assert done["counts"] == {"created": 1}


def test_a_replay_amends_and_tells(house: House) -> None:
    house.send(submission("lcsr", partner="replayed"))

    asked = ["replay", "run", "lcsr", "--partner", "replayed", "--for-real", "--why", "a trial"]
    done = house.run("acr-replayer", *asked, "--tell-senders")

    assert done["state"] == "done"


def test_a_rebuild_swaps(house: House) -> None:
    stored = house.sql(VERSIONS)

    done = house.run("acr-rebuilder", "rebuild", "--registry", "lcsr")

    assert done["state"] == "swapped"
    assert house.sql(VERSIONS) == stored


def test_topics_are_exported_lost_and_put_back(house: House, tmp_path: Path) -> None:
    house.send(submission("lcsr"))
    topics = [submissions_topic("lcsr"), amendments_topic("lcsr")]
    export = ["topics", "export", str(tmp_path / "export"), "--registry", "lcsr"]
    house.run("acr-archivist", *export)
    house.system.consumers["lcsr"].stop()
    asyncio.run(lose_topics(KafkaSettings(bootstrap_servers=house.kafka.open), topics))

    restore = ["topics", "import", str(tmp_path / "export"), "--registry", "lcsr", "--few-brokers"]
    house.run("acr-restorer", *restore)

    house.system.consumers["lcsr"].start(house.kafka.environ("acr-consumer-lcsr"))
    house.system.consumers["lcsr"].wait_ready()
    assert house.send(submission("lcsr"))["verdict"] == "created"


@pytest.mark.parametrize(
    ("principal", "topic"),
    [
        ("acr-gateway", submissions_topic("lcsr")),
        ("acr-consumer-cdsr", submissions_topic("lcsr")),
        ("acr-operator", submissions_topic("lcsr")),
        ("acr-archivist", RESULTS_TOPIC),
    ],
)
async def test_nobody_reads_what_is_not_theirs(house: House, principal: str, topic: str) -> None:
    options = client_options(house.kafka.settings(principal), "test")
    consumer = AIOKafkaConsumer(topic, **options)
    try:
        await consumer.start()
        with pytest.raises(TopicAuthorizationFailedError):
            await asyncio.wait_for(consumer.getone(), 10)
    except TopicAuthorizationFailedError:
        pass
    finally:
        await consumer.stop()


@pytest.mark.parametrize(
    ("principal", "topic"),
    [
        ("acr-gateway", RESULTS_TOPIC),
        ("acr-consumer-lcsr", submissions_topic("lcsr")),
        ("acr-replayer", submissions_topic("lcsr")),
        ("acr-rebuilder", amendments_topic("lcsr")),
        ("acr-archivist", submissions_topic("lcsr")),
    ],
)
async def test_nobody_writes_what_is_not_theirs(house: House, principal: str, topic: str) -> None:
    options = client_options(house.kafka.settings(principal), "test")
    async with AIOKafkaProducer(**options) as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(topic, b"Zzyzx", partition=0)


async def test_a_consumer_joins_no_other_registrys_group(house: House) -> None:
    options = client_options(house.kafka.settings("acr-consumer-cdsr"), "test")
    group = f"acr.lcsr.consumers.{uuid.uuid4().hex[:8]}"
    consumer = AIOKafkaConsumer(submissions_topic("cdsr"), group_id=group, **options)
    with pytest.raises(GroupAuthorizationFailedError):
        await consumer.start()
    await consumer.stop()
