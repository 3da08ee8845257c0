"""The record in memory: keeps the promises of `SettlementStore`, and is held to them by one suite.

Transactions see their own writes and what is committed; a moved position stays locked to the end.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from acr_domain.errors import Fenced, Unavailable
from acr_domain.judgement import STORED_VERDICTS, FirstArrival, History, Outcome
from acr_domain.submission import Arrival, LogPosition, SubmissionKey
from acr_postgres.settlement import DeadLetter, Move, Place
from acr_registries.projection_rows import Projected
from acr_registries.projection_sql import projection_shape
from acr_testkit.fuse import Effects, Fuse
from acr_testkit.memory_tables import (
    RowId,
    Tables,
    VersionRow,
    check_guid,
    check_outcome,
    check_submission,
    insert,
    rows_by_record,
)

CLOCKS_APART_MAX = timedelta(minutes=1)


@dataclass(slots=True)
class MemoryDatabase:
    """What survives a crash: the committed tables, and the locks of open transactions.

    ``shape`` is that of the registry's typed tables, None where it has none; ``accepted_to`` tells,
    by partition, up to where dead letters were accepted.
    """

    tables: Tables = field(default_factory=Tables)
    shape: str | None = None
    accepted_to: dict[int, int] = field(default_factory=dict)
    sessions: list["Session"] = field(default_factory=list)
    waiting: list["asyncio.Future[None]"] = field(default_factory=list)

    def begin(self) -> "Session":
        """Open a session for one transaction."""
        session = Session()
        self.sessions.append(session)
        return session

    def end(self, session: "Session") -> None:
        """End a session, from either side: its locks are free, and it can do nothing more."""
        session.ended = True
        if session in self.sessions:
            self.sessions.remove(session)
            waiting, self.waiting = self.waiting, []
            for each in waiting:
                if not each.done():
                    each.set_result(None)

    def note_commit(self, layer: Tables) -> None:
        """See what a transaction wrote, as it is committed."""

    async def lock(self, partition: int, session: "Session") -> None:
        """Wait until no other session holds a partition's position, and hold it."""
        while any(partition in each.locked for each in self.sessions if each is not session):
            turn = asyncio.get_running_loop().create_future()
            self.waiting.append(turn)
            await turn
        session.check()
        session.locked.add(partition)


@dataclass(eq=False, slots=True)
class Session:
    """One transaction's session, as the server sees it."""

    locked: set[int] = field(default_factory=set)
    ended: bool = False

    def check(self) -> None:
        """Fail where the server has ended the session.

        Raises:
            Unavailable: as the driver would.
        """
        if self.ended:
            raise Unavailable("the session was ended")


@dataclass(slots=True)
class MemorySettlement:
    """One open transaction."""

    database: MemoryDatabase
    tables: Tables
    session: Session
    fuse: Effects

    async def advance(self, moves: Mapping[int, Move]) -> None:
        """Check and move the positions, which stay locked until the transaction ends.

        Raises:
            Fenced: if one of them does not stand where it was expected.
        """
        async with self.fuse.effect():
            self.session.check()
            for partition, move in sorted(moves.items()):
                await self.database.lock(partition, self.session)
                self._move(partition, move)

    def _move(self, partition: int, move: Move) -> None:
        place = self.tables.places.get(partition)
        if place is None or place.next_offset != move.expected:
            raise Fenced("another consumer has settled what this batch holds")
        announced = max(place.announced_offset, move.announced)
        self.tables.places[partition] = Place(move.next, announced)
        now = datetime.now(UTC)
        if move.appended_at <= now + CLOCKS_APART_MAX:
            appended_at = min(move.appended_at, now)
            former = self.tables.caught_up.get(partition, appended_at)
            self.tables.caught_up[partition] = max(former, appended_at)

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what is stored of the keys of these arrivals, and of the versions they bring.

        Raises:
            Poison: if an identifier among them cannot be one.
        """
        async with self.fuse.effect():
            self.session.check()
            histories: dict[SubmissionKey, History] = {}
            for arrival in arrivals:
                key, version_no = arrival.submission.key, arrival.submission.version_no
                check_guid(key.header_id)
                if key not in self.tables.records:
                    continue
                history = histories.setdefault(key, History(self.tables.records[key]))
                if row := self.tables.versions.get((key, version_no)):
                    history.versions[version_no] = row.first
            return histories

    async def store(self, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]) -> None:
        """Store new versions, current pointers and what became of each arrival.

        Raises:
            Poison: if a value is refused, or a row is there already.
        """
        async with self.fuse.effect():
            self.session.check()
            for arrival, outcome in zip(arrivals, outcomes, strict=True):
                if outcome.verdict in STORED_VERDICTS:
                    self._store_version(arrival, outcome)
            for outcome in outcomes:
                self._note(outcome)

    def _store_version(self, arrival: Arrival, outcome: Outcome) -> None:
        submission = arrival.submission
        check_submission(submission)
        first = FirstArrival(
            arrival.position, submission.submission_id, submission.digest, outcome.verdict
        )
        row = VersionRow(first, submission.content_type, submission.received_at, submission.body)
        insert(self.tables.versions, (submission.key, submission.version_no), row)
        current = self.tables.records.get(submission.key, 0)
        self.tables.records[submission.key] = max(current, submission.version_no)

    async def project(self, projected: Projected) -> bool:
        """Replace the rows of records; False where the registry has no typed tables.

        Raises:
            Unavailable: if the tables have another shape than the declaration at hand.
            Poison: if a column refuses a value.
        """
        async with self.fuse.effect():
            self.session.check()
            if self.database.shape is None:
                return False
            if self.database.shape != projection_shape(projected.projection):
                raise Unavailable("the typed tables have another shape")
            self.tables.projected.update(rows_by_record(projected))
            return True

    async def bury(self, letter: DeadLetter, settled: Outcome) -> None:
        """Store a dead letter and that its arrival failed."""
        async with self.fuse.effect():
            self.session.check()
            insert(self.tables.dead_letters, _row_id(letter.position), letter)
            self._note(settled)

    async def count_letters(self, partition: int, since_offset: int) -> int:
        """Count a partition's dead letters from an offset on that nobody has accepted."""
        async with self.fuse.effect():
            since = max(since_offset, self.database.accepted_to.get(partition, 0))
            return sum(p == partition and at >= since for p, at in self.tables.dead_letters)

    async def note_announced(self, offsets: Mapping[int, int]) -> None:
        """Note, in this transaction, up to where results are acknowledged."""
        async with self.fuse.effect():
            self.session.check()
            self.tables.note_announced(offsets)

    def _note(self, outcome: Outcome) -> None:
        check_outcome(outcome)
        insert(self.tables.arrivals, _row_id(outcome.position), outcome)


