"""Looks at one batch of records again, in one transaction: read, examine, decide, store, project.

The same walk serves a dry run, which sees the database and writes nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from acr_domain.amending import Deed, Kind
from acr_domain.errors import Poison
from acr_domain.submission import Arrival
from acr_kafka.records import LogRecord
from acr_postgres.amending import Amending, AmendmentStore
from acr_postgres.replays import Run, move_run
from acr_registries.projection import Projection
from acr_registries.projection_rows import project
from acr_registries.reexamination import examine_again
from acr_registries.registry import Contents, Registry
from acr_replayer.rehearsal import Rehearsal, Rehearsed
from acr_replayer.row_changes import compare, only, rows_by_record
from acr_replayer.tally import Tally
from acr_settling.amending import Decided, announce_amendments, decide
from acr_settling.announcing import Log
from acr_settling.arrivals import read_arrival
from acr_settling.settle import parts_of
from acr_telemetry import metrics

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

    async def step(self, step: Step, records: Sequence[LogRecord]) -> Tally:
        """Look at records of a partition, in order, and move the run to ``step.next``.

        Gives what the partition's tally is now.

        Raises:
            Fenced: if the run is not where the step expects it, or another process's.
            Unavailable: if a neighbour is down; what was committed stays committed.
        """
        parts = list(parts_of(records)) or [records]
        for number, part in enumerate(parts):
            last = number + 1 == len(parts)
            end = step.next if last else parts[number + 1][0].position.offset
            tally = await self._part(replace(step, next=end), part)
            step = replace(step, expected=end, tally=tally)
        return step.tally

    async def _part(self, step: Step, records: Sequence[LogRecord]) -> Tally:
        try:
            return await self._together(step, records, None)
        except Poison as poison:
            if len(records) == 1:
                return await self._together(step, records, poison)
            middle = len(records) // 2
            place = records[middle].position.offset
            tally = await self._part(replace(step, next=place), records[:middle])
            return await self._part(replace(step, expected=place, tally=tally), records[middle:])

    async def _together(
        self, step: Step, records: Sequence[LogRecord], refused: Poison | None
    ) -> Tally:
        tally, contents = Tally(), dict[str, Contents]()
        arrivals = self._read([] if refused else records, contents, tally)
        if refused:
            tally.note_letter(records[0], refused.error_class, refused=True)
        async with self._open(step.partition) as batch:
            decided = await decide(batch, arrivals, self.deed)
            for standing, outcome in zip(decided.standings, decided.outcomes, strict=True):
                tally.note(standing, outcome)
            tally.note_discarded({a.position for a in arrivals} - decided.submissions.keys())
            if decided.amendments:
                await batch.store(decided.amendments, decided.submissions)
            await self._project(batch, decided, contents, tally)
            whole = step.tally.with_other(tally)
            if isinstance(batch, Amending):
                await move_run(batch, self.run, step.expected, step.next, whole.data())
        for amendment in decided.amendments:
            verdict = amendment.outcome.verdict.value
            metrics.REPLAY_AMENDMENTS.labels(self.registry.name, verdict).inc()
        if decided.amendments and self.rehearsal is None:
            await announce_amendments(self.store, self.log, step.partition)
        return whole

    @asynccontextmanager
    async def _open(self, partition: int) -> AsyncIterator[OpenBatch]:
        if self.rehearsal is None:
            async with self.store.amending(partition) as amending:
                yield amending
        else:
            async with self.store.looking(partition) as seen:
                yield Rehearsed(seen, self.rehearsal)

    def _read(
        self, records: Sequence[LogRecord], contents: dict[str, Contents], tally: Tally
    ) -> list[Arrival]:
        arrivals = []
        for record in records:
            try:
                arrivals.append(self._look(read_arrival(self.registry.name, record), contents))
            except Poison as poison:
                tally.note_letter(record, poison.error_class, refused=False)
        return arrivals

    def _look(self, arrival: Arrival, contents: dict[str, Contents]) -> Arrival:
        findings, read = examine_again(self.registry, arrival.submission)
        if read is not None:
            contents[arrival.submission.submission_id] = read
        return replace(arrival, submission=replace(arrival.submission, findings=findings))

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
