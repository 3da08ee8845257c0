"""Settles a registry's log into tables beside the live ones, partitions side by side. Tells nobody.

The same code judges as in the consumer. Amendments are applied as they were decided, each when its
partition is settled to exactly where it stood then. Where each partition stands is kept beside too,
in the transaction of each batch, so that what was killed goes on from there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from acr_domain.submission import LogPosition
from acr_domain.topics import submissions_topic
from acr_kafka.records import NewRecord
from acr_kafka.stretches import Gap, StretchReader, open_stretches
from acr_postgres.amending import AmendmentStore
from acr_postgres.pool import Pool
from acr_postgres.positions import Stand, read_stands
from acr_postgres.settlement import Place, SettlementStore
from acr_rebuilding.amendments import Amendments
from acr_rebuilding.request import Target
from acr_registries.projection import Projection
from acr_settings.settings import KafkaSettings
from acr_settling.settle import Settler

WORKERS = 2
BATCH_RECORDS = 4000
CONSUMER = "rebuild"

Progress: TypeAlias = Callable[[int, int], None]
"""Told the records that are settled, and how many there are to settle."""


class Silence:
    """The log to which nothing is told: what became of these arrivals was told long ago."""

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Pass all of it over."""
        return []


@dataclass(frozen=True, slots=True)
class Readers:
    """What one worker reads with: records and amendments, in turns."""

    records: StretchReader
    amendments: StretchReader


@dataclass(slots=True)
class Builder:
    """Settles up to offsets, again and again.

    ``stands`` tells where partitions are; it, ``gaps``, ``missing`` (amendments that the topic does
    not hold) and ``records`` grow with it. ``as_the_log_says`` takes in amendments of the topic that
    the database does not count, as one that was lost does not.
    """

    registry: str
    pool: Pool
    readers: Sequence[Readers]
    progress: Progress
    as_the_log_says: bool = False
    stands: dict[int, Stand] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    records: int = 0
    total: int = 0

    @property
    def topic(self) -> str:
        """The registry's topic."""
        return submissions_topic(self.registry)

    @property
    def reader(self) -> StretchReader:
        """A reader that tells what the topic holds, while nothing is settled."""
        return self.readers[0].records

    async def find_places(self, partitions: Sequence[int]) -> None:
        """Learn where partitions stand; those never begun stand at 0."""
        await self._store().claim(partitions)
        async with self.pool.acquire() as connection:
            self.stands = await read_stands(connection, self.registry)

    def left(self, targets: Mapping[int, Target]) -> dict[int, int]:
        """Count the records of each partition up to a target."""
        return {
            partition: max(0, target.offset - self.stands[partition].next_offset)
            for partition, target in targets.items()
        }

    async def settle_to(
        self, targets: Mapping[int, Target], projection: Projection | None = None
    ) -> None:
        """Settle each partition up to a target; with ``projection`` typed rows are written too.

        Raises:
            Unavailable: if a neighbour is down; repeat it later.
        """
        left = self.left(targets)
        self.total = self.records + sum(left.values())
        waiting = sorted(left, key=lambda each: left[each])

        async def work(readers: Readers) -> None:
            while waiting:
                partition = waiting.pop()
                await self._settle(readers, partition, targets[partition], projection)

        works = [asyncio.create_task(work(readers)) for readers in self.readers]
        try:
            await asyncio.gather(*works)
        finally:
            for each in works:
                each.cancel()
            await asyncio.gather(*works, return_exceptions=True)

    async def _settle(
        self, readers: Readers, partition: int, target: Target, projection: Projection | None
    ) -> None:
        amendments = Amendments(
            AmendmentStore(self.pool, self.registry, self.topic), readers.records, projection
        )
        # The log's own first, whatever the database counts; then those it lacks for a moment.
        for wanted in [replace(target, amendments=None)] * self.as_the_log_says + [target]:
            async for some in amendments.of(
                readers.amendments, partition, self.stands[partition].amendments, wanted
            ):
                settled_to = some[0].settled_to
                await self._settle_records(readers.records, partition, settled_to, projection)
                await amendments.apply(partition, some)
                self._stand(partition, amendments=some[-1].number)
        await self._settle_records(readers.records, partition, target.offset, projection)
        if target.amendments is not None and self.stands[partition].amendments < target.amendments:
            self.missing.append(
                f"{amendments.topic}/{partition} ends at number "
                f"{self.stands[partition].amendments}, but {target.amendments} were applied"
            )

    async def _settle_records(
        self, reader: StretchReader, partition: int, end: int, projection: Projection | None
    ) -> None:
        begin = self.stands[partition].next_offset
        if begin >= end:
            return
        settler = Settler(
            self.registry, self._store(), Silence(), projection=projection, tells=False
        )
        settler.places[partition] = await self._place(partition)
        held = (await reader.bounds(self.topic))[partition].begin
        if held > begin:
            self.gaps.append(Gap(partition, begin, held))
        async for piece in reader.read(self.topic, partition, max(begin, held), end, BATCH_RECORDS):
            self.gaps += piece.gaps
            if piece.records:
                await settler.settle(piece.records)
            self.records += len(piece.records)
            self._stand(partition, next_offset=piece.end)
            self.progress(self.records, self.total)

    def _stand(self, partition: int, **changes: int) -> None:
        self.stands[partition] = replace(self.stands[partition], **changes)

    def _store(self) -> SettlementStore:
        return SettlementStore(self.pool, self.registry, self.topic, CONSUMER)

    async def _place(self, partition: int) -> Place:
        """Where the row of a partition stands, which a gap at its end does not move."""
        return (await self._store().claim([partition]))[partition]


@asynccontextmanager
async def open_builder(
    kafka: KafkaSettings, pool: Pool, registry: str, progress: Progress
) -> AsyncIterator[Builder]:
    """Open what reads and settles; ``pool`` is one of `acr_postgres.beside.open_beside`.

    Raises:
        Unavailable: if the brokers cannot be reached.
    """
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(open_stretches(kafka, f"acr-connect-rebuild-{number}"))
            for number in range(2 * WORKERS)
        ]
        readers = [Readers(*pair) for pair in zip(opened[::2], opened[1::2], strict=True)]
        yield Builder(registry, pool, readers, progress)
