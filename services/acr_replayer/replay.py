"""Runs a replay: stretch by stretch, batch by batch, at most at a given rate, until the end or a stop.

After any trouble nothing is remembered: the database tells again how far the run is.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from acr_domain.errors import Fenced, Unavailable
from acr_kafka.stretches import Gap, Piece
from acr_postgres.replays import ReplayStore, Run, Stretch
from acr_replayer.reprocess import Reprocessor, Step
from acr_replayer.selection import Selection
from acr_replayer.tally import Tally, read_tally, total
from acr_telemetry import metrics

RETRY_SECONDS_MIN = 0.2
RETRY_SECONDS_MAX = 5.0
# So many offsets are looked up at once where single arrivals are asked for.
WINDOW_OFFSETS = 50_000

log = structlog.get_logger()


class TakenOver(Exception):
    """Another process has resumed or abandoned this run."""


class Reader(Protocol):
    """The registry's topic."""

    def read(
        self, topic: str, partition: int, begin: int, end: int, records_max: int
    ) -> AsyncIterator[Piece]:
        """Give the records of a stretch, some at a time, in order, and the gaps between them."""


Report = Callable[[int, int], None]
"""Told the arrivals looked at since the beginning, and the offsets done of the whole."""


@dataclass(slots=True)
class Replay:
    """One process's turn at a run. ``stretches`` changes with each batch: where each partition is.

    ``stop`` is asked between batches.
    """

    reprocessor: Reprocessor
    replays: ReplayStore
    reader: Reader
    selection: Selection
    batch_max: int
    rate: float | None
    stop: Callable[[], bool]
    report: Report
    stretches: dict[int, Stretch] = field(init=False)
    done_here: int = 0

    def __post_init__(self) -> None:
        """Begin where the run is."""
        self.stretches = {each.partition: each for each in self.reprocessor.run.stretches}

    @property
    def tally(self) -> Tally:
        """What the run has found so far, in all its processes."""
        return total(read_tally(each.tally) for each in self.stretches.values())

    async def run(self) -> bool:
        """Look at everything that is left; False where it was stopped before the end.

        Raises:
            TakenOver: if another process has the run by now.
        """
        self._tell()
        pause = RETRY_SECONDS_MIN
        for partition in sorted(self.stretches):
            while self.stretches[partition].next < self.stretches[partition].end:
                try:
                    await self._go_on(self.stretches[partition])
                    pause = RETRY_SECONDS_MIN
                except (Fenced, Unavailable) as trouble:
                    log.warning("replay_pauses", why=str(trouble))
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, RETRY_SECONDS_MAX)
                    await self._look_again()
                if self.stop():
                    return False
        return True

    async def _go_on(self, stretch: Stretch) -> None:
        """Look at the rest of a stretch, until it is done or a stop is asked for."""
        partition = stretch.partition
        async for piece in self._pieces(stretch):
            began = asyncio.get_running_loop().time()
            here = self.stretches[partition]
            former = read_tally(here.tally)
            step = Step(partition, here.next, piece.end, former.with_gaps(piece.gaps))
            tally = await self.reprocessor.step(step, piece.records)
            self.stretches[partition] = replace(here, next=piece.end, tally=tally.data())
            self._count(former, tally)
            if self.stop():
                return
            if self.rate:
                spent = asyncio.get_running_loop().time() - began
                await asyncio.sleep(max(0.0, len(piece.records) / self.rate - spent))

    def _count(self, before: Tally, after: Tally) -> None:
        registry, looked_at = self.reprocessor.registry.name, after.arrivals - before.arrivals
        letters = [
            sum(each.unreadable.values()) + sum(each.refused.values()) for each in (before, after)
        ]
        metrics.REPLAY_ARRIVALS.labels(registry).inc(looked_at)
        metrics.REPLAY_LETTERS.labels(registry).inc(letters[1] - letters[0])
        self.done_here += looked_at
        self._tell()

    def _tell(self) -> None:
        whole = sum(each.end - each.begin for each in self.stretches.values())
        done = sum(each.next - each.begin for each in self.stretches.values())
        registry = self.reprocessor.registry.name
        metrics.REPLAY_PROGRESS.labels(registry).set(done / whole if whole else 1.0)
        metrics.REPLAY_REMAINING.labels(registry).set(whole - done)
        self.report(self.done_here, done)

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
        self.stretches = {each.partition: each for each in found.stretches}