@dataclass(slots=True)
class MemoryStore:
    """What a consumer needs of the database. Several may share one database."""

    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    fuse: Effects = field(default_factory=Fuse)
    settlement_class: type[MemorySettlement] = MemorySettlement

    @property
    def tables(self) -> Tables:
        """What is committed."""
        return self.database.tables

    @asynccontextmanager
    async def settlement(self) -> AsyncIterator[MemorySettlement]:
        """Open the transaction of one batch; it commits when the block ends without an error."""
        session = self.database.begin()
        try:
            layer = self.tables.layered()
            yield self.settlement_class(self.database, layer, session, self.fuse)
            async with self.fuse.effect():
                session.check()
                self.tables.absorb(layer)
                self.database.note_commit(layer)
                # Committed: the locks are free before the answer is on its way.
                self.database.end(session)
        finally:
            self.database.end(session)

    async def claim(self, partitions: Iterable[int]) -> dict[int, Place]:
        """Tell where partitions stand; those never settled stand at 0."""
        async with self.fuse.effect():
            return {
                partition: self.tables.places.setdefault(partition, Place(0, 0))
                for partition in partitions
            }

    async def unannounced(
        self, partitions: Iterable[int]
    ) -> tuple[list[Outcome], list[DeadLetter]]:
        """Give what is settled but was perhaps never announced, in the order of the log."""
        async with self.fuse.effect():
            places = {p: self.tables.places[p] for p in partitions if p in self.tables.places}
            outcomes = [
                self._as_read(outcome)
                for row_id, outcome in sorted(self.tables.arrivals.items())
                if _unannounced(row_id, places)
            ]
            letters = [
                letter
                for row_id, letter in sorted(self.tables.dead_letters.items())
                if _unannounced(row_id, places)
            ]
            return outcomes, letters

    async def note_announced(self, offsets: Mapping[int, int]) -> None:
        """Note up to where results are acknowledged by the brokers; never back, never too far."""
        async with self.fuse.effect():
            self.tables.note_announced(offsets)

    async def note_caught_up(self, next_offsets: Mapping[int, int], at: datetime) -> None:
        """Note that at that time these offsets were the log's ends, unless somebody moved on."""
        async with self.fuse.effect():
            for partition, offset in next_offsets.items():
                place = self.tables.places.get(partition)
                if place and place.next_offset == offset:
                    self.tables.places[partition] = Place(offset, offset)
                    former = self.tables.caught_up.get(partition, at)
                    self.tables.caught_up[partition] = max(former, at)

    def _as_read(self, outcome: Outcome) -> Outcome:
        """Read an arrival as the database gives it back: its first arrival is looked up anew."""
        first = None
        if outcome.first is not None and outcome.key is not None:
            met = self.tables.arrivals[_row_id(outcome.first.position)]
            version = self.tables.versions[outcome.key, outcome.version_no or 0]
            first = FirstArrival(met.position, met.submission_id, version.first.digest, met.verdict)
        return outcome._replace(first=first)


def _unannounced(row_id: RowId, places: Mapping[int, Place]) -> bool:
    place = places.get(row_id[0])
    return place is not None and place.announced_offset <= row_id[1] < place.next_offset


def _row_id(position: LogPosition) -> RowId:
    return position.partition, position.offset
