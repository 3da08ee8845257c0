"""Real Kafka and PostgreSQL for every tier that needs them, started once and stopped at the end."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from acr_kafka.topics import Topic, apply_topics, read_topics
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Ports, System, running_system
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_postgres.pool import open_pool
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings, PostgresSettings

ROOT = Path(__file__).parent.parent
TOPICS_FILE = ROOT / "deploy" / "kafka" / "topics.toml"


@pytest.fixture(scope="session")
def neighbours() -> Iterator[Neighbours]:
    """Addresses of a Kafka and a PostgreSQL of the tests' own."""
    prefix = "ACR_TEST_"
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACR_")},
        **{
            "ACR_" + name.removeprefix(prefix): value
            for name, value in os.environ.items()
            if name.startswith(prefix)
        },
    }
    if home := os.environ.get("ACR_LOCALSTACK_HOME"):
        environ["ACR_LOCALSTACK_HOME"] = home
    with (
        temporary_data() as data,
        open_neighbours(environ, data=data, report=print, quick_start=True) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def kafka_settings(neighbours: Neighbours) -> KafkaSettings:
    """How to reach the tests' brokers."""
    return KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)


@pytest.fixture(scope="session")
def postgres_settings(neighbours: Neighbours) -> PostgresSettings:
    """How to reach the tests' database."""
    return PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn))


@pytest.fixture(scope="session")
async def prepared(kafka_settings: KafkaSettings, postgres_settings: PostgresSettings) -> None:
    """Topics and tables of the four registries."""
    await apply_topics(kafka_settings, read_topics(TOPICS_FILE, load_registries(), brokers=1))
    await migrate(postgres_settings, load_registries())


@pytest.fixture
async def registry(
    prepared: None, kafka_settings: KafkaSettings, postgres_settings: PostgresSettings
) -> str:
    """A registry name of the test's own, with a topic of one partition and tables: nothing shared."""
    name = f"t{uuid.uuid4().hex[:12]}"
    topics = [
        Topic(f"acr.{name}.submissions.v1", 1, 1, {}),
        Topic(f"acr.{name}.amendments.v1", 1, 1, {}),
        Topic(f"acr.{name}.uploads.v1", 1, 1, {}),
        Topic(f"acr.{name}.dead-letters.v1", 1, 1, {}),
    ]
    await apply_topics(kafka_settings, topics)
    await migrate(postgres_settings, [name])
    return name


@pytest.fixture
async def writer_pool(
    prepared: None, postgres_settings: PostgresSettings
) -> AsyncIterator[asyncpg.Pool]:
    """Connections with the consumer's rights."""
    async with open_pool(postgres_settings, "acr_writer", "test") as pool:
        yield pool


@pytest.fixture(scope="session")
def system(
    prepared: None, neighbours: Neighbours, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """A whole running system: gateway, a consumer for each registry, reader."""
    names = list(load_registries())
    with ExitStack() as stack:
        ports = Ports(free_port(), free_port(), [free_port() for _ in names])
        logs = tmp_path_factory.mktemp("logs")
        yield stack.enter_context(running_system(neighbours, names, ports, logs, print))


@pytest.fixture(scope="session")
def gateway(system: System) -> Iterator[httpx.Client]:
    """A sender's connection to the gateway."""
    with httpx.Client(base_url=system.gateway.url, timeout=30.0) as client:
        yield client


@pytest.fixture(scope="session")
def reader(system: System) -> Iterator[httpx.Client]:
    """A connection to the reader."""
    with httpx.Client(base_url=system.reader.url, timeout=30.0) as client:
        yield client
