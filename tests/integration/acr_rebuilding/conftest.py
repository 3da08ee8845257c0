"""A registry of three partitions for each test, with records of every verdict that are settled."""

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest

from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_postgres.migrations import migrate
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.consuming import Bench, ready_writer
from acr_testkit.phantoms.samples import phantoms_named
from acr_testkit.settled_registry import SettledRegistry

PARTITIONS = 3


@pytest.fixture(scope="session")
async def log(prepared: None, kafka_settings: KafkaSettings) -> AsyncIterator[LogWriter]:
    async with ready_writer(kafka_settings) as writer:
        yield writer


@pytest.fixture
async def owner(postgres_settings: PostgresSettings) -> AsyncIterator[asyncpg.Connection]:
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
    name = f"t{uuid.uuid4().hex[:12]}"
    declared = phantoms_named(name)
    await apply_topics(
        kafka_settings,
        [
            Topic(f"acr.{name}.submissions.v1", PARTITIONS, 1, {}),
            Topic(f"acr.{name}.amendments.v1", PARTITIONS, 1, {}),
            Topic(f"acr.{name}.dead-letters.v1", 1, 1, {}),
        ],
    )
    await migrate(postgres_settings, [name], declared={name: declared})
    bench = Bench(kafka_settings, postgres_settings, name, declared=declared)
    return SettledRegistry(declared, bench, log, owner)
