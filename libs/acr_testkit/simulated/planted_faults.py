"""Mistakes that are easy to make, each as a small variant of a real part: a checker has to find them."""

import asyncio
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from acr_avro.records import RESULT
from acr_avro.single_object import codec
from acr_domain.errors import Poison
from acr_domain.judgement import FirstArrival, History, Outcome, judge_all
from acr_domain.submission import Arrival, LogPosition, Submission, SubmissionKey
from acr_domain.topics import RESULTS_TOPIC
from acr_gateway.stream_walk import StreamWalk
from acr_gateway.submit import Gateway
from acr_gateway.waiters import Hear, Waiters
from acr_http.problems import Problem
from acr_kafka.records import LogRecord, NewRecord
from acr_postgres.settlement import DeadLetter, Move, Place
from acr_settling.settle import Settler
from acr_testkit.memory_store import MemorySettlement, MemoryStore
from acr_testkit.simulated.cluster import SimulatedWriter
from acr_testkit.simulated.lives import Parts

NOWHERE = LogPosition("nowhere", 0, 0)


class TellsFirst(Settler):
    """Publishes results before the commit."""

    async def _settle_together(
        self, records: Sequence[LogRecord], arrivals: Sequence[Arrival]
    ) -> None:
        moves = self._moves(records)
        async with self.store.settlement() as settlement:
            await settlement.advance(moves)
            outcomes = judge_all(arrivals, await settlement.histories(arrivals))
            await self._announce(moves, outcomes, [])
            await self.told()
            await settlement.store(arrivals, outcomes)
            await self._project(settlement, arrivals, outcomes)


class MovesFirst(Settler):
    """Moves the position before the batch is settled, as an offset that is committed early."""

    async def _settle_together(
        self, records: Sequence[LogRecord], arrivals: Sequence[Arrival]
    ) -> None:
        moves = self._moves(records)
        async with self.store.settlement() as settlement:
            await settlement.advance(moves)
        async with self.store.settlement() as settlement:
            outcomes = judge_all(arrivals, await settlement.histories(arrivals))
            await settlement.store(arrivals, outcomes)
            await self._project(settlement, arrivals, outcomes)
        await self._announce(moves, outcomes, [])


class MovesLast(Settler):
    """Moves the position in a transaction of its own, behind the versions, and asks whether a row is there."""

    async def _settle_together(
        self, records: Sequence[LogRecord], arrivals: Sequence[Arrival]
    ) -> None:
        assert isinstance(self.store, MemoryStore)
        kept = self.store.tables.arrivals
        moves = self._moves(records)
        async with self.store.settlement() as settlement:
            outcomes = judge_all(arrivals, _row_is_there(await settlement.histories(arrivals)))
            new = [
                pair
                for pair in zip(arrivals, outcomes, strict=True)
                if (pair[0].position.partition, pair[0].position.offset) not in kept
            ]
            fresh, settled = [each for each, _ in new], [each for _, each in new]
            await settlement.store(fresh, settled)
            await self._project(settlement, fresh, settled)
        async with self.store.settlement() as settlement:
            await settlement.advance(moves)
        await self._announce(moves, outcomes, [])


def _row_is_there(found: Mapping[SubmissionKey, History]) -> dict[SubmissionKey, History]:
    """Forget which arrival stored a version: as `INSERT ... ON CONFLICT DO NOTHING` would tell it."""
    return {
        key: History(
            history.current_version_no,
            {no: first._replace(position=NOWHERE) for no, first in history.versions.items()},
        )
        for key, history in found.items()
    }


class ProjectsApart(Settler):
    """Writes the typed tables in a transaction of their own, behind that of the versions."""

    async def _settle_together(
        self, records: Sequence[LogRecord], arrivals: Sequence[Arrival]
    ) -> None:
        moves = self._moves(records)
        async with self.store.settlement() as settlement:
            await settlement.advance(moves)
            outcomes = judge_all(arrivals, await settlement.histories(arrivals))
            await settlement.store(arrivals, outcomes)
        async with self.store.settlement() as settlement:
            await self._project(settlement, arrivals, outcomes)
        await self._announce(moves, outcomes, [])


class PassesOverPoison(Settler):
    """Moves past what it cannot read, and says nothing."""

    async def _bury(self, record: LogRecord, poison: Poison) -> None:
        moves = self._moves([record])
        async with self.store.settlement() as settlement:
            await settlement.advance(moves)
        await self._announce(moves, [], [])


@dataclass(slots=True)
class ForgetsToTellAgain(MemoryStore):
    """Starts after a crash as if all that is settled had been told."""

    async def unannounced(
        self, partitions: Iterable[int]
    ) -> tuple[list[Outcome], list[DeadLetter]]:
        """Tell nothing."""
        return [], []


