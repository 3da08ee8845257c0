"""Later decisions about arrivals that are settled, as pure functions of all that is stored.

What was told is never changed here: an amendment is a deed of its own, beside the first verdict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from acr_domain.findings import Finding, has_error
from acr_domain.judgement import STORED_VERDICTS, FirstArrival, History, Outcome, Verdict
from acr_domain.submission import Arrival, LogPosition, SubmissionKey


class Kind(StrEnum):
    """What sort of later decision an amendment is."""

    REPLAYED = "replayed"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who decided, why, and in which run (a UUID); one for all amendments of a run.

    ``contract`` names the registry's contract and rules that were asked, where any were;
    ``tell_senders`` asks for a result to the sender of each arrival.
    """

    kind: Kind
    run_id: str
    who: str
    why: str
    contract: str | None = None
    tell_senders: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What an arrival counts as today: its last amendment, or what it was settled as.

    ``amended`` says of what kind that amendment was, None where there is none.
    """

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    amended: Kind | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """One decision as it was applied.

    ``number`` counts a partition's amendments from 1 without gaps; ``settled_to`` is the partition's
    next offset when it was applied. ``before`` is the verdict until then, ``outcome`` the whole
    standing from then on. ``amended_at`` is the database's time (UTC).
    """

    number: int
    settled_to: int
    deed: Deed
    before: Verdict
    outcome: Outcome
    amended_at: datetime

    @property
    def amendment_id(self) -> str:
        """Name the amendment: the same however often it is announced."""
        return f"{self.outcome.position}#{self.number}"

    @property
    def brings_version(self) -> bool:
        """Tell whether it stored a version that was not stored before."""
        return self.outcome.verdict in STORED_VERDICTS and self.before not in STORED_VERDICTS


def amend(arrival: Arrival, standing: Standing, history: History) -> Outcome:
    """Decide what an arrival is, given all that is stored, wherever that stands in the log.

    What it brought once stays stored, even where its findings would reject it today.
    """
    submission, current = arrival.submission, history.current_version_no
    first = history.versions.get(submission.version_no)
    verdict = _verdict(arrival, standing, current, first)
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
        first=first if verdict in {Verdict.DUPLICATE, Verdict.CONFLICT} else None,
        reply_partition=arrival.reply_partition,
        traceparent=arrival.traceparent,
    )


def _verdict(
    arrival: Arrival, standing: Standing, current: int | None, first: FirstArrival | None
) -> Verdict:
    submission = arrival.submission
    if standing.verdict in STORED_VERDICTS:
        return standing.verdict
    # Before the rules, as when it is judged first: what is stored stays a duplicate.
    if first is not None and first.digest == submission.digest:
        return Verdict.DUPLICATE
    if has_error(submission.findings):
        return Verdict.REJECTED
    if first is not None:
        return Verdict.CONFLICT
    if current is None:
        return Verdict.CREATED
    return Verdict.UPDATED if submission.version_no > current else Verdict.SUPERSEDED


def amend_all(
    arrivals: Iterable[Arrival],
    standings: Mapping[LogPosition, Standing],
    histories: Mapping[SubmissionKey, History],
) -> list[Outcome]:
    """Decide about arrivals in their order; what one of them brings is history for the next.

    ``standings`` names every one of them; ``histories`` tells what is stored, and is left unchanged.
    """
    known = {
        key: replace(history, versions=dict(history.versions)) for key, history in histories.items()
    }
    outcomes = []
    for arrival in arrivals:
        submission = arrival.submission
        history = known.setdefault(submission.key, History())
        standing = standings[arrival.position]
        outcome = amend(arrival, standing, history)
        outcomes.append(outcome)
        if outcome.verdict in STORED_VERDICTS and standing.verdict not in STORED_VERDICTS:
            history.current_version_no = outcome.current_version_no
            history.versions[submission.version_no] = FirstArrival(
                arrival.position, submission.submission_id, submission.digest, outcome.verdict
            )
    return outcomes


def changes(standing: Standing, outcome: Outcome) -> bool:
    """Tell whether a decision says anything but what holds already."""
    return (standing.verdict, standing.findings) != (outcome.verdict, outcome.findings)
