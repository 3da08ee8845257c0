"""A system with a Kafka and a PostgreSQL of its own, whose parts may be stopped and killed."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from acr_kafka.topics import apply_topics, read_topics
from acr_localstack.cache import cache_home
from acr_localstack.kafka import Broker, running_kafka
from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_ports
from acr_localstack.postgres import PostgresServer, running_postgres
from acr_localstack.services import Ports, Service, System, running_system
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.awaiting import until
from acr_testkit.metrics_page import metric

REGISTRY = "cdsr"


@dataclass(frozen=True, slots=True)
class Fragile:
    """The parts. Whoever ends one starts it again."""

    broker: Broker
    server: PostgresServer
    system: System

    @property
    def gateway(self) -> Service:
        """The door."""
        return self.system.gateway

    @property
    def reader(self) -> Service:
        """What people read."""
        return self.system.reader

    @property
    def consumer(self) -> Service:
        """The consumer of the one registry that runs here."""
        return self.system.consumers[REGISTRY]

    async def in_flight(self, count: int) -> None:
        """Wait until so many submissions are in the gateway's hands."""
        url = self.gateway.url

        def waiting() -> bool:
            return metric(url, "acr_submissions_in_flight") == count

        await until(waiting, f"{count} submissions are in flight")

    async def all_ready(self) -> None:
        """Wait until every service can do its job."""
        for service in self.system.all():
            await asyncio.to_thread(service.wait_ready)


@asynccontextmanager
async def fragile_system(topics_file: Path, logs: Path) -> AsyncIterator[Fragile]:
    """Run one until the block ends."""
    gateway, reader, consumer = free_ports(3)
    with ExitStack() as stack:
        data = stack.enter_context(temporary_data())
        kafka = running_kafka(
            cache_home(os.environ), data=data / "kafka", report=print, quick_start=True
        )
        cluster = stack.enter_context(kafka)
        server = stack.enter_context(running_postgres(data=data / "postgres", report=print))
        await apply_topics(
            KafkaSettings(bootstrap_servers=cluster.bootstrap),
            read_topics(topics_file, [REGISTRY], brokers=1),
        )
        await migrate(PostgresSettings(dsn=SecretStr(server.dsn)), [REGISTRY])
        neighbours = Neighbours("local", cluster.bootstrap, server.dsn)
        ports = Ports(gateway, reader, [consumer])
        system = stack.enter_context(running_system(neighbours, [REGISTRY], ports, logs, print))
        yield Fragile(cluster.brokers[0], server, system)
