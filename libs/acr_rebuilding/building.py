"""Settles a registry's log into tables beside the live ones, partitions side by side. Tells nobody.

The same code judges as in the consumer. Amendments are applied as they were decided, each when its
partition is settled to exactly where it stood then. Where each partition stands is kept beside too,
in the transaction of each batch, so that what was killed goes on from there.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
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
from acr_rebuilding.failures import Failures
from acr_rebuilding.messages import Task
from acr_rebuilding.processes import Colleague, Staff, open_colleagues
from acr_rebuilding.request import Target
from acr_registries.projection import Projection
from acr_settings.settings import KafkaSettings
from acr_settling.settle import Settler

# Of each process at a time: while one waits for PostgreSQL, the other is at work.
TURNS = 2
BATCH_RECORDS = 4000
CONSUMER = "rebuild"

Hand: TypeAlias = Callable[[Task], Awaitable[None]]
"""Settles one partition at a time, in this process or in another."""

Progress: TypeAlias = Callable[[int, int], None]
"""Told the records that are settled, and how many there are to settle."""


class Silence:
    """The log to which nothing is told: what became of these arrivals was told long ago."""

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Pass all of it over."""
        return []


@dataclass(frozen=True, slots=True)
class Readers:
    """What one partition at a time is read with: records and amendments, in turns."""

    records: StretchReader
    amendments: StretchReader


@dataclass(slots=True)
class Builder:
    """Settles up to offsets, again and again.

    ``stands`` tells where partitions are; it, ``gaps``, ``missing`` (amendments that the topic does
    not hold) and ``records`` grow with it. With ``projection`` typed rows are written too.
    ``as_the_log_says`` takes in amendments of the topic that the database does not count, as one
    that was lost does not. ``staff`` tells what other processes settle too where there is much.
    What could not be settled when it came becomes a dead letter here too.
    """

    registry: str
    pool: Pool
    readers: Sequence[Readers]
    progress: Progress
    failures: Failures
    projection: Projection | None = None
    as_the_log_says: bool = False
    staff: Staff | None = None
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

    async def settle_to(self, targets: Mapping[int, Target], *, amended_rows: bool = False) -> None:
        """Settle each partition up to a target.

        Without ``amended_rows`` an amendment leaves its record's typed rows as they are: making them
        takes a look into the log for each, and `finish_typed` makes them all at once.

        Raises:
            Unavailable: if a neighbour is down; repeat it later.
        """
        await self.failures.look(self.reader)
        left = self.left(targets)
        self.total = self.records + sum(left.values())
        waiting = sorted(left, key=lambda each: left[each])
        busy = sum(each > 0 for each in left.values())
        others = self.staff.others(busy, sum(left.values())) if self.staff else 0

        async def work(settle: Hand) -> None:
            while waiting:
                partition = waiting.pop()
                await settle(
                    Task(partition, self.stands[partition], targets[partition], amended_rows)
                )

        async with self._colleagues(others) as hands:
            hands += [partial(self.settle, readers) for readers in self.readers]
            works = [asyncio.create_task(work(each)) for each in hands]
            try:
                await asyncio.gather(*works)
            finally:
                for each in works:
                    each.cancel()
                await asyncio.gather(*works, return_exceptions=True)

    @asynccontextmanager
    async def _colleagues(self, count: int) -> AsyncIterator[list[Hand]]:
        """Start other processes, each of which settles as many partitions at a time as this one."""
        if self.staff is None or count == 0:
            yield []
            return
        async with open_colleagues(self.staff.start, count, self._moved) as colleagues:
            yield [partial(self._let_settle, each) for each in colleagues * TURNS]

    async def _let_settle(self, colleague: Colleague, task: Task) -> None:
        done = await colleague.settle(task)
        self.stands[task.partition] = done.stand
        self.gaps += done.gaps
        self.missing += done.missing

    def _moved(self, records: int) -> None:
        self.records += records
        self.progress(self.records, self.total)

    async def settle(self, readers: Readers, task: Task) -> None:
        """Settle one partition, in this process."""
        partition, target = task.partition, task.target
        amendments = Amendments(
            AmendmentStore(self.pool, self.registry, self.topic),
            readers.records,
            self.projection if task.amended_rows else None,
        )
        # The log's own first, whatever the database counts; then those it lacks for a moment.
        for wanted in [replace(target, amendments=None)] * self.as_the_log_says + [target]:
            async for some in amendments.of(
                readers.amendments, partition, self.stands[partition].amendments, wanted
            ):
                settled_to = some[0].settled_to
                await self._settle_records(readers.records, partition, settled_to)
                await amendments.apply(partition, some)
                self._stand(partition, amendments=some[-1].number)
        await self._settle_records(readers.records, partition, target.offset)
        if target.amendments is not None and self.stands[partition].amendments < target.amendments:
            self.missing.append(
                f"{amendments.topic}/{partition} ends at number "
                f"{self.stands[partition].amendments}, but {target.amendments} were applied"
            )

    async def _settle_records(self, reader: StretchReader, partition: int, end: int) -> None:
        begin = self.stands[partition].next_offset
        if begin >= end:
            return
        settler = Settler(
            self.registry,
            self._store(),
            Silence(),
            projection=self.projection,
            tells=False,
            failed=self.failures.known,
        )
        settler.places[partition] = await self._place(partition)
        held = (await reader.bounds(self.topic))[partition].begin
        if held > begin:
            self.gaps.append(Gap(partition, begin, held))
        async for piece in reader.read(self.topic, partition, max(begin, held), end, BATCH_RECORDS):
            self.gaps += piece.gaps
            if piece.records:
                await settler.settle(piece.records)
            self._stand(partition, next_offset=piece.end)
            self._moved(len(piece.records))

    def _stand(self, partition: int, **changes: int) -> None:
        self.stands[partition] = replace(self.stands[partition], **changes)

    def _store(self) -> SettlementStore:
        return SettlementStore(self.pool, self.registry, self.topic, CONSUMER)

    async def _place(self, partition: int) -> Place:
        """Where the row of a partition stands, which a gap at its end does not move."""
        return (await self._store().claim([partition]))[partition]


@asynccontextmanager
async def open_builder(
    kafka: KafkaSettings,
    pool: Pool,
    registry: str,
    projection: Projection | None,
    progress: Progress,
) -> AsyncIterator[Builder]:
    """Open what reads and settles; ``pool`` is one of `acr_postgres.beside.open_beside`.

    Raises:
        Unavailable: if the brokers cannot be reached.
    """
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(open_stretches(kafka, f"acr-connect-rebuild-{number}"))
            for number in range(2 * TURNS)
        ]
        readers = [Readers(*pair) for pair in zip(opened[::2], opened[1::2], strict=True)]
        yield Builder(registry, pool, readers, progress, Failures(registry), projection)
