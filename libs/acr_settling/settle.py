"""Settles batches of records: judge, store, project, announce, in this order.

A crash between any two of these is repaired at the next start: the position moves in the same
transaction as what it stands for, verdicts are functions of the log, and what may not have been
announced is announced again.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from acr_domain.errors import Poison, TooManyDeadLetters
from acr_domain.judgement import History, Outcome, judge_all
from acr_domain.submission import Arrival, LogPosition, SubmissionKey
from acr_kafka.records import LogRecord
from acr_postgres.settlement import DeadLetter, Move, Place
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected
from acr_settling.announcing import Log, announce
from acr_settling.arrivals import dead_letter, failure, read_arrival
from acr_settling.oddities import misplaced, oddities
from acr_settling.projecting import project_current
from acr_telemetry import metrics

# Rows are made by reading bodies again, some 50 us for each KB: so much takes a fraction of a second,
# far below what the broker and the database wait for a consumer that is silent.
BATCH_BYTES_MAX = 4 * 1024 * 1024


class OpenSettlement(Protocol):
    """The transaction of one batch."""

    async def advance(self, moves: Mapping[int, Move]) -> None:
        """Check and move the positions, or raise Fenced."""

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what is stored of the arrivals' keys."""

    async def store(self, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]) -> None:
        """Store versions, current pointers and what became of each arrival."""

    async def project(self, projected: Projected) -> bool:
        """Replace rows of the registry's typed tables; False where it has none."""

    async def bury(self, letter: DeadLetter, settled: Outcome) -> None:
        """Store a dead letter."""

    async def count_letters(self, partition: int, since_offset: int) -> int:
        """Count a partition's dead letters from an offset on that nobody has accepted."""

    async def note_announced(self, offsets: Mapping[int, int]) -> None:
        """Note up to where results are acknowledged."""


class Store(Protocol):
    """What settling needs of the database."""

    def settlement(self) -> AbstractAsyncContextManager[OpenSettlement]:
        """Open the transaction of one batch."""


@dataclass(frozen=True, slots=True)
class LetterLimit:
    """How many of the last ``window_arrivals`` of a partition may be dead letters."""

    letters_max: int
    window_arrivals: int

    def __str__(self) -> str:
        return f"{self.letters_max} of the last {self.window_arrivals} arrivals are dead letters already"


