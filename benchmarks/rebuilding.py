"""Measures a rebuild against live consumption of the same records, in one run; judges no figure.

Starts Kafka and PostgreSQL, and stops them. A backlog is settled by consumer processes with typed
tables; then the registry's tables are made anew from it, compared and swapped.
"""

import argparse
import asyncio
import json
import sys
import uuid
from contextlib import ExitStack

import asyncpg
from benchmarks.backlog import as_submission_record, fill, make_submissions
from benchmarks.consuming import REGISTRY, STOPPED, watch
from benchmarks.running import TOPICS_FILE, environment
from benchmarks.wire import VARIANTS
from pydantic import SecretStr

from acr_domain.topics import submissions_topic
from acr_kafka.topics import apply_topics, read_topics
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Service
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_rebuilding.rebuild import rebuild
from acr_rebuilding.request import Request, State
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings, PostgresSettings


async def consume(neighbours: Neighbours, count: int, consumers: int, services: ExitStack) -> float:
    """Let consumer processes settle a backlog; their start is not in the rate."""
    made = list(make_submissions(REGISTRY, VARIANTS[1], count, f"r{uuid.uuid4().hex[:8]}-"))
    topic = submissions_topic(REGISTRY)
    await fill(neighbours.kafka_bootstrap, topic, made, as_submission_record)
    for number in range(consumers):
        port = free_port()
        environ = {
            **environment(),
            "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
            "ACR_POSTGRES_DSN": neighbours.postgres_dsn,
            "ACR_CONSUMER_REGISTRY": REGISTRY,
            "ACR_CONSUMER_PORT": str(port),
        }
        log = services.enter_context(temporary_data()) / f"{number}.log"
        service = Service(f"consumer-{number}", "acr_consumer", port, environ, log)
        service.start()
        services.callback(service.stop)
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    try:
        return await watch(lambda: connection.fetchval(STOPPED, REGISTRY), 0, count)
    finally:
        await connection.close()


async def measure(neighbours: Neighbours, options: argparse.Namespace) -> dict[str, float]:
    """Settle, then rebuild again and again while the consumers idle."""
    kafka = KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)
    postgres = PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn))
    await apply_topics(kafka, read_topics(TOPICS_FILE, load_registries(), brokers=1))
    await migrate(postgres, [REGISTRY])
    with ExitStack() as services:
        rates = {"consumed": await consume(neighbours, options.count, options.consumers, services)}
        for number in range(options.rounds):
            told = await rebuild(Request(load_registries()[REGISTRY], "benchmark"), kafka, postgres)
            if told.state is not State.SWAPPED:
                raise SystemExit(f"the rebuild ended as {told.state}: {told.data()}")
            rates[f"rebuilt, compared and swapped ({number + 1})"] = told.records / told.seconds
    return rates


def main() -> int:
    """Run and print; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rebuilding",
        description=__doc__,
        epilog="Example: python -m benchmarks.rebuilding --count 50000",
    )
    parser.add_argument("--count", type=int, default=50_000, help="submissions")
    parser.add_argument("--rounds", type=int, default=2, help="rebuilds")
    parser.add_argument("--consumers", type=int, default=1, help="consumer processes")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with (
        temporary_data() as data,
        open_neighbours(
            environment(),
            data=data,
            report=lambda text: print(text, file=sys.stderr),
            quick_start=False,
        ) as neighbours,
    ):
        rates = asyncio.run(measure(neighbours, options))
    if options.json:
        print(json.dumps(rates))
        return 0
    for name, rate in rates.items():
        print(f"{name:40} {rate:10,.0f}/s  {rate / rates['consumed']:6.2f} of live consumption")
    return 0


if __name__ == "__main__":
    sys.exit(main())
