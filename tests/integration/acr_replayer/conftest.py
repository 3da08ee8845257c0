"""A bench for each test, its typed tables, and a replay of it under two days' rules."""

import secrets

import pytest

from acr_postgres.migrations import migrate
from acr_replayer.opening import Settings
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.replaying import lenient, settings_of

RESULTS_PARTITIONS = 24


@pytest.fixture
async def bench(
    kafka_settings: KafkaSettings, postgres_settings: PostgresSettings, registry: str
) -> Bench:
    """A bench whose registry has typed tables."""
    declared = lenient(registry)
    await migrate(postgres_settings, [registry], declared={registry: declared})
    return Bench(kafka_settings, postgres_settings, registry, declared=declared)


@pytest.fixture
def settings(bench: Bench) -> Settings:
    return settings_of(bench.kafka, bench.postgres)


@pytest.fixture
def sender(registry: str) -> Sender:
    return Sender(registry, secrets.randbelow(RESULTS_PARTITIONS), lenient(registry))