@dataclass(slots=True)
class Settler:
    """Settles a registry's records. ``places`` changes with each batch: where partitions stand.

    With ``beside`` results are acknowledged while the next batch is settled, and before it is
    committed. ``telling`` is the announcement that is on its way: one at a time, in the order of the
    batches.
    ``projection`` tells of the registry's typed tables; without it none are written. Without a
    ``limit`` any number of arrivals may become dead letters. ``partitions`` is how many the topic has, 0
    where that is not known. ``tells`` says whether anybody hears
    what became of them. ``failed`` names arrivals that could not be settled once, where the log is
    settled anew: they become dead letters again, whatever has been mended since.
    """

    registry: str
    store: Store
    log: Log
    places: dict[int, Place] = field(default_factory=dict)
    projection: Projection | None = None
    limit: LetterLimit | None = None
    tells: bool = True
    beside: bool = False
    partitions: int = 0
    failed: Mapping[LogPosition, Poison] = field(default_factory=dict)
    telling: "asyncio.Task[None] | None" = None

    async def settle(self, records: Sequence[LogRecord]) -> None:
        """Settle and announce records, in order within each partition, whatever they hold.

        With ``beside`` the last results are still on their way at the end; `told` waits for them.

        Raises:
            Fenced: if another consumer has settled part of them.
            Unavailable: if a neighbour is down; what was committed stays committed.
            TooManyDeadLetters: if one more would be over the limit; that one is not buried.
        """
        for part in parts_of(records):
            await self._settle_part(part)

    async def told(self) -> None:
        """Wait until what is settled is announced as well.

        Raises:
            Unavailable: if the brokers do not acknowledge it.
        """
        telling, self.telling = self.telling, None
        if telling is not None:
            await telling

    def forget(self) -> None:
        """Give up what is on its way, and forget where partitions stand."""
        if self.telling is not None:
            self.telling.cancel()
            self.telling = None
        self.places.clear()

    async def _settle_part(self, records: Sequence[LogRecord]) -> None:
        try:
            arrivals = [self._read(record) for record in records]
            await self._settle_together(records, arrivals)
        except Poison as poison:
            if len(records) == 1:
                await self._bury(records[0], poison)
                return
            metrics.BATCHES_SPLIT.labels(self.registry).inc()
            middle = len(records) // 2
            await self._settle_part(records[:middle])
            await self._settle_part(records[middle:])

    def _read(self, record: LogRecord) -> Arrival:
        if told := self.failed.get(record.position):
            raise Poison(told.error_class, told.reason)
        return read_arrival(self.registry, record)

    async def _settle_together(
        self, records: Sequence[LogRecord], arrivals: Sequence[Arrival]
    ) -> None:
        started = time.perf_counter()
        moves = self._moves(records)
        async with self.store.settlement() as settlement:
            await settlement.advance(moves)
            outcomes = judge_all(arrivals, await settlement.histories(arrivals))
            await settlement.store(arrivals, outcomes)
            projected = await self._project(settlement, arrivals, outcomes)
            await self._note_told(settlement, moves)
        if projected is not None:
            metrics.PROJECTION_ROWS.labels(self.registry).inc(projected.count)
            metrics.PROJECTIONS_UNREADABLE.labels(self.registry).inc(projected.unreadable)
        for oddity in (*oddities(records, arrivals), *misplaced(records, self.partitions)):
            metrics.ARRIVALS_ODD.labels(self.registry, oddity).inc()
        metrics.BATCH_SECONDS.labels(self.registry).observe(time.perf_counter() - started)
        await self._announce(moves, outcomes, [])

    async def _project(
        self, settlement: OpenSettlement, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]
    ) -> Projected | None:
        if self.projection is None:
            return None
        projected = project_current(self.projection, arrivals, outcomes)
        if not projected.keys:
            return projected
        return projected if await settlement.project(projected) else None

    async def _bury(self, record: LogRecord, poison: Poison) -> None:
        letter, outcome = dead_letter(record, poison), failure(record, poison)
        moves = self._moves([record])
        async with self.store.settlement() as settlement:
            await settlement.advance(moves)
            await settlement.bury(letter, outcome)
            await self._check_limit(settlement, record.position, poison)
            await self._note_told(settlement, moves)
        metrics.DEAD_LETTERS.labels(self.registry, poison.error_class).inc()
        await self._announce(moves, [outcome], [letter])

    async def _check_limit(
        self, settlement: OpenSettlement, position: LogPosition, poison: Poison
    ) -> None:
        """Count before the commit, while the partition is held: over the limit, nothing is buried."""
        if self.limit is None:
            return
        since = position.offset + 1 - self.limit.window_arrivals
        if await settlement.count_letters(position.partition, since) > self.limit.letters_max:
            raise TooManyDeadLetters(position, poison.error_class, str(self.limit))

    async def _note_told(self, settlement: OpenSettlement, moves: Mapping[int, Move]) -> None:
        """Let the former batch be announced, and known as such, before this one is committed.

        So no more than one batch is ever repeated. What was known when the positions moved costs no
        statement of its own.
        """
        await self.told()
        news = {
            partition: self.places[partition].announced_offset
            for partition, move in moves.items()
            if self.places[partition].announced_offset > move.announced
        }
        if news:
            await settlement.note_announced(news)

    def _moves(self, records: Sequence[LogRecord]) -> dict[int, Move]:
        lasts = {record.position.partition: record for record in records}
        moves = {}
        for partition, last in sorted(lasts.items()):
            place = self.places[partition]
            moves[partition] = Move(
                place.next_offset,
                last.position.offset + 1,
                place.announced_offset,
                last.timestamp,
            )
        return moves

    async def _announce(
        self, moves: Mapping[int, Move], outcomes: Sequence[Outcome], letters: Sequence[DeadLetter]
    ) -> None:
        # Committed: from here on these records are never judged again, only announced.
        for partition, move in moves.items():
            self.places[partition] = Place(move.next, self.places[partition].announced_offset)
        for verdict, count in Counter(each.verdict for each in outcomes).items():
            metrics.ARRIVALS_SETTLED.labels(self.registry, verdict.value).inc(count)
        metrics.BATCH_ARRIVALS.labels(self.registry).observe(len(outcomes))
        if not self.beside:
            await self._tell(moves, outcomes, letters)
            return
        await self.told()
        self.telling = asyncio.create_task(self._tell(moves, outcomes, letters))
        # Where the loop ends by another error, nobody asks what became of it.
        self.telling.add_done_callback(lambda done: done.cancelled() or done.exception())
        # Handed over before the loop does anything else: for this somebody waits.
        await asyncio.sleep(0)

    async def _tell(
        self, moves: Mapping[int, Move], outcomes: Sequence[Outcome], letters: Sequence[DeadLetter]
    ) -> None:
        if self.tells:
            await announce(self.log, self.registry, outcomes, letters)
            metrics.RESULTS_ANNOUNCED.labels(self.registry).inc(len(outcomes))
        for partition, move in moves.items():
            # It may be another's meanwhile, or settled further.
            if place := self.places.get(partition):
                announced = max(place.announced_offset, move.next)
                self.places[partition] = Place(place.next_offset, announced)


def parts_of(records: Sequence[LogRecord]) -> Iterator[Sequence[LogRecord]]:
    """Divide records, in their order, into parts of at most `BATCH_BYTES_MAX`, or of one record."""
    begin, total = 0, 0
    for place, record in enumerate(records):
        size = len(record.value or b"")
        if place > begin and total + size > BATCH_BYTES_MAX:
            yield records[begin:place]
            begin, total = place, 0
        total += size
    if begin < len(records):
        yield records[begin:]
