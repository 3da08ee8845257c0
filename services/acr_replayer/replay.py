"""Runs a replay, or one process's share of it: stretch by stretch, batch by batch, until the end or a stop.

While one batch is with the database, the next one is read and today's rules are asked about it. After any trouble nothing is remembered: the database tells again how far the run is.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from acr_domain.errors import Fenced, Unavailable
from acr_kafka.stretches import Gap, Piece
from acr_postgres.replays import ReplayStore, Run, Stretch
from acr_replayer.looking import Looked, look_at
from acr_replayer.reprocess import Reprocessor, Step
from acr_replayer.selection import Selection
from acr_replayer.tally import read_tally

RETRY_SECONDS_MIN = 0.2
RETRY_SECONDS_MAX = 5.0
# So many offsets are looked up at once where single arrivals are asked for.
WINDOW_OFFSETS = 50_000
# A slow replay waits long between two batches, and hears a stop all the same.
WAIT_SECONDS_MAX = 0.2

log = structlog.get_logger()


class TakenOver(Exception):
    """Another process has resumed or abandoned this run."""


class Reader(Protocol):
    """The registry's topic."""

    def read(
        self, topic: str, partition: int, begin: int, end: int, records_max: int
    ) -> AsyncIterator[Piece]:
        """Give the records of a stretch, some at a time, in order, and the gaps between them."""


@dataclass(slots=True)
class Replay:
    """One process's turn at a run, or at its share. ``stretches`` changes with each batch.

    ``stop`` is asked between batches, ``moved`` told of each stretch that has moved on.
    """

    reprocessor: Reprocessor
    replays: ReplayStore
    reader: Reader
    selection: Selection
    batch_max: int
    rate: float | None
    stop: Callable[[], bool]
    moved: Callable[[Stretch], None]
    stretches: dict[int, Stretch] = field(init=False)
    batches_done: int = 0

    def __post_init__(self) -> None:
        """Begin where the run is."""
        self.stretches = {each.partition: each for each in self.reprocessor.run.stretches}

    async def run(self) -> bool:
        """Look at everything that is left; False where it was stopped before the end.

        Raises:
            TakenOver: if another process has the run by now.
        """
        pause = RETRY_SECONDS_MIN
        while any(each.next < each.end for each in self.stretches.values()):
            before = self.batches_done
            try:
                await self._go_on()
            except (Fenced, Unavailable) as trouble:
                log.warning("replay_pauses", why=str(trouble))
                pause = RETRY_SECONDS_MIN if self.batches_done > before else pause
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_SECONDS_MAX)
                await self._look_again()
            if self.stop():
                return False
        return True

    async def _go_on(self) -> None:
        """Look at what is left, until it is done or a stop is asked for."""
        under_way: asyncio.Task[None] | None = None
        due = 0.0
        try:
            async with aclosing(self._batches()) as batches:
                async for partition, piece in batches:
                    looked = await look_at(self.reprocessor.registry, piece.records)
                    if under_way is not None:
                        await under_way
                        if await self._stopped_before(due):
                            return
                    under_way = asyncio.create_task(self._amend(partition, piece, looked))
                    due = time.monotonic() + len(looked) / self.rate if self.rate else due
            if under_way is not None:
                await under_way
        finally:
            # What was begun comes to its end, so that we know where the run is.
            await asyncio.gather(*filter(None, [under_way]), return_exceptions=True)

    async def _stopped_before(self, due: float) -> bool:
        """Wait for the next batch's turn; True where a stop is asked for meanwhile."""
        while (left := due - time.monotonic()) > 0:
            if self.stop():
                return True
            await asyncio.sleep(min(left, WAIT_SECONDS_MAX))
        return self.stop()

    async def _amend(self, partition: int, piece: Piece, looked: Sequence[Looked]) -> None:
        here = self.stretches[partition]
        known = read_tally(here.tally).with_gaps(piece.gaps)
        step = Step(partition, here.next, piece.end, known)
        tally = await self.reprocessor.step(step, looked)
        self.batches_done += 1
        self._move(replace(here, next=piece.end, tally=tally.data()))

    def _move(self, stretch: Stretch) -> None:
        self.stretches[stretch.partition] = stretch
        self.moved(stretch)

    async def _batches(self) -> AsyncGenerator[tuple[int, Piece], None]:
        """Give what is left of all partitions, one after the other."""
        for partition, stretch in sorted(self.stretches.items()):
            if stretch.next < stretch.end:
                async for piece in self._pieces(stretch):
                    yield partition, piece

    async def _pieces(self, stretch: Stretch) -> AsyncIterator[Piece]:
        """Give the rest of a stretch, piece by piece; an empty one where nothing was asked for."""
        topic, partition, reached = self.reprocessor.store.topic, stretch.partition, stretch.next
        if not self.selection.is_sparse:
            async for piece in self.reader.read(
                topic, partition, reached, stretch.end, self._records_max
            ):
                yield piece
            return
        while reached < stretch.end:
            end = min(stretch.end, reached + WINDOW_OFFSETS)
            wanted = await self._wanted(partition, reached, end)
            for begin in range(0, len(wanted), self._records_max):
                yield await self._read(partition, wanted[begin : begin + self._records_max])
            if not wanted or wanted[-1] + 1 < end:
                yield Piece((), (), end)
            reached = end

    @property
    def _records_max(self) -> int:
        return min(self.batch_max, max(1, int(self.rate))) if self.rate else self.batch_max

    async def _wanted(self, partition: int, begin: int, end: int) -> Sequence[int]:
        header_id = self.selection.header_id
        return await self.replays.select(
            self.reprocessor.registry.name,
            (partition, begin, end),
            self.selection.partner_id,
            uuid.UUID(header_id) if header_id else None,
            self.selection.rule,
        )

    async def _read(self, partition: int, offsets: Sequence[int]) -> Piece:
        """Read single arrivals; those that the log no longer holds are gaps."""
        topic, end = self.reprocessor.store.topic, offsets[-1] + 1
        left = set(offsets)
        records = []
        async for piece in self.reader.read(topic, partition, offsets[0], end, self.batch_max):
            records += [each for each in piece.records if each.position.offset in left]
        left -= {each.position.offset for each in records}
        gaps = tuple(Gap(partition, offset, offset + 1) for offset in sorted(left))
        return Piece(tuple(records), gaps, end)

    async def _look_again(self) -> None:
        """Ask the database how far the run is; a dry run only knows itself."""
        if self.reprocessor.rehearsal is not None:
            return
        mine = self.reprocessor.run
        try:
            found: Run = await self.replays.find(uuid.UUID(mine.run_id))
        except Unavailable:
            return
        if (found.attempt, found.state) != (mine.attempt, "running"):
            raise TakenOver(f"run {mine.run_id} is {found.state}, and another process's by now")
        for each in found.stretches:
            if each != self.stretches.get(each.partition, each):
                self._move(each)
