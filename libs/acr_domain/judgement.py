"""The verdict, as a pure function of the log: positions, version numbers and digests decide.

Whether an INSERT returned a row decides nothing: after a crash between the insert and the result,
redelivery would call the first arrival a duplicate, and nobody would ever hear ``created``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from acr_domain.findings import Finding, has_error
from acr_domain.submission import Arrival, LogPosition, Submission, SubmissionKey


class Verdict(StrEnum):
    """What an arrival turned out to be."""

    CREATED = "created"
    UPDATED = "updated"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    FAILED = "failed"


STORED_VERDICTS = frozenset({Verdict.CREATED, Verdict.UPDATED, Verdict.SUPERSEDED})
# Those that met an arrival before them.
_MET_ANOTHER = frozenset({Verdict.DUPLICATE, Verdict.CONFLICT})


class FirstArrival(NamedTuple):
    """The arrival that brought a version: what a repeat of it is compared with."""

    position: LogPosition
    submission_id: str
    digest: bytes
    verdict: Verdict


@dataclass(slots=True)
class History:
    """What is known of one key before an arrival: its current version, and versions by number.

    ``versions`` needs to hold only the numbers that the batch at hand brings. It is the one value
    here that changes, while a batch is judged arrival by arrival.
    """

    current_version_no: int | None = None
    versions: dict[int, FirstArrival] = field(default_factory=dict)

    def take_in(self, arrival: Arrival, outcome: "Outcome") -> None:
        """Note the version that an arrival has brought."""
        submission = arrival.submission
        self.current_version_no = outcome.current_version_no
        self.versions[submission.version_no] = FirstArrival(
            arrival.position, submission.submission_id, submission.digest, outcome.verdict
        )


class Outcome(NamedTuple):
    """What became of one arrival: what is told to its sender and kept beside its position.

    ``key``, ``version_no`` and ``digest`` are absent only where the bytes could not be read;
    ``current_version_no`` is the key's highest version after this arrival; ``first`` names the
    arrival that a duplicate or a conflict met; ``reason`` says why an arrival failed.
    """

    position: LogPosition
    submission_id: str
    verdict: Verdict
    key: SubmissionKey | None = None
    version_no: int | None = None
    current_version_no: int | None = None
    findings: tuple[Finding, ...] = ()
    first: FirstArrival | None = None
    reason: str | None = None
    reply_partition: int | None = None
    traceparent: str | None = None


def judge(arrival: Arrival, history: History) -> Outcome:
    """Decide what one arrival is, given all that came before it in its partition."""
    first = _before(arrival.position, history.versions.get(arrival.submission.version_no))
    if first is not None and first.position == arrival.position:
        verdict = first.verdict
    else:
        verdict = verdict_beside(arrival.submission, history.current_version_no, first)
    return outcome_of(arrival, verdict, history.current_version_no, first)


def outcome_of(
    arrival: Arrival, verdict: Verdict, current: int | None, first: FirstArrival | None
) -> Outcome:
    """Write a verdict down; ``current`` is the key's highest version before it, ``first`` what it met."""
    submission = arrival.submission
    if verdict in STORED_VERDICTS and (current is None or submission.version_no > current):
        current = submission.version_no
    return Outcome(
        position=arrival.position,
        submission_id=submission.submission_id,
        verdict=verdict,
        key=submission.key,
        version_no=submission.version_no,
        current_version_no=current,
        findings=submission.findings,
        first=first if verdict in _MET_ANOTHER else None,
        reply_partition=arrival.reply_partition,
        traceparent=arrival.traceparent,
    )


def _before(position: LogPosition, first: FirstArrival | None) -> FirstArrival | None:
    """Leave out a version that came later in the log: read again, an arrival does not know it."""
    if first is None:
        return None
    there = first.position
    same_partition = (there.topic, there.partition) == (position.topic, position.partition)
    return None if same_partition and there.offset > position.offset else first


def verdict_beside(
    submission: Submission, current: int | None, first: FirstArrival | None
) -> Verdict:
    """Decide what a submission is beside its key's current version and another of its own number."""
    # Before the rules: what was stored once stays a duplicate, even if the rules are stricter now.
    if first is not None and first.digest == submission.digest:
        return Verdict.DUPLICATE
    if has_error(submission.findings):
        return Verdict.REJECTED
    if first is not None:
        return Verdict.CONFLICT
    if current is None:
        return Verdict.CREATED
    return Verdict.UPDATED if submission.version_no > current else Verdict.SUPERSEDED


def judge_all(
    arrivals: Iterable[Arrival], histories: Mapping[SubmissionKey, History]
) -> list[Outcome]:
    """Judge a batch in its order; what one arrival stores is history for the next.

    ``histories`` tells what the store holds; keys it does not name are new. It is left unchanged.
    """
    known = copied(histories)
    outcomes = []
    for arrival in arrivals:
        history = known.setdefault(arrival.submission.key, History())
        outcome = judge(arrival, history)
        outcomes.append(outcome)
        if outcome.verdict in STORED_VERDICTS:
            history.take_in(arrival, outcome)
    return outcomes


def copied(histories: Mapping[SubmissionKey, History]) -> dict[SubmissionKey, History]:
    """Copy histories that are to change while a batch is decided arrival by arrival."""
    return {
        key: replace(history, versions=dict(history.versions)) for key, history in histories.items()
    }
