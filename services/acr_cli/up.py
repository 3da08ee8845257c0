"""`acr-connect up`: the whole system on this machine, from nothing to a first answer."""

import asyncio
import json
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from acr_cli.demonstration import PATH, another_sample, demonstrate
from acr_cli.output import Output
from acr_cli.running import describe, forget_endpoints, system_folder, write_endpoints
from acr_cli.stopping import StopRequests
from acr_cli.supervision import supervisor_of
from acr_domain.errors import Unavailable
from acr_kafka.topics import apply_topics, count_brokers, read_topics
from acr_localstack.errors import PortTaken, StackError
from acr_localstack.neighbours import Neighbours, given_addresses, open_neighbours
from acr_localstack.ports import free_port, require_port
from acr_localstack.services import Ports, System, running_system
from acr_postgres.migrations import migrate
from acr_postgres.projections import SchemaTaken
from acr_registries.catalogue import load_registries
from acr_registries.opening import open_registries
from acr_settings.settings import KafkaSettings, PostgresSettings

GATEWAY_PORT, READER_PORT, CONSUMER_PORTS_FROM = 8080, 8081, 8091
KAFKA_PORT, POSTGRES_PORT = 9092, 5432
WATCH_SECONDS = 0.5
CONNECT_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What `up` was asked to do. A port that is None was left to us."""

    name: str | None
    topics_file: Path
    gateway_port: int | None
    reader_port: int | None
    kafka_port: int | None
    postgres_port: int | None
    once: bool
    restart: bool


def run_up(plan: Plan, output: Output) -> bool:
    """Bring the system up, demonstrate it, keep serving, and stop all of it in order.

    Returns whether the demonstration went as it should.

    Raises:
        BadSettings: if a registry's data files cannot be used.
        StackError: if a part does not start; whatever had been started is stopped.
    """
    open_registries(load_registries())
    folder = system_folder(plan.name)
    with StopRequests(output) as stop, ExitStack() as stack:
        neighbours = _open_neighbours(stack, plan, folder, output)
        if stop.requested:
            return True
        with output.busy("creating topics and tables"):
            asyncio.run(_prepare(plan, neighbours, output))
        system = _start_services(stack, plan, neighbours, folder / "logs", output)
        stack.callback(forget_endpoints, folder)
        write_endpoints(folder, describe(folder.name, neighbours, system, folder / "logs"))
        stack.callback(output.step, "stopping in order: gateway, consumers, reader, neighbours")
        steps = demonstrate(system.gateway.url, output)
        went_well = all(step.as_expected for step in steps)
        output.data({"as_expected": went_well, "steps": [asdict(step) for step in steps]})
        if not plan.once and not stop.requested:
            _tell_addresses(system, folder, output)
            _watch(plan, folder, neighbours, system, stop, output)
    output.step("stopped; nothing is left running")
    return went_well


def _open_neighbours(stack: ExitStack, plan: Plan, folder: Path, output: Output) -> Neighbours:
    kafka_port, postgres_port = None, None
    if given_addresses(os.environ) is None:
        kafka_port = _choose(plan.kafka_port, KAFKA_PORT, "Kafka", "--kafka-port", output)
        postgres_port = _choose(
            plan.postgres_port, POSTGRES_PORT, "PostgreSQL", "--postgres-port", output
        )
    with output.busy("starting Kafka and PostgreSQL"):
        return stack.enter_context(
            open_neighbours(
                os.environ,
                data=folder / "data",
                report=output.step,
                kafka_port=kafka_port,
                postgres_port=postgres_port,
            )
        )


def _choose(wanted: int | None, usual: int, purpose: str, setting: str, output: Output) -> int:
    """Take the port that was asked for, else the usual one, else another, and say whose it is.

    Raises:
        PortTaken: if it was asked for.
    """
    if wanted is not None:
        require_port(wanted, purpose, setting)
        return wanted
    try:
        require_port(usual, purpose)
    except PortTaken as taken:
        other = free_port()
        output.step(f"{taken}; {purpose} gets port {other}")
        return other
    return usual


async def _prepare(plan: Plan, neighbours: Neighbours, output: Output) -> None:
    kafka = KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)
    registries = load_registries()
    try:
        brokers = await count_brokers(kafka)
        topics = read_topics(plan.topics_file, registries, brokers)
        created = await apply_topics(kafka, topics)
        output.step(f"topics: {len(topics)} declared, {len(created)} created")
        postgres = PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn))
        done = await migrate(postgres, registries)
        output.step(f"tables: {f'{len(done)} steps of preparing' if done else 'up to date'}")
    except (Unavailable, SchemaTaken, OSError) as trouble:
        raise StackError(f"topics and tables could not be prepared: {trouble}") from trouble


def _start_services(
    stack: ExitStack, plan: Plan, neighbours: Neighbours, logs: Path, output: Output
) -> System:
    registries = list(load_registries())
    ports = Ports(
        _choose(plan.gateway_port, GATEWAY_PORT, "the gateway", "--gateway-port", output),
        _choose(plan.reader_port, READER_PORT, "the reader", "--reader-port", output),
        [
            _choose(None, CONSUMER_PORTS_FROM + number, f"the consumer of {name}", "", output)
            for number, name in enumerate(registries)
        ],
    )
    with output.busy("starting gateway, consumers and reader"):
        return stack.enter_context(running_system(neighbours, registries, ports, logs, output.step))


def _tell_addresses(system: System, folder: Path, output: Output) -> None:
    sample = folder / "sample.json"
    sample.write_text(json.dumps(another_sample(), indent=2), encoding="utf-8")
    output.say()
    output.say(f"  gateway   {system.gateway.url}   metrics at /metrics, health at /readyz")
    output.say(f"  reader    {system.reader.url}")
    output.say(f"  logs      {folder / 'logs'}")
    command = sys.argv[0] if sys.argv[0].endswith("acr-connect") else "acr-connect"
    output.say(f"  all addresses and process ids: {command} endpoints")
    output.say()
    output.say("  Try it:")
    output.say(
        f"  curl -i -H 'Content-Type: application/json' --data-binary @{sample} {system.gateway.url}{PATH}"
    )
    output.say()
    output.say("  Kill anything by its process id: it is started again, and a line here says so.")
    output.say("  Ctrl-C stops all of it.")


def _watch(
    plan: Plan,
    folder: Path,
    neighbours: Neighbours,
    system: System,
    stop: StopRequests,
    output: Output,
) -> None:
    """Keep serving until asked to stop; start again what ends by itself."""
    known = describe(folder.name, neighbours, system, folder / "logs")
    supervisor = supervisor_of(neighbours, system, output.step)
    while not stop.requested:
        time.sleep(WATCH_SECONDS)
        if plan.restart:
            supervisor.look()
        now = describe(folder.name, neighbours, system, folder / "logs")
        if now != known:
            write_endpoints(folder, now)
            known = now
