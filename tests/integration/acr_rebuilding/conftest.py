"""A registry of three partitions for each test, with records of every verdict that are settled."""

import uuid

import asyncpg
import pytest

from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_postgres.migrations import migrate
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.consuming import Bench
from acr_testkit.phantoms.samples import phantoms_named
from acr_testkit.settled_registry import SettledRegistry

PARTITIONS = 3


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
