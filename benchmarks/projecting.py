"""Measures what typed tables add to the settling of a batch, on a PostgreSQL of its own.

Batches of the same LCSR exams are settled in turns with typed tables and without; neither reads
Kafka. Prints ratios; judges no figure.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import SecretStr

from acr_domain.judgement import judge_all
from acr_domain.submission import Arrival, LogPosition, Submission
from acr_domain.topics import submissions_topic
from acr_localstack.postgres import running_postgres
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_postgres.pool import open_pool
from acr_postgres.settlement import Move, SettlementStore
from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_registries.projection import Projection, open_projection
from acr_registries.projection_rows import project
from acr_registries.reading import read_contents
from acr_settings.settings import PostgresSettings
from acr_settling.projecting import project_current

REGISTRY, SAMPLE = "lcsr", "annual-with-follow-up"
RECEIVED_AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class Bench:
    """Settles batches of records; ``next_offset`` grows with each, ``seconds`` are kept by kind."""

    store: SettlementStore
    projection: Projection
    next_offset: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict)

    async def settle(self, kind: str, submissions: Sequence[Submission]) -> None:
        """Settle one batch as the consumer does."""
        topic, first = submissions_topic(REGISTRY), self.next_offset
        arrivals = [
            Arrival(LogPosition(topic, 0, first + number), each)
            for number, each in enumerate(submissions)
        ]
        self.next_offset += len(arrivals)
        began = time.perf_counter()
        async with self.store.settlement() as settlement:
            await settlement.advance({0: Move(first, self.next_offset, first, RECEIVED_AT)})
            outcomes = judge_all(arrivals, await settlement.histories(arrivals))
            await settlement.store(arrivals, outcomes)
            if kind != "without":
                await settlement.project(project_current(self.projection, arrivals, outcomes))
        self.seconds.setdefault(kind, []).append(time.perf_counter() - began)

    def make_rows(self, submissions: Sequence[Submission]) -> None:
        """Make rows without writing them, to see what that alone takes."""
        began = time.perf_counter()
        project(self.projection, submissions)
        self.seconds.setdefault("rows alone", []).append(time.perf_counter() - began)


def _exams(count: int, version_no: int, keys: Sequence[str] = ()) -> list[Submission]:
    registry = load_registries()[REGISTRY]
    body = read_submissions(registry.package, "valid")[SAMPLE]
    body["dartheader"]["versionno"] = str(version_no)
    made = []
    for header_id in keys or [str(uuid.uuid4()) for _ in range(count)]:
        body["dartheader"]["id"] = header_id
        raw = json.dumps(body).encode()
        contents = read_contents(registry, raw, {})
        made.append(
            Submission(
                str(uuid.uuid4()),
                contents.key,
                version_no,
                contents.digest,
                (),
                RECEIVED_AT,
                "application/json",
                raw,
            )
        )
    return made


async def _measure(settings: PostgresSettings, rounds: int, batch: int) -> Bench:
    await migrate(settings, [REGISTRY])
    async with open_pool(settings, "acr_writer", "bench", by_key=True) as pool:
        store = SettlementStore(pool, REGISTRY, submissions_topic(REGISTRY), "bench")
        bench = Bench(store, open_projection(load_registries()[REGISTRY]))
        await store.claim([0])
        for number in range(rounds + 1):
            first = _exams(batch, 1)
            keys = [each.key.header_id for each in first]
            works = [("without", _exams(batch, 1)), ("created", first)]
            for kind, submissions in works if number % 2 else reversed(works):
                await bench.settle(kind, submissions)
            await bench.settle("updated", _exams(batch, 2, keys))
            bench.make_rows(first)
            if number == 0:
                bench.seconds.clear()  # Caches were cold.
    return bench


def main() -> int:
    """Measure, print, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--batch", type=int, default=1000, help="exams in a batch")
    options = parser.parse_args()
    with temporary_data() as data, running_postgres(data=data, report=print) as server:
        settings = PostgresSettings(dsn=SecretStr(server.dsn))
        bench = asyncio.run(_measure(settings, options.rounds, options.batch))
    floor = statistics.median(bench.seconds["without"])
    for kind, seconds in bench.seconds.items():
        median = statistics.median(seconds)
        sys.stdout.write(
            f"{kind:<11} {median * 1e3:7.1f} ms  {options.batch / median:8.0f}/s  "
            f"{median / floor:5.2f} of settling without typed tables\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
