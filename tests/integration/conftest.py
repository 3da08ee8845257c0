"""What tests on real neighbours share: a bench with a registry of its own, a writer, what is announced."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from acr_avro.records import decode_result
from acr_domain.judgement import Outcome
from acr_domain.topics import RESULTS_TOPIC
from acr_kafka.writer import LogWriter
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.consuming import Bench, ready_writer
from acr_testkit.log_records import Sender
from acr_testkit.settled_registry import SettledRegistry, make_registry
from acr_testkit.topic_contents import partition_end, read_partition

RESULTS_PARTITIONS = 24
PARTITIONS = 3
Announced = Callable[[], Awaitable[list[Outcome]]]


@pytest.fixture
def bench(
    kafka_settings: KafkaSettings, postgres_settings: PostgresSettings, registry: str
) -> Bench:
    return Bench(kafka_settings, postgres_settings, registry)


@pytest.fixture
def sender(registry: str) -> Sender:
    return Sender(registry, secrets.randbelow(RESULTS_PARTITIONS))


@pytest.fixture(scope="session")
async def log(prepared: None, kafka_settings: KafkaSettings) -> AsyncIterator[LogWriter]:
    async with ready_writer(kafka_settings) as writer:
        yield writer


@pytest.fixture
async def announced(bench: Bench, sender: Sender) -> Announced:
    """Reads the results of this registry that were announced since the test began."""
    partition = sender.reply_partition or 0
    begin = await partition_end(bench.kafka, RESULTS_TOPIC, partition)

    async def read() -> list[Outcome]:
        records = await read_partition(bench.kafka, RESULTS_TOPIC, partition, begin)
        outcomes = [decode_result(record.value) for record in records]
        return [each for each in outcomes if each.position.topic == bench.topic]

    return read


@pytest.fixture
async def owner(postgres_settings: PostgresSettings) -> AsyncIterator[asyncpg.Connection]:
    """A connection with all rights."""
    connection = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    yield connection
    await connection.close()


@pytest.fixture
async def settled(
    prepared: None,
    kafka_settings: KafkaSettings,
    postgres_settings: PostgresSettings,
    log: LogWriter,
    owner: asyncpg.Connection,
) -> SettledRegistry:
    """A registry of three partitions of the test's own, with records of every verdict to settle."""
    return await make_registry(kafka_settings, postgres_settings, log, owner, PARTITIONS)
