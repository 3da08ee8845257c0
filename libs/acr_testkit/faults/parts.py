"""Runs a whole system whose parts can be broken one by one: brokers, database, services, detours.

Everything is stopped at the end, after a failure and after an interrupt.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from acr_kafka.topics import Topic, apply_topics, read_topics
from acr_localstack.cache import Report, cache_home
from acr_localstack.kafka import KafkaCluster, running_kafka
from acr_localstack.kafka_properties import Detour
from acr_localstack.ports import free_ports
from acr_localstack.postgres import PostgresServer, running_postgres
from acr_localstack.services import Service
from acr_postgres.migrations import migrate
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.faults.small_disks import small_disk

BROKERS = 3
GATEWAYS = 2
CONSUMERS_EACH = 2
REGISTRIES = ("cdsr", "lcsr")
CALM_DATABASE = "acr_calm"
HEAP_MEBIBYTES = 384
SMALL_DISK_MEBIBYTES = 640
# A disk of the size above must hold it all: Kafka and PostgreSQL reserve less than they usually do.
SMALL_KAFKA = {"log.segment.bytes": str(16 * 1024 * 1024), "log.preallocate": "false"}
SMALL_POSTGRES = {"max_wal_size": "96MB", "min_wal_size": "32MB"}
READY_SECONDS_MAX = 90.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What system to run. ``small_disks`` gives broker 3 and the database a small disk each."""

    topics_file: Path
    data: Path
    logs: Path
    small_disks: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A running system. Whoever breaks a part mends it.

    ``partitions`` counts those of each topic; ``detours`` are ways to the brokers that nothing passes on until a proxy listens there, and
    ``detour_postgres`` is a port for one to the database.
    """

    kafka: KafkaCluster
    database: PostgresServer
    gateways: tuple[Service, ...]
    consumers: Mapping[str, tuple[Service, ...]]
    reader: Service
    detours: tuple[Detour, ...]
    detour_postgres: int
    disks: Mapping[str, Path]
    partitions: Mapping[str, int]

    @property
    def kafka_settings(self) -> KafkaSettings:
        """How to reach the brokers."""
        return KafkaSettings(bootstrap_servers=self.kafka.bootstrap)

    @property
    def calm_dsn(self) -> str:
        """The second database, into which the tables are rebuilt."""
        return self.database.dsn.rpartition("/")[0] + "/" + CALM_DATABASE

    def services(self) -> list[Service]:
        """List all services of ours, the doors first."""
        consumers = [each for registry in self.consumers.values() for each in registry]
        return [*self.gateways, *consumers, self.reader]

    def ended(self) -> list[str]:
        """Name every process of the system that is not there."""
        processes = {each.name: each.process.running for each in self.services()}
        processes |= {f"broker {each.node_id}": each.running for each in self.kafka.brokers}
        processes["PostgreSQL"] = self.database.running
        return [name for name, runs in processes.items() if not runs]


@contextmanager
def running_neighbours(plan: Plan, report: Report) -> Iterator[Parts]:
    """Run three brokers and a database; services are planned and not started."""
    detours = _choose_detours()
    with ExitStack() as stack:
        disks: dict[str, Path] = {}
        if plan.small_disks:
            disks = {
                "broker": stack.enter_context(
                    small_disk(plan.data / "kafka" / "broker-3", SMALL_DISK_MEBIBYTES)
                ),
                "database": stack.enter_context(
                    small_disk(plan.data / "postgres", SMALL_DISK_MEBIBYTES)
                ),
            }
        kafka = stack.enter_context(
            running_kafka(
                cache_home(os.environ),
                data=plan.data / "kafka",
                report=report,
                brokers=BROKERS,
                quick_start=True,
                heap_mebibytes=HEAP_MEBIBYTES,
                detours=detours,
                extra_settings=SMALL_KAFKA if plan.small_disks else {},
            )
        )
        # The data is gone at the end, so that nobody waits for an orderly stop of three brokers.
        stack.callback(_kill_brokers, kafka)
        database = stack.enter_context(
            running_postgres(
                data=plan.data / "postgres",
                report=report,
                extra_settings=SMALL_POSTGRES if plan.small_disks else {},
            )
        )
        yield _plan_services(plan, kafka, database, detours, disks)


@asynccontextmanager
async def running_parts(plan: Plan, report: Report) -> AsyncIterator[Parts]:
    """Run the whole system; yields when every service is ready.

    Raises:
        StackError: if a part does not start; all of it is stopped then.
    """
    with ExitStack() as stack:
        parts = stack.enter_context(running_neighbours(plan, report))
        await _prepare(parts, plan.topics_file)
        stack.callback(_stop_in_order, parts)
        for service in parts.services():
            service.start()
        await all_ready(parts.services())
        report(f"{len(parts.services())} services are ready")
        yield parts


async def all_ready(services: Sequence[Service]) -> None:
    """Wait until each of these can do its job; raises StartFailed."""
    waits = (asyncio.to_thread(each.wait_ready, READY_SECONDS_MAX) for each in services)
    await asyncio.gather(*waits)


def _choose_detours() -> tuple[Detour, ...]:
    ports = free_ports(2 * BROKERS)
    return tuple(Detour(ports[at], ports[BROKERS + at]) for at in range(BROKERS))


def _plan_services(
    plan: Plan,
    kafka: KafkaCluster,
    database: PostgresServer,
    detours: tuple[Detour, ...],
    disks: Mapping[str, Path],
) -> Parts:
    count = GATEWAYS + CONSUMERS_EACH * len(REGISTRIES) + 2
    *ports, detour_postgres = free_ports(count)
    planner = _Planner(plan.logs, kafka.bootstrap, database.dsn, ports)
    return Parts(
        kafka=kafka,
        database=database,
        gateways=tuple(planner.gateway(number + 1) for number in range(GATEWAYS)),
        consumers={
            registry: tuple(planner.consumer(registry, at + 1) for at in range(CONSUMERS_EACH))
            for registry in REGISTRIES
        },
        reader=planner.reader(),
        detours=detours,
        detour_postgres=detour_postgres,
        disks=disks,
        partitions={each.name: each.partitions for each in _topics(plan.topics_file)},
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    """Plans services, each on a port of its own: ``ports`` gets shorter."""

    logs: Path
    bootstrap: str
    dsn: str
    ports: list[int]

    def gateway(self, number: int) -> Service:
        return self._service(f"gateway-{number}", "acr_gateway", "ACR_GATEWAY_PORT", {})

    def consumer(self, registry: str, number: int) -> Service:
        variables = {"ACR_POSTGRES_DSN": self.dsn, "ACR_CONSUMER_REGISTRY": registry}
        name = f"consumer-{registry}-{number}"
        return self._service(name, "acr_consumer", "ACR_CONSUMER_PORT", variables)

    def reader(self) -> Service:
        variables = {"ACR_POSTGRES_DSN": self.dsn}
        return self._service("reader", "acr_reader", "ACR_READER_PORT", variables)

    def _service(
        self, name: str, module: str, port_variable: str, variables: Mapping[str, str]
    ) -> Service:
        port = self.ports.pop()
        environ = {
            **{known: value for known, value in os.environ.items() if not known.startswith("ACR_")},
            "ACR_KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            port_variable: str(port),
            **variables,
        }
        return Service(name, module, port, environ, self.logs / f"{name}.log")


def _topics(file: Path) -> list[Topic]:
    return read_topics(file, REGISTRIES, BROKERS)


async def _prepare(parts: Parts, topics_file: Path) -> None:
    await apply_topics(parts.kafka_settings, _topics(topics_file))
    connection = await asyncpg.connect(parts.database.dsn)
    await connection.execute(f"CREATE DATABASE {CALM_DATABASE}")
    await connection.close()
    for dsn in (parts.database.dsn, parts.calm_dsn):
        await migrate(PostgresSettings(dsn=SecretStr(dsn)), REGISTRIES)


def _kill_brokers(kafka: KafkaCluster) -> None:
    for broker in kafka.brokers:
        broker.kill()


def _stop_in_order(parts: Parts) -> None:
    """Close the doors first; a part that a failed scenario left suspended is killed in the end."""
    for group in (parts.gateways, parts.services()[len(parts.gateways) :]):
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda service: service.stop(), group))
