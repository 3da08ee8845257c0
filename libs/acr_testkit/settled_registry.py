"""A registry of a test's own whose log is settled on real neighbours, and its rebuild."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg

from acr_domain.amending import Deed
from acr_domain.errors import Poison
from acr_domain.findings import Finding, Severity
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_postgres.amending import AmendmentStore
from acr_postgres.comparison import compared_tables, table_sum
from acr_postgres.migrations import migrate
from acr_postgres.pool import open_pool
from acr_rebuilding.building import Progress
from acr_rebuilding.rebuild import nobody, rebuild
from acr_rebuilding.request import RebuildReport, Request
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_settling.amending import Amender
from acr_settling.arrivals import read_arrival, submission_id
from acr_testkit.consuming import SETTLED_SECONDS_MAX, Bench, Running
from acr_testkit.log_records import Sender
from acr_testkit.mixtures import all_sorts
from acr_testkit.phantoms.samples import phantoms_named
from acr_testkit.topic_contents import read_partition

LOOK_AGAIN_SECONDS = 0.05
BROKEN = Finding(Severity.ERROR, "TEST-1", "/payload", "Broken on purpose.")
_ANNOUNCED = "SELECT sum(announced_offset) FROM acr.positions WHERE registry = $1"
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname ~ $1 AND nspname <> $1 ORDER BY 1"


@dataclass(frozen=True, slots=True)
class SettledRegistry:
    """A registry, its log, and its database as the owner sees it."""

    declared: Registry
    bench: Bench
    log: LogWriter
    owner: asyncpg.Connection

    @property
    def name(self) -> str:
        """The registry's name."""
        return self.declared.name

    async def append(self, count: int, seed: int = 7) -> None:
        """Append records of all sorts."""
        sender = Sender(self.name, None, self.declared)
        await self.log.append_all(all_sorts(sender, random.Random(seed), count))

    @asynccontextmanager
    async def consuming(self) -> AsyncIterator[Running]:
        """Run a consumer until the block ends."""
        async with self.bench.store() as store, self.bench.consumer(store, self.log) as running:
            yield running

    async def all_settled(self, count: int) -> None:
        """Wait until so many records are settled and announced, in all partitions together."""
        async with asyncio.timeout(SETTLED_SECONDS_MAX):
            while await self.owner.fetchval(_ANNOUNCED, self.name) != count:  # noqa: ASYNC110
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def settle(self, count: int, seed: int = 7) -> None:
        """Append the first records and settle them."""
        await self.append(count, seed)
        async with self.consuming():
            await self.all_settled(count)

    async def amend(self, partition: int, deed: Deed, broken: float, chance: random.Random) -> int:
        """Replay a partition with findings of today, then give one dead letter up; counts them.

        A share of the arrivals breaks a rule today; the others break none.
        """
        arrivals, letters = [], {}
        for record in await read_partition(self.bench.kafka, self.bench.topic, partition):
            try:
                arrival = read_arrival(self.name, record)
            except Poison:
                letters[record.position.offset] = submission_id(record)
                continue
            found = (BROKEN,) if chance.random() < broken else ()
            submission = arrival.submission._replace(findings=found)
            arrivals.append(arrival._replace(submission=submission))
        async with open_pool(
            self.bench.postgres, "acr_writer", "test-amender", by_key=True
        ) as pool:
            store = AmendmentStore(pool, self.name, self.bench.topic)
            amender = Amender(store, self.log, deed, open_projection(self.declared))
            decided = await amender.amend(partition, arrivals)
            given_up = await amender.discard(partition, dict(list(letters.items())[:1]))
        return len(decided.amendments) + len(given_up)

    async def rebuild(self, progress: Progress = nobody, **wishes: Any) -> RebuildReport:
        """Make its tables anew; ``wishes`` are those of a `Request`."""
        request = replace(Request(self.declared, "tester"), **wishes)
        return await rebuild(request, self.bench.kafka, self.bench.postgres, progress)

    async def sums(self) -> Mapping[str, tuple[int, int]]:
        """Give rows and checksum of each table."""
        sums = {}
        projection = open_projection(self.declared)
        for table in await compared_tables(self.owner, self.name, projection):
            found = await table_sum(self.owner, table)
            sums[table.name] = (found.rows, found.checksum)
        return sums

    async def schemas_beside(self) -> list[str]:
        """Name the schemas with tables of this registry beside the live ones."""
        return [row[0] for row in await self.owner.fetch(_SCHEMAS, self.name)]


async def make_registry(
    kafka: KafkaSettings,
    postgres: PostgresSettings,
    log: LogWriter,
    owner: asyncpg.Connection,
    partitions: int,
) -> SettledRegistry:
    """Make a registry of the made-up kind under a new name, with its topics and tables."""
    name = f"t{uuid.uuid4().hex[:12]}"
    declared = phantoms_named(name)
    await apply_topics(
        kafka,
        [
            Topic(f"acr.{name}.submissions.v1", partitions, 1, {}),
            Topic(f"acr.{name}.amendments.v1", partitions, 1, {}),
            Topic(f"acr.{name}.dead-letters.v1", 1, 1, {}),
        ],
    )
    await migrate(postgres, [name], declared={name: declared})
    return SettledRegistry(declared, Bench(kafka, postgres, name, declared=declared), log, owner)
