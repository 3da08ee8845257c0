"""Measures a rebuild against live consumption of the same records, in one run; judges no figure.

Starts Kafka and PostgreSQL, and stops them. A backlog is settled by consumer processes with typed
tables; then the registry's tables are made anew from it, compared and swapped, in turns: by as many
processes as the command takes by default, and by one.
"""

import argparse
import json
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import asyncpg
import uvloop
from benchmarks.backlog import as_submission_record, fill, make_submissions
from benchmarks.consuming import REGISTRY
from benchmarks.running import TOPICS_FILE, environment
from benchmarks.side_by_side import Parts, Turn, show, summary
from benchmarks.wire import VARIANTS
from pydantic import SecretStr

from acr_domain.topics import submissions_topic
from acr_http.garbage import look_rarely
from acr_kafka.topics import apply_topics, read_topics
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_rebuilding.rebuild import rebuild
from acr_rebuilding.request import Request, State
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings, PostgresSettings

LIVE, REBUILT, REBUILT_BY_ONE = "live consumption", "rebuilt and swapped", "... by one process"


async def consumed(parts: Parts, count: int, consumers: int) -> Turn:
    """Let consumer processes settle a backlog; their start is not in the rate."""
    before = await parts.settled(REGISTRY)
    made = list(make_submissions(REGISTRY, VARIANTS[1], count, f"r{uuid.uuid4().hex[:8]}-"))
    topic = submissions_topic(REGISTRY)
    await fill(parts.neighbours.kafka_bootstrap, topic, made, as_submission_record)
    async with parts.consumers(REGISTRY, consumers) as pids:
        return await parts.timed(lambda: parts.settled(REGISTRY), before, count, pids)


async def rebuilt(
    kafka: KafkaSettings, postgres: PostgresSettings, processes: int | None = None
) -> int:
    """Rebuild and swap, as the command does; gives the records settled."""
    request = Request(load_registries()[REGISTRY], "benchmark", processes=processes)
    told = await rebuild(request, kafka, postgres)
    if told.state is not State.SWAPPED:
        raise SystemExit(f"the rebuild ended as {told.state}: {told.data()}")
    return told.records


async def measure(
    neighbours: Neighbours, options: argparse.Namespace, stack: ExitStack
) -> Mapping[str, Sequence[Turn]]:
    """Settle and rebuild in turns; each rebuild makes all that was settled so far."""
    kafka = KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)
    postgres = PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn))
    await apply_topics(kafka, read_topics(TOPICS_FILE, load_registries(), brokers=1))
    await migrate(postgres, [REGISTRY])
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    parts = Parts(neighbours, connection, stack.enter_context(temporary_data()))
    turns: dict[str, list[Turn]] = {LIVE: [], REBUILT: [], REBUILT_BY_ONE: []}
    try:
        for _ in range(options.rounds):
            turns[LIVE].append(await consumed(parts, options.count, options.consumers))
            look_rarely()
            for name, processes in ((REBUILT, None), (REBUILT_BY_ONE, 1)):
                work = rebuilt(kafka, postgres, processes)
                turns[name].append(await parts.whole(work, [os.getpid()]))
    finally:
        await connection.close()
    return turns


def main() -> int:
    """Run and print; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rebuilding",
        description=__doc__,
        epilog="Example: python -m benchmarks.rebuilding --count 30000",
    )
    parser.add_argument("--count", type=int, default=30_000, help="submissions a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds")
    parser.add_argument("--consumers", type=int, default=1, help="consumer processes")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    with ExitStack() as stack:
        neighbours = stack.enter_context(
            open_neighbours(
                environment(),
                data=stack.enter_context(temporary_data()),
                report=lambda text: print(text, file=sys.stderr),
                quick_start=False,
            )
        )
        rows = summary(uvloop.run(measure(neighbours, options, stack)), LIVE)
    if options.json:
        print(json.dumps(rows))
    else:
        show(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
