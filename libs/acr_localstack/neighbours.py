"""Opens a Kafka and a PostgreSQL from where they are to be had. Knows nothing of their contents.

The order of choice: the addresses in the environment; containers, where an engine answers; the
local stack. More than one broker always means the local stack, which alone gives their pids.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from acr_localstack.cache import Report, cache_home
from acr_localstack.containers import docker_answers, kafka_container, postgres_container
from acr_localstack.errors import StackError
from acr_localstack.kafka import running_kafka
from acr_localstack.postgres import running_postgres

First = TypeVar("First")
Second = TypeVar("Second")
Kind = Literal["environment", "docker", "local"]

KAFKA_VARIABLE = "ACR_KAFKA_BOOTSTRAP_SERVERS"
POSTGRES_VARIABLE = "ACR_POSTGRES_DSN"
FILE_SUFFIX = "_FILE"


class Server(Protocol):
    """A server that we run ourselves, and can start again where it ended."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""

    def start(self) -> None:
        """Start it again with its data; StartFailed if it does not answer."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where Kafka and PostgreSQL are; the servers themselves are known for the local stack only."""

    kind: Kind
    kafka_bootstrap: str
    postgres_dsn: str
    brokers: tuple[Server, ...] = ()
    database: Server | None = None

    @property
    def kafka_pids(self) -> tuple[int, ...]:
        """The brokers' process ids at present."""
        return tuple(broker.pid for broker in self.brokers)

    @property
    def postgres_pid(self) -> int | None:
        """The database's process id at present."""
        return self.database.pid if self.database else None

    def servers(self) -> dict[str, Server]:
        """Name every server that we run ourselves."""
        named = {f"kafka-{number}": each for number, each in enumerate(self.brokers, 1)}
        return {**named, **({"postgres": self.database} if self.database else {})}


def given_addresses(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Read the Kafka and PostgreSQL addresses from the environment, or from the files it names.

    None where neither is there; raises StackError for one without the other.
    """
    kafka = _read(environ, KAFKA_VARIABLE)
    postgres = _read(environ, POSTGRES_VARIABLE)
    if kafka and postgres:
        return kafka, postgres
    if kafka or postgres:
        there, missing = KAFKA_VARIABLE, POSTGRES_VARIABLE
        if postgres:
            there, missing = missing, there
        raise StackError(f"{there} is set and {missing} is not; set both, or neither")
    return None


def _read(environ: Mapping[str, str], name: str) -> str | None:
    if value := environ.get(name):
        return value
    if path := environ.get(name + FILE_SUFFIX):
        return Path(path).read_text().strip() or None
    return None


def choose_kind(environ: Mapping[str, str], brokers: int = 1) -> Kind:
    """Choose where the neighbours come from, asking a container engine only where it matters."""
    if given_addresses(environ) is not None:
        return "environment"
    if brokers == 1 and docker_answers():
        return "docker"
    return "local"


@contextmanager
def open_neighbours(
    environ: Mapping[str, str],
    *,
    data: Path,
    report: Report,
    kafka_port: int | None = None,
    postgres_port: int | None = None,
    brokers: int = 1,
    quick_start: bool = False,
) -> Iterator[Neighbours]:
    """Yield both when both answer; what was started is stopped at the end, also after a failure.

    ``data`` is the local stack's folder and is kept. Raises StackError, or what testcontainers raises.
    """
    kind = choose_kind(environ, brokers)
    with ExitStack() as stack:
        if kind == "environment":
            kafka, postgres = given_addresses(environ) or ("", "")
            yield Neighbours(kind, kafka, postgres)
        elif kind == "docker":
            bootstrap, dsn = _enter_both(
                stack,
                kafka_container(kafka_port, report),
                postgres_container(postgres_port, report),
            )
            yield Neighbours(kind, bootstrap, dsn)
        else:
            cluster, server = _enter_both(
                stack,
                running_kafka(
                    cache_home(environ),
                    data=data / "kafka",
                    report=report,
                    brokers=brokers,
                    ports=None if kafka_port is None else range(kafka_port, kafka_port + brokers),
                    quick_start=quick_start,
                ),
                running_postgres(data=data / "postgres", port=postgres_port, report=report),
            )
            yield Neighbours(kind, cluster.bootstrap, server.dsn, cluster.brokers, server)


def _enter_both(
    stack: ExitStack,
    first: AbstractContextManager[First],
    second: AbstractContextManager[Second],
) -> tuple[First, Second]:
    """Start both at the same time, as each takes seconds; raises what the first of them raised."""
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(stack.enter_context, first)
        other = pool.submit(stack.enter_context, second)
    return one.result(), other.result()
