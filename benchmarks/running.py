"""Starts what is measured, with a Kafka and a PostgreSQL of its own, and stops all of it again."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from pydantic import SecretStr

from acr_kafka.topics import apply_topics, count_brokers, read_topics
from acr_localstack.cache import Report
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.ports import free_ports
from acr_localstack.services import Ports, Service, System, running_system
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings, PostgresSettings

REGISTRY = "cdsr"
TOPICS_FILE = Path(__file__).parent.parent / "deploy" / "kafka" / "topics.toml"


@dataclass(frozen=True, slots=True)
class Running:
    """The running system: a gateway, one consumer and the reader beside their neighbours."""

    neighbours: Neighbours
    system: System

    @property
    def consumer(self) -> Service:
        """The one consumer."""
        return self.system.consumers[REGISTRY]

    def services(self) -> dict[str, Service]:
        """Name our own services."""
        return {
            "gateway": self.system.gateway,
            "consumer": self.consumer,
            "reader": self.system.reader,
        }

    def pids(self) -> Mapping[str, int]:
        """Name the process ids at present; neighbours in containers have none that we know."""
        pids = {name: service.process.pid for name, service in self.services().items()}
        if self.neighbours.kafka_pids:
            pids["kafka"] = self.neighbours.kafka_pids[0]
        if self.neighbours.postgres_pid is not None:
            pids["postgres"] = self.neighbours.postgres_pid
        return pids


@contextmanager
def open_running(report: Report, logs: Path | None) -> Iterator[Running]:
    """Start everything; stops it at the end, also after a failure or an interrupt.

    Logs of our services are kept where ``logs`` names a folder. Raises StackError or Unavailable.
    """
    with ExitStack() as stack:
        data = stack.enter_context(temporary_data())
        with _interrupts_later(report):
            neighbours = stack.enter_context(
                open_neighbours(environment(), data=data, report=report, quick_start=False)
            )
        asyncio.run(_prepare(neighbours))
        report("topics and tables are made")
        gateway, reader, consumer = free_ports(3)
        ports = Ports(gateway, reader, [consumer])
        with running_system(
            neighbours, [REGISTRY], ports, logs if logs is not None else data / "logs", report
        ) as system:
            yield Running(neighbours, system)
            report("stopping everything")


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
