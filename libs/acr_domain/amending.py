"""Later decisions about arrivals that are settled, as pure functions of all that is stored.

What was told is never changed here: an amendment is a deed of its own, beside the first verdict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from acr_domain.findings import Finding
from acr_domain.judgement import (
    STORED_VERDICTS,
    History,
    Outcome,
    Verdict,
    copied,
    outcome_of,
    verdict_beside,
)
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
    current = history.current_version_no
    first = history.versions.get(arrival.submission.version_no)
    verdict = standing.verdict
    if verdict not in STORED_VERDICTS:
        verdict = verdict_beside(arrival.submission, current, first)
    return outcome_of(arrival, verdict, current, first)


def amend_all(
    arrivals: Iterable[Arrival],
    standings: Mapping[LogPosition, Standing],
    histories: Mapping[SubmissionKey, History],
) -> list[Outcome]:
    """Decide about arrivals in their order; what one of them brings is history for the next.

    ``standings`` names every one of them; ``histories`` tells what is stored, and is left unchanged.
    """
    known = copied(histories)
    outcomes = []
    for arrival in arrivals:
        history = known.setdefault(arrival.submission.key, History())
        standing = standings[arrival.position]
        outcome = amend(arrival, standing, history)
        outcomes.append(outcome)
        if outcome.verdict in STORED_VERDICTS and standing.verdict not in STORED_VERDICTS:
            history.take_in(arrival, outcome)
    return outcomes


def changes(standing: Standing, outcome: Outcome) -> bool:
    """Tell whether a decision says anything but what holds already."""
    return (standing.verdict, standing.findings) != (outcome.verdict, outcome.findings)
