"""Measures consumers against raw COPY and the Debezium JDBC sink, in one run; judges no figure.

Starts Kafka, PostgreSQL and Kafka Connect, and stops all of it. In each round the same submissions
are settled by our consumers, upserted by the sink and copied as finished rows; the order alternates.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from benchmarks.backlog import as_submission_record, fill, make_submissions
from benchmarks.jdbc_sink import CREATE_TABLE, TOPIC, Sink, as_row_record, running_sink
from benchmarks.running import TOPICS_FILE, environment
from benchmarks.wire import VARIANTS
from pydantic import SecretStr

from acr_domain.submission import Submission
from acr_domain.topics import submissions_topic
from acr_kafka.topics import Topic, apply_topics, read_topics
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Service
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings, PostgresSettings

REGISTRY = "cdsr"
TABLES = ("versions", "records", "arrivals")
STANDSTILL_SECONDS_MAX = 60.0
LOOK_AGAIN_SECONDS = 0.05
STOPPED = "SELECT coalesce(sum(next_offset), 0) FROM acr.positions WHERE registry = $1"
SETTLING = (
    "SELECT count(DISTINCT consumer) FROM acr.positions WHERE registry = $1 AND settled_at > $2"
)


@dataclass(slots=True)
class Bench:
    """The parts; ``rates`` grows, rows a second by name."""

    neighbours: Neighbours
    connection: asyncpg.Connection
    sink: Sink | None
    logs: Path
    consumers: int
    rates: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, rate: float) -> None:
        """Keep a rate and show it."""
        self.rates.setdefault(name, []).append(rate)
        sys.stderr.write(f"{name}: {rate:,.0f}/s\n")

    async def consume(self, name: str, module: str, made: Sequence[Submission]) -> None:
        """Let fresh consumer processes settle a backlog; their start is not in the rate.

        It lasts until each of them has settled some of it: the first one takes all partitions, and
        stands still when another asks for its share. The sink has its partitions already.
        """
        before = int(await self.connection.fetchval(STOPPED, REGISTRY))
        began_at = await self.connection.fetchval("SELECT now()")
        await fill(
            self.neighbours.kafka_bootstrap,
            submissions_topic(REGISTRY),
            made,
            as_submission_record,
        )
        services = [self._consumer(module, number) for number in range(self.consumers)]

        async def all_settle() -> bool:
            settling = await self.connection.fetchval(SETTLING, REGISTRY, began_at)
            return int(settling) >= self.consumers

        for service in services:
            service.start()
        try:
            rate = await watch(
                lambda: self.connection.fetchval(STOPPED, REGISTRY),
                before,
                len(made),
                all_work=all_settle,
            )
        finally:
            for service in services:
                await asyncio.to_thread(service.stop)
        self.note(name, rate)

    def _consumer(self, module: str, number: int) -> Service:
        port = free_port()
        environ = {
            **environment(),
            "ACR_KAFKA_BOOTSTRAP_SERVERS": self.neighbours.kafka_bootstrap,
            "ACR_POSTGRES_DSN": self.neighbours.postgres_dsn,
            "ACR_CONSUMER_REGISTRY": REGISTRY,
            "ACR_CONSUMER_PORT": str(port),
        }
        return Service(f"consumer-{number}", module, port, environ, self.logs / f"{number}.log")

    async def upsert(self, made: Sequence[Submission]) -> None:
        """Let the sink, warm by now, upsert a backlog."""
        assert self.sink is not None
        count = "SELECT count(*) FROM peer.versions"
        before = int(await self.connection.fetchval(count))
        await fill(self.neighbours.kafka_bootstrap, TOPIC, made, as_row_record)
        self.sink.resume()
        rate = await watch(lambda: self.connection.fetchval(count), before, len(made), 0.25)
        await asyncio.to_thread(self.sink.pause)
        self.note("JDBC sink", rate)

    async def copy(self, count: int) -> None:
        """Copy the newest rows of the very tables that the consumers wrote into like ones."""
        dumps = {}
        newest = f"SELECT * FROM acr.arrivals_{REGISTRY} ORDER BY settled_at DESC LIMIT {count}"
        for table in TABLES:
            data = tempfile.TemporaryFile()  # noqa: SIM115
            await self.connection.copy_from_query(
                f"SELECT each.* FROM acr.{table}_{REGISTRY} AS each JOIN ({newest}) AS new "
                + _joined(table),
                output=data,
                format="binary",
            )
            dumps[table] = data
        started = time.perf_counter()
        async with self.connection.transaction():
            for table, data in dumps.items():
                data.seek(0)
                await self.connection.copy_to_table(
                    table, schema_name="floor", source=data, format="binary"
                )
        self.note("raw COPY", count / (time.perf_counter() - started))
        for data in dumps.values():
            data.close()


def _joined(table: str) -> str:
    if table == "records":
        return "USING (partner_id, header_id)"
    return "USING (partition, log_offset)"


async def watch(
    count: Callable[[], Awaitable[int]],
    before: int,
    target: int,
    pause_seconds: float = LOOK_AGAIN_SECONDS,
    all_work: Callable[[], Awaitable[bool]] | None = None,
) -> float:
    """Look until so many more are there; the rate begins at the first sighting, or before it sees all.

    With ``all_work`` it begins when that says yes; if it never does, at the beginning.

    Raises:
        TimeoutError: if the count stands still.
    """
    first: tuple[float, int] | None = None
    began = last = (time.monotonic(), 0)
    while True:
        done = int(await count()) - before
        now = time.monotonic()
        if done > last[1]:
            last = (now, done)
            if first is None and (all_work is None or await all_work()):
                first = last
        if done >= target:
            first = first if first is not None and first[1] < done else began
            return (done - first[1]) / max(now - first[0], 1e-9)
        if now - last[0] > STANDSTILL_SECONDS_MAX:
            raise TimeoutError(f"the count stands still at {done} of {target}")
        await asyncio.sleep(pause_seconds)


async def prepare(neighbours: Neighbours) -> None:
    """Make topics and tables, the sink's and the floor's too."""
    kafka = KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)
    topics = read_topics(TOPICS_FILE, load_registries(), brokers=1)
    partitions = next(t.partitions for t in topics if t.name == submissions_topic(REGISTRY))
    await apply_topics(kafka, [*topics, Topic(TOPIC, partitions, 1, {})])
    await migrate(PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn)), [REGISTRY])
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    await connection.execute(CREATE_TABLE + "CREATE SCHEMA floor;")
    for table in TABLES:
        await connection.execute(
            f"CREATE TABLE floor.{table} (LIKE acr.{table}_{REGISTRY} INCLUDING ALL)"
        )
    await connection.close()


async def measure(bench: Bench, count: int, rounds: int) -> None:
    """Take turns, each round in the other order; without a sink its turns are left out."""
    for number in range(rounds):
        series = f"b{uuid.uuid4().hex[:8]}-"
        made = list(make_submissions(REGISTRY, VARIANTS[1], count, series))
        typed = list(make_submissions(REGISTRY, VARIANTS[1], count, f"t{series}"))

        async def ours(first: Sequence[Submission] = made) -> None:
            await bench.consume("consumers", "benchmarks.bare_consumer", first)
            await bench.copy(count)

        async def peer(first: Sequence[Submission] = made) -> None:
            await bench.upsert(first)

        async def with_tables(first: Sequence[Submission] = typed) -> None:
            await bench.consume("consumers with typed tables", "acr_consumer", first)

        turns = [ours, peer, with_tables] if bench.sink else [ours, with_tables]
        for turn in turns if number % 2 == 0 else reversed(turns):
            await turn()


RATIOS = (
    ("consumers", "raw COPY"),
    ("consumers", "JDBC sink"),
    ("consumers with typed tables", "JDBC sink"),
    ("consumers with typed tables", "consumers"),
)


def ratios_by_round(rates: dict[str, list[float]]) -> dict[str, list[float]]:
    """Give what is compared, by round; without the sink's rates those without it."""
    return {
        f"{one} / {other}": [a / b for a, b in zip(rates[one], rates[other], strict=True)]
        for one, other in RATIOS
        if other in rates
    }


