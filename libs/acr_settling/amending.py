"""Amends settled arrivals: decide, store, project, announce, in this order.

A crash between any two of these is repaired by whoever amends next: what is decided, stored and
projected is one transaction, and what may not have been announced is announced again.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from acr_avro.amendments import AMENDMENT, encode_amendment
from acr_avro.records import RESULT, encode_result
from acr_domain.amending import Amendment, Deed, Kind, Standing, amend_all, changes
from acr_domain.judgement import STORED_VERDICTS, History, Outcome, Verdict
from acr_domain.submission import Arrival, LogPosition, Submission, SubmissionKey
from acr_domain.topics import RESULTS_TOPIC, amendments_topic
from acr_kafka import header_names
from acr_kafka.records import NewRecord, text_headers
from acr_postgres.amending import Held
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected, project
from acr_settling.announcing import Log

ANNOUNCED_AT_ONCE_MAX = 1000


class OpenAmending(Protocol):
    """The transaction that amends arrivals of one partition."""

    @property
    def held(self) -> Held:
        """Where the partition stands."""

    async def standings(self, offsets: Sequence[int]) -> dict[LogPosition, Standing]:
        """Tell what arrivals count as today."""

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what is stored of the arrivals' keys."""

    async def store(
        self, amendments: Sequence[Amendment], submissions: Mapping[LogPosition, Submission]
    ) -> None:
        """Store amendments and the versions that they bring."""

    async def project(self, projected: Projected) -> bool:
        """Replace rows of the registry's typed tables; False where it has none."""


class Outbox(Protocol):
    """What announcing needs of the database."""

    registry: str

    async def partitions_unannounced(self) -> list[int]:
        """Name the partitions of which amendments are perhaps not announced."""

    async def unannounced(self, partition: int, count_max: int) -> list[Amendment]:
        """Give the first amendments that are perhaps not announced."""

    async def note_announced(self, partition: int, number: int) -> None:
        """Note up to which number amendments are acknowledged."""


class Store(Outbox, Protocol):
    """What amending needs of the database."""

    def amending(self, partition: int) -> AbstractAsyncContextManager[OpenAmending]:
        """Hold a partition still, in one transaction."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about arrivals: each with what it counted as, and what it is from now on.

    ``amendments`` are those decisions that say something new.
    """

    arrivals: Sequence[Arrival]
    standings: Sequence[Standing]
    outcomes: Sequence[Outcome]
    amendments: Sequence[Amendment]

    @property
    def submissions(self) -> dict[LogPosition, Submission]:
        """What the arrivals say, by position."""
        return {each.position: each.submission for each in self.arrivals}

    def current(self) -> list[Submission]:
        """Give the submissions whose versions are current from now on, one of each key."""
        currents = {each.key: each.current_version_no for each in self.outcomes}
        return [
            arrival.submission
            for arrival, outcome in zip(self.arrivals, self.outcomes, strict=True)
            if outcome.verdict in STORED_VERDICTS and outcome.version_no == currents[outcome.key]
        ]


@dataclass(frozen=True, slots=True)
class Amender:
    """Amends arrivals of a registry. Without a projection no typed rows are written."""

    store: Store
    log: Log
    deed: Deed
    projection: Projection | None = field(default=None)

    async def amend(self, partition: int, arrivals: Sequence[Arrival]) -> Decided:
        """Decide about settled arrivals of a partition, in the order of the log, and apply it.

        The findings that count are those that each arrival's submission carries. What is not
        settled, and what was discarded, is left alone.

        Raises:
            NeverSettled: if nothing of the partition was ever settled.
            Poison: if the database refuses a value of one of them; none is amended then.
            Unavailable: if a neighbour is down; what was committed is announced by the next run.
        """
        async with self.store.amending(partition) as amending:
            decided = await decide(amending, arrivals, self.deed)
            if decided.amendments:
                await amending.store(decided.amendments, decided.submissions)
                if self.projection is not None:
                    await amending.project(project(self.projection, decided.current()))
        await announce_decided(self.store, self.log, amending.held, decided.amendments)
        return decided

    async def discard(self, partition: int, letters: Mapping[int, str]) -> list[Amendment]:
        """Give failed arrivals up; ``letters`` maps their offsets to their submission ids.

        What did not fail, or is discarded already, is left alone.

        Raises:
            NeverSettled: if nothing of the partition was ever settled.
            Unavailable: if a neighbour is down; what was committed is announced by the next run.
        """
        deed = replace(self.deed, kind=Kind.DISCARDED)
        async with self.store.amending(partition) as amending:
            standings = await amending.standings(list(letters))
            given_up = [
                _given_up(position, letters[position.offset], standing)
                for position, standing in sorted(standings.items(), key=lambda each: each[0])
                if standing.verdict is Verdict.FAILED and standing.amended is not Kind.DISCARDED
            ]
            amendments = _numbered(amending.held, deed, given_up)
            if amendments:
                await amending.store(amendments, {})
        await announce_decided(self.store, self.log, amending.held, amendments)
        return amendments