@dataclass(slots=True)
class BelievesItself(MemorySettlement):
    """Moves positions without a look at where they stand: no fence."""

    def _move(self, partition: int, move: Move) -> None:
        self.tables.places[partition] = Place(move.next, move.announced)


@dataclass(slots=True)
class NotesTooEarly(MemorySettlement):
    """Counts a batch as told when it is committed."""

    async def advance(self, moves: Mapping[int, Move]) -> None:
        """Move both marks."""
        early = {p: replace(move, announced=move.next) for p, move in moves.items()}
        await super(NotesTooEarly, self).advance(early)


@dataclass(slots=True)
class PointsAtTheLast(MemorySettlement):
    """Lets the current pointer follow the last arrival instead of the highest version."""

    def _store_version(self, arrival: Arrival, outcome: Outcome) -> None:
        super(PointsAtTheLast, self)._store_version(arrival, outcome)
        self.tables.records[arrival.submission.key] = arrival.submission.version_no


@dataclass(slots=True)
class ForgetsThePartner(MemorySettlement):
    """Looks records up by the header id alone."""

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what is stored, and what is not."""
        found = await super(ForgetsThePartner, self).histories(arrivals)
        for arrival in arrivals:
            key = arrival.submission.key
            for other, current in self.tables.records.items():
                if other.header_id == key.header_id and key not in found:
                    found[key] = History(current)
        return found


@dataclass(slots=True)
class ForgetsTheDigest(MemorySettlement):
    """Calls whatever brings a known version a duplicate, whatever it holds."""

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what is stored, and what is not."""
        found = await super(ForgetsTheDigest, self).histories(arrivals)
        for arrival in arrivals:
            submission = arrival.submission
            history = found.get(submission.key)
            if history and submission.version_no in history.versions:
                history.versions[submission.version_no] = _with_digest(
                    history.versions[submission.version_no], submission
                )
        return found


def _with_digest(first: FirstArrival, submission: Submission) -> FirstArrival:
    return first._replace(digest=submission.digest)


class NamesResultsByChance(SimulatedWriter):
    """Gives each record of the results topic an id of its own."""

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append, with other ids."""
        return await super().append_all([_renamed(record) for record in records])


def _renamed(record: NewRecord) -> NewRecord:
    if record.topic != RESULTS_TOPIC:
        return record
    datum = codec(RESULT).decode(record.value)
    return record._replace(value=codec(RESULT).encode(datum | {"result_id": str(uuid.uuid4())}))


class AnswersBeforeTheAck(Gateway):
    """Hands the record over and does not wait for the brokers."""

    async def _append(self, submission: Submission, traceparent: str) -> None:
        task = asyncio.ensure_future(super()._append(submission, traceparent))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


class CallsALostAppendKept(Gateway):
    """Takes silence of the brokers for an acknowledgement."""

    async def _append(self, submission: Submission, traceparent: str) -> None:
        try:
            await super()._append(submission, traceparent)
        except Problem:
            return


class TellsWhoeverWaits(Waiters):
    """Hands a result to the first who waits, where nobody waits for it by name."""

    def tell(self, outcome: Outcome) -> bool:
        """Hand a result over."""
        if outcome.submission_id not in self._expected and self._expected:
            hear: Hear = self._expected.pop(next(iter(self._expected)))
            hear(outcome)
            return True
        return super().tell(outcome)


class PromisesWhatWaits(StreamWalk):
    """Answers lines that wait for the log as if it had them, when the gateway is asked to end."""

    def _hear(self, submission_id: str, outcome: Outcome | None) -> None:
        self._deadlines.setdefault(submission_id, 0.0)
        super()._hear(submission_id, outcome)


PLANTED: Mapping[str, Parts] = {
    "publish before the commit": Parts(settler=TellsFirst),
    "move the position before the batch is settled": Parts(settler=MovesFirst),
    "verdict from whether a row is there": Parts(settler=MovesLast),
    "typed tables in another transaction": Parts(settler=ProjectsApart),
    "pass over poison in silence": Parts(settler=PassesOverPoison),
    "forget to announce again": Parts(store=ForgetsToTellAgain),
    "skip the fence": Parts(settlement=BelievesItself),
    "count as announced what is committed": Parts(settlement=NotesTooEarly),
    "current is the last arrival": Parts(settlement=PointsAtTheLast),
    "key without the partner": Parts(settlement=ForgetsThePartner),
    "duplicates by version alone": Parts(settlement=ForgetsTheDigest),
    "results under random ids": Parts(writer=NamesResultsByChance),
    "answer before the acknowledgement": Parts(gateway=AnswersBeforeTheAck),
    "call a lost append kept": Parts(gateway=CallsALostAppendKept),
    "tell a result to whoever waits": Parts(waiters=TellsWhoeverWaits),
    "promise lines that wait for the log": Parts(walk=PromisesWhatWaits),
}
