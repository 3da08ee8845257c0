"""The Kafka and PostgreSQL that measures share, each with a database of its own. Measures nothing."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from pydantic import SecretStr

from acr_domain.topics import submissions_topic
from acr_kafka.positions import open_position_reader
from acr_kafka.topics import apply_topics, count_brokers, read_topics
from acr_localstack.cache import Report
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.ports import free_ports
from acr_localstack.services import Ports, System, running_system
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings, PostgresSettings

TOPICS_FILE = Path(__file__).parent.parent / "deploy" / "kafka" / "topics.toml"
SETTLED_ALREADY = """
INSERT INTO acr.positions (registry, partition, next_offset, announced_offset, consumer)
VALUES ($1, $2, $3, $3, 'benchmark')
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """Open neighbours with all topics; ``data`` is the local stack's folder, ``logs`` the services'."""

    neighbours: Neighbours
    data: Path
    logs: Path
    report: Report

    def dsn_of(self, database: str) -> str:
        """Give the address of a database on the same server."""
        address = urlsplit(self.neighbours.postgres_dsn)
        return urlunsplit(address._replace(path=f"/{database}"))

    async def fresh_database(self, name: str, registries: Sequence[str]) -> Neighbours:
        """Make a database with tables, in which all that the log has by now counts as settled."""
        dsn = self.dsn_of(name)
        server = await asyncpg.connect(self.neighbours.postgres_dsn)
        try:
            await server.execute(f"CREATE DATABASE {name}")
        finally:
            await server.close()
        await migrate(PostgresSettings(dsn=SecretStr(dsn)), registries)
        connection = await asyncpg.connect(dsn)
        try:
            for registry in registries:
                ends = await log_ends(self.neighbours.kafka_bootstrap, submissions_topic(registry))
                rows = [(registry, partition, end) for partition, end in ends.items() if end]
                await connection.executemany(SETTLED_ALREADY, rows)
        finally:
            await connection.close()
        return replace(self.neighbours, postgres_dsn=dsn)

    @asynccontextmanager
    async def running(self, name: str, registries: Sequence[str]) -> AsyncIterator[System]:
        """Run a gateway, consumers and the reader on a database of that name, until the block ends."""
        neighbours = await self.fresh_database(name, registries)
        gateway, reader, *consumers = free_ports(2 + len(registries))
        logs = self.logs / name
        with running_system(
            neighbours, registries, Ports(gateway, reader, consumers), logs, self.report
        ) as system:
            yield system


async def log_ends(bootstrap: str, topic: str) -> dict[int, int]:
    """Ask where each partition of a topic ends."""
    kafka = KafkaSettings(bootstrap_servers=bootstrap)
    async with open_position_reader(kafka, topic, "benchmark") as reader:
        return await reader.ends()


@contextmanager
def open_stand(report: Report, logs: Path | None) -> Iterator[Stand]:
    """Start Kafka and PostgreSQL, durable as in production, and make topics and tables.

    Stops them at the end, also after a failure or an interrupt. Raises StackError or Unavailable.
    """
    with ExitStack() as stack:
        data = stack.enter_context(temporary_data())
        with _interrupts_later(report):
            neighbours = stack.enter_context(
                open_neighbours(environment(), data=data, report=report, quick_start=False)
            )
        asyncio.run(_prepare(neighbours))
        report("topics and tables are made")
        yield Stand(neighbours, data, logs if logs is not None else data / "logs", report)


@contextmanager
def _interrupts_later(report: Report) -> Iterator[None]:
    """Raise KeyboardInterrupt after the block: both servers start in threads, which none reaches."""
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        noted = True
        report("interrupted: stopping after this step")

    former = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
    if noted:
        raise KeyboardInterrupt


def environment() -> dict[str, str]:
    """Leave out our settings: a benchmark must never load somebody's own Kafka and PostgreSQL."""
    kept = "ACR_LOCALSTACK_"
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(kept) or not name.startswith("ACR_")
    }


async def _prepare(neighbours: Neighbours) -> None:
    registries = load_registries()
    kafka = KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)
    brokers = await count_brokers(kafka)
    await apply_topics(kafka, read_topics(TOPICS_FILE, registries, brokers))
    await migrate(PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn)), registries)


def progress() -> Report:
    """Tell each step with the seconds since the start, apart from the results."""
    began = time.monotonic()

    def tell(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {text}\n")

    return tell