async def decide(amending: OpenAmending, arrivals: Sequence[Arrival], deed: Deed) -> Decided:
    """Decide about settled arrivals of the partition that is held, in the order of the log."""
    found = await amending.standings([each.position.offset for each in arrivals])
    open_to = [
        each
        for each in arrivals
        if each.position in found and found[each.position].amended is not Kind.DISCARDED
    ]
    outcomes = amend_all(open_to, found, await amending.histories(open_to))
    standings = [found[each.position] for each in open_to]
    changed = [
        (standing.verdict, outcome)
        for standing, outcome in zip(standings, outcomes, strict=True)
        if changes(standing, outcome)
    ]
    return Decided(open_to, standings, outcomes, _numbered(amending.held, deed, changed))


def _given_up(
    position: LogPosition, submission_id: str, standing: Standing
) -> tuple[Verdict, Outcome]:
    outcome = Outcome(position, submission_id, Verdict.FAILED, reason=standing.reason)
    return standing.verdict, outcome


def _numbered(
    held: Held, deed: Deed, decisions: Sequence[tuple[Verdict, Outcome]]
) -> list[Amendment]:
    return [
        Amendment(number, held.settled_to, deed, before, outcome, held.at)
        for number, (before, outcome) in enumerate(decisions, held.number + 1)
    ]


async def announce_all(store: Outbox, log: Log) -> int:
    """Announce whatever a former run may have left unannounced; tells how many amendments.

    Raises:
        Unavailable: if the brokers or the database do not answer.
    """
    partitions = await store.partitions_unannounced()
    return sum([await announce_amendments(store, log, partition) for partition in partitions])


async def announce_decided(
    store: Outbox, log: Log, held: Held, amendments: Sequence[Amendment]
) -> None:
    """Announce amendments that were committed just now; ``held`` is how their partition was found.

    Where nothing waited before them, they need not be read back.

    Raises:
        Unavailable: if the brokers or the database do not answer.
    """
    if held.announced != held.number:
        await announce_amendments(store, log, held.partition)
        return
    for begin in range(0, len(amendments), ANNOUNCED_AT_ONCE_MAX):
        await _announce(
            store, log, held.partition, amendments[begin : begin + ANNOUNCED_AT_ONCE_MAX]
        )


async def announce_amendments(store: Outbox, log: Log, partition: int) -> int:
    """Announce a partition's amendments from the first that is not known to be acknowledged.

    Raises:
        Unavailable: if the brokers or the database do not answer.
    """
    told = 0
    while amendments := await store.unannounced(partition, ANNOUNCED_AT_ONCE_MAX):
        await _announce(store, log, partition, amendments)
        told += len(amendments)
    return told


async def _announce(
    store: Outbox, log: Log, partition: int, amendments: Sequence[Amendment]
) -> None:
    records = [_amendment_record(store.registry, each) for each in amendments]
    records += [_result_record(each) for each in amendments if each.deed.tell_senders]
    await log.append_all(records)
    await store.note_announced(partition, amendments[-1].number)


def _amendment_record(registry: str, amendment: Amendment) -> NewRecord:
    return NewRecord(
        amendments_topic(registry),
        _key(amendment),
        encode_amendment(amendment),
        text_headers(_headers(amendment, AMENDMENT)),
        amendment.outcome.position.partition,
    )


def _result_record(amendment: Amendment) -> NewRecord:
    return NewRecord(
        RESULTS_TOPIC,
        _key(amendment),
        encode_result(amendment.outcome, amendment.amendment_id),
        text_headers(_headers(amendment, RESULT)),
    )


def _key(amendment: Amendment) -> bytes:
    outcome = amendment.outcome
    return (outcome.key.log_key() if outcome.key else outcome.submission_id).encode()


def _headers(amendment: Amendment, schema: str) -> dict[str, str | int | None]:
    return {
        header_names.SUBMISSION_ID: amendment.outcome.submission_id,
        header_names.VERDICT: amendment.outcome.verdict.value,
        header_names.SCHEMA: schema,
        header_names.AMENDMENT: amendment.deed.run_id,
    }
