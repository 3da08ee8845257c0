"""Which arrivals of a batch have rows: those whose version is current when the batch ends."""

import pytest

from acr_domain.judgement import History, Outcome, Verdict, judge_all
from acr_domain.submission import Arrival, LogPosition
from acr_registries.projection import ROOT, open_projection
from acr_registries.projection_rows import Projected
from acr_settling.projecting import project_current
from acr_testkit.phantoms.registry import REGISTRY
from acr_testkit.stories import Kind, Sent, make_submission

PROJECTION = open_projection(REGISTRY)


def arrivals_of(*story: Sent) -> list[Arrival]:
    return [
        Arrival(LogPosition("topic", 0, offset), make_submission(sent, offset))
        for offset, sent in enumerate(story)
    ]


def version_nos(projected: Projected) -> list[int]:
    return [row[2] for row in projected.rows[ROOT]]


def test_the_highest_version_of_a_batch_has_rows_wherever_it_stands() -> None:
    arrivals = arrivals_of(Sent(version_no=2), Sent(version_no=5), Sent(version_no=3))

    projected = project_current(PROJECTION, arrivals, judge_all(arrivals, {}))

    assert version_nos(projected) == [5]
    assert projected.keys == [arrivals[0].submission.key]


def test_what_is_below_the_current_version_or_stores_nothing_has_none() -> None:
    arrivals = arrivals_of(
        Sent(version_no=2), Sent(version_no=2, content=1), Sent(Kind.REJECTED, record=1)
    )
    known = {arrivals[0].submission.key: History(7)}

    projected = project_current(PROJECTION, arrivals, judge_all(arrivals, known))

    assert (projected.keys, projected.count) == ([], 0)


@pytest.mark.parametrize("verdict", [Verdict.CREATED, Verdict.UPDATED])
def test_an_arrival_that_is_judged_again_does_not_bring_back_a_former_version(
    verdict: Verdict,
) -> None:
    (arrival,) = arrivals_of(Sent(version_no=1))
    again = Outcome(
        arrival.position,
        arrival.submission.submission_id,
        verdict,
        key=arrival.submission.key,
        version_no=1,
        current_version_no=4,
    )

    assert project_current(PROJECTION, [arrival], [again]).keys == []
    current = again._replace(current_version_no=1)
    assert version_nos(project_current(PROJECTION, [arrival], [current])) == [1]
