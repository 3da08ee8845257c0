"""Amends one batch of records that were looked at, in one transaction: decide, store, project, tell.

The same walk serves a dry run, which sees the database and writes nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from acr_domain.amending import Deed, Kind
from acr_domain.errors import Poison
from acr_postgres.amending import Amending, AmendmentStore
from acr_postgres.replays import Run, move_run
from acr_registries.projection import Projection
from acr_registries.projection_rows import project
from acr_registries.registry import Contents, Registry
from acr_replayer.looking import Looked
from acr_replayer.rehearsal import Rehearsal, Rehearsed
from acr_replayer.row_changes import compare, only, rows_by_record
from acr_replayer.tally import Tally
from acr_settling.amending import Decided, announce_decided, decide
from acr_settling.announcing import Log
from acr_settling.settle import parts_of

OpenBatch: TypeAlias = "Amending | Rehearsed"


@dataclass(frozen=True, slots=True)
class Step:
    """One batch: how far the run moves in a partition, and what it found there before."""

    partition: int
    expected: int
    next: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Reprocessor:
    """Looks at batches of one run. With a rehearsal it is a dry run.

    ``run`` names the attempt that may move it; without typed tables there is no projection.
    """

    registry: Registry
    store: AmendmentStore
    log: Log
    run: Run
    projection: Projection
    rehearsal: Rehearsal | None = None

    @property
    def deed(self) -> Deed:
        """What all amendments of the run have in common."""
        run = self.run
        return Deed(Kind.REPLAYED, run.run_id, run.who, run.why, run.contract, run.tell_senders)

    async def step(self, step: Step, looked: Sequence[Looked]) -> Tally:
        """Amend what was looked at of a partition, in order, and move the run to ``step.next``.

        Gives what the partition's tally is now.

        Raises:
            Fenced: if the run is not where the step expects it, or another process's.
            Unavailable: if a neighbour is down; what was committed stays committed.
        """
        parts = _parts(looked)
        for number, part in enumerate(parts):
            last = number + 1 == len(parts)
            end = step.next if last else parts[number + 1][0].record.position.offset
            tally = await self._part(replace(step, next=end), part)
            step = replace(step, expected=end, tally=tally)
        return step.tally

    async def _part(self, step: Step, looked: Sequence[Looked]) -> Tally:
        try:
            return await self._together(step, looked, None)
        except Poison as poison:
            if len(looked) == 1:
                return await self._together(step, looked, poison)
            middle = len(looked) // 2
            place = looked[middle].record.position.offset
            tally = await self._part(replace(step, next=place), looked[:middle])
            return await self._part(replace(step, expected=place, tally=tally), looked[middle:])

    async def _together(
        self, step: Step, looked: Sequence[Looked], refused: Poison | None
    ) -> Tally:
        tally = Tally()
        if refused:
            tally.note_letter(looked[0].record, refused.error_class, refused=True)
            looked = []
        for each in looked:
            if each.error_class is not None:
                tally.note_letter(each.record, each.error_class, refused=False)
        arrivals = [each.arrival for each in looked if each.arrival is not None]
        async with self._open(step.partition) as batch:
            decided = await decide(batch, arrivals, self.deed)
            for standing, outcome in zip(decided.standings, decided.outcomes, strict=True):
                tally.note(standing, outcome)
            tally.note_discarded({a.position for a in arrivals} - decided.submissions.keys())
            if decided.amendments:
                await batch.store(decided.amendments, decided.submissions)
            await self._project(batch, decided, _contents(looked), tally)
            whole = step.tally.with_other(tally)
            if isinstance(batch, Amending):
                await move_run(batch, self.run, step.expected, step.next, whole.data())
        await self._tell(batch, decided)
        return whole

    async def _tell(self, batch: OpenBatch, decided: Decided) -> None:
        if decided.amendments and self.rehearsal is None:
            await announce_decided(self.store, self.log, batch.held, decided.amendments)

    @asynccontextmanager
    async def _open(self, partition: int) -> AsyncIterator[OpenBatch]:
        if self.rehearsal is None:
            async with self.store.amending(partition) as amending:
                yield amending
        else:
            async with self.store.looking(partition) as seen:
                yield Rehearsed(seen, self.rehearsal)

    async def _project(
        self, batch: OpenBatch, decided: Decided, contents: dict[str, Contents], tally: Tally
    ) -> None:
        current = decided.current()
        if not current:
            return
        projected = project(self.projection, current, contents)
        held = await batch.rows(self.projection, projected.keys)
        if held is None:
            return
        tally.unprojectable += projected.unreadable
        before = rows_by_record(self.projection, held, projected.keys)
        after = rows_by_record(self.projection, projected.rows, projected.keys)
        changed = {key: compare(before[key], rows) for key, rows in after.items()}
        for rows in changed.values():
            tally.note_rows(rows)
        if keys := [key for key, rows in changed.items() if rows]:
            await batch.project(only(projected, keys))


def _parts(looked: Sequence[Looked]) -> list[Sequence[Looked]]:
    """Divide a batch as a consumer would, by size; an empty one is one part."""
    parts, begin = list[Sequence[Looked]](), 0
    for records in parts_of([each.record for each in looked]):
        parts.append(looked[begin : begin + len(records)])
        begin += len(records)
    return parts or [looked]


def _contents(looked: Sequence[Looked]) -> dict[str, Contents]:
    return {
        each.arrival.submission.submission_id: each.contents
        for each in looked
        if each.arrival is not None and each.contents is not None
    }
