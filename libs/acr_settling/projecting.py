"""Chooses the arrivals of a batch whose versions become current, and makes their rows. Pure."""

from collections.abc import Sequence

from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import Arrival, Submission, SubmissionKey
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected, project

_MOVES = frozenset({Verdict.CREATED, Verdict.UPDATED})


def project_current(
    projection: Projection, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]
) -> Projected:
    """Make the rows of records whose current version moved; the last version of a batch counts."""
    current: dict[SubmissionKey, Submission] = {}
    for arrival, outcome in zip(arrivals, outcomes, strict=True):
        if outcome.verdict in _MOVES and outcome.version_no == outcome.current_version_no:
            current[arrival.submission.key] = arrival.submission
    return project(projection, current.values())