def main() -> int:
    """Run and print; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.consuming",
        description=__doc__,
        epilog="Example: python -m benchmarks.consuming --count 50000 --rounds 3",
    )
    parser.add_argument("--count", type=int, default=60_000, help="submissions a turn")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the first warms nothing up")
    parser.add_argument(
        "--consumers", type=int, default=2, help="our processes (the sink: 2 tasks)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    rates = asyncio.run(_run(options))
    result = {
        "rates": {k: statistics.median(v) for k, v in rates.items()},
        "ratios": {k: statistics.median(v) for k, v in ratios_by_round(rates).items()},
    }
    if options.json:
        print(json.dumps({**result, "all": rates}))
        return 0
    for name, value in result["rates"].items():
        print(f"{name:45} {value:12,.0f}/s")
    for name, value in result["ratios"].items():
        print(f"{name:45} {value:12.2f}")
    return 0


async def _run(options: argparse.Namespace) -> dict[str, list[float]]:
    def report(text: str) -> None:
        sys.stderr.write(text + "\n")

    with ExitStack() as stack:
        data = stack.enter_context(temporary_data())
        neighbours = stack.enter_context(
            open_neighbours(environment(), data=data, report=report, quick_start=False)
        )
        await prepare(neighbours)
        sink = stack.enter_context(
            running_sink(
                neighbours.kafka_bootstrap, neighbours.postgres_dsn, data / "connect", report
            )
        )
        connection = await asyncpg.connect(neighbours.postgres_dsn)
        bench = Bench(neighbours, connection, sink, data, options.consumers)
        warm = list(make_submissions(REGISTRY, VARIANTS[1], options.count, "warm-"))
        await asyncio.to_thread(sink.pause)
        await bench.upsert(warm)
        bench.rates.clear()
        await measure(bench, options.count, options.rounds)
        await connection.close()
    return bench.rates


if __name__ == "__main__":
    sys.exit(main())
