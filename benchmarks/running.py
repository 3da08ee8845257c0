"""Starts the system whose walk is measured, with a Kafka and a PostgreSQL of its own, and stops it again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stand import TOPICS_FILE, environment, open_stand

from acr_localstack.cache import Report
from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_ports
from acr_localstack.services import Ports, Service, System, running_system

REGISTRY = "cdsr"

__all__ = ["REGISTRY", "TOPICS_FILE", "Running", "environment", "open_running"]


@dataclass(frozen=True, slots=True)
class Running:
    """The running system: a gateway, consumers and the reader beside their neighbours."""

    neighbours: Neighbours
    system: System

    @property
    def consumer(self) -> Service:
        """The CDSR consumer."""
        return self.system.consumers[REGISTRY]

    def services(self) -> dict[str, Service]:
        """Name our own services; the one consumer, or each by its registry."""
        consumers = self.system.consumers
        named = {
            "consumer" if len(consumers) == 1 else f"consumer {n}": c for n, c in consumers.items()
        }
        return {"gateway": self.system.gateway, **named, "reader": self.system.reader}

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
    with open_stand(report, logs) as stand:
        gateway, reader, consumer = free_ports(3)
        ports = Ports(gateway, reader, [consumer])
        with running_system(stand.neighbours, [REGISTRY], ports, stand.logs, report) as system:
            yield Running(stand.neighbours, system)
            report("stopping everything")
