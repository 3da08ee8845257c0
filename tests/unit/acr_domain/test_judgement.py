"""Verdicts as a function of the log: every one of them, and what they do not depend on."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_domain.judgement import (
    STORED_VERDICTS,
    FirstArrival,
    History,
    Outcome,
    Verdict,
    judge_all,
)
from acr_domain.submission import Arrival, LogPosition, SubmissionKey
from acr_testkit.simulation import assert_one_created
from acr_testkit.stories import Kind, Sent, make_submission

CREATED, UPDATED, DUPLICATE, SUPERSEDED, CONFLICT, REJECTED = (
    Verdict.CREATED,
    Verdict.UPDATED,
    Verdict.DUPLICATE,
    Verdict.SUPERSEDED,
    Verdict.CONFLICT,
    Verdict.REJECTED,
)
BROKEN = Sent(kind=Kind.REJECTED)

words = st.builds(
    Sent,
    kind=st.sampled_from([Kind.PLAIN, Kind.PLAIN, Kind.REJECTED]),
    partner=st.integers(0, 1),
    record=st.integers(0, 1),
    version_no=st.integers(1, 4),
    content=st.integers(0, 1),
)
stories = st.lists(words, max_size=25)


def arrivals_of(story: Sequence[Sent]) -> list[Arrival]:
    return [
        Arrival(LogPosition("topic", 0, offset), make_submission(sent, offset), offset, "trace")
        for offset, sent in enumerate(story)
    ]


def remember(
    histories: dict[SubmissionKey, History], arrivals: list[Arrival], outcomes: list[Outcome]
) -> None:
    """Keep what was stored, as a database would."""
    for arrival, outcome in zip(arrivals, outcomes, strict=True):
        if outcome.verdict in STORED_VERDICTS:
            submission = arrival.submission
            history = histories.setdefault(submission.key, History())
            history.current_version_no = outcome.current_version_no
            history.versions[submission.version_no] = FirstArrival(
                arrival.position, submission.submission_id, submission.digest, outcome.verdict
            )


@pytest.mark.parametrize(
    ("story", "verdicts"),
    [
        ([Sent()], [CREATED]),
        ([Sent(version_no=7)], [CREATED]),
        ([Sent(), Sent(version_no=2)], [CREATED, UPDATED]),
        ([Sent(), Sent(version_no=9)], [CREATED, UPDATED]),
        ([Sent(), Sent()], [CREATED, DUPLICATE]),
        ([Sent(version_no=3), Sent(version_no=1)], [CREATED, SUPERSEDED]),
        ([Sent(), Sent(content=1)], [CREATED, CONFLICT]),
        ([BROKEN], [REJECTED]),
        ([BROKEN, Sent()], [REJECTED, CREATED]),
        ([Sent(), replace(BROKEN, content=1)], [CREATED, REJECTED]),
        ([Sent(), BROKEN], [CREATED, DUPLICATE]),
        (
            [Sent(), replace(BROKEN, version_no=2), Sent(version_no=1)],
            [CREATED, REJECTED, DUPLICATE],
        ),
        (
            [Sent(version_no=no) for no in (2, 1, 3, 1, 2)],
            [CREATED, SUPERSEDED, UPDATED, DUPLICATE, DUPLICATE],
        ),
        (
            [Sent(version_no=3), Sent(version_no=1), Sent(version_no=1, content=1)],
            [CREATED, SUPERSEDED, CONFLICT],
        ),
    ],
)
def test_a_story_has_these_verdicts(story: list[Sent], verdicts: list[Verdict]) -> None:
    outcomes = judge_all(arrivals_of(story), {})

    assert [each.verdict for each in outcomes] == verdicts


def test_an_outcome_carries_what_its_sender_needs_to_hear() -> None:
    arrival = arrivals_of([Sent(version_no=3)])[0]

    outcome = judge_all([arrival], {})[0]

    assert outcome == Outcome(
        position=arrival.position,
        submission_id=arrival.submission.submission_id,
        verdict=CREATED,
        key=arrival.submission.key,
        version_no=3,
        current_version_no=3,
        reply_partition=0,
        traceparent="trace",
    )


def test_a_duplicate_and_a_conflict_name_the_arrival_that_they_met() -> None:
    first, again, other = arrivals_of([Sent(), Sent(), Sent(content=1)])

    created, duplicate, conflict = judge_all([first, again, other], {})

    met = FirstArrival(
        first.position, first.submission.submission_id, first.submission.digest, CREATED
    )
    assert (created.first, duplicate.first, conflict.first) == (None, met, met)


def test_a_superseded_version_leaves_the_current_one_and_an_updated_one_moves_it() -> None:
    outcomes = judge_all(arrivals_of([Sent(version_no=no) for no in (2, 1, 5)]), {})

    assert [each.current_version_no for each in outcomes] == [2, 2, 5]


def test_a_rejected_first_arrival_has_no_current_version() -> None:
    outcome = judge_all(arrivals_of([BROKEN]), {})[0]

    assert outcome.current_version_no is None
    assert [each.rule for each in outcome.findings] == ["TEST-1"]


@given(stories, st.data())
def test_any_split_into_batches_gives_the_same_outcomes(
    story: list[Sent], data: st.DataObject
) -> None:
    arrivals = arrivals_of(story)
    together = judge_all(arrivals, {})
    histories: dict[SubmissionKey, History] = {}
    split: list[Outcome] = []

    while len(split) < len(arrivals):
        size = data.draw(st.integers(1, len(arrivals) - len(split)))
        batch = arrivals[len(split) : len(split) + size]
        outcomes = judge_all(batch, histories)
        remember(histories, batch, outcomes)
        split += outcomes

    assert split == together


@given(stories)
def test_an_arrival_that_is_delivered_again_gets_the_verdict_it_had(story: list[Sent]) -> None:
    arrivals = arrivals_of(story)
    outcomes = judge_all(arrivals, {})
    histories: dict[SubmissionKey, History] = {}
    remember(histories, arrivals, outcomes)

    again = judge_all(arrivals, histories)

    assert [each.verdict for each in again] == [each.verdict for each in outcomes]


@given(stories)
def test_judging_leaves_what_it_was_given_unchanged(story: list[Sent]) -> None:
    arrivals = arrivals_of([Sent(), Sent(version_no=2)])
    histories: dict[SubmissionKey, History] = {}
    remember(histories, arrivals, judge_all(arrivals, {}))
    before = {
        key: (each.current_version_no, dict(each.versions)) for key, each in histories.items()
    }

    judge_all(arrivals_of(story), histories)

    assert before == {
        key: (each.current_version_no, each.versions) for key, each in histories.items()
    }


@given(stories)
def test_two_partners_with_one_header_id_never_meet(story: list[Sent]) -> None:
    together = judge_all(arrivals_of(story), {})

    for partner in (0, 1):
        name = f"partner-{partner}"
        mine = [a for a in arrivals_of(story) if a.submission.key.partner_id == name]
        alone = judge_all(mine, {})
        assert alone == [each for each in together if each.key and each.key.partner_id == name]


@given(stories)
def test_each_key_is_created_exactly_once_unless_all_of_it_is_rejected(story: list[Sent]) -> None:
    assert_one_created(judge_all(arrivals_of(story), {}))


@given(stories)
def test_the_current_version_is_the_highest_that_was_stored(story: list[Sent]) -> None:
    highest: dict[SubmissionKey | None, int] = {}

    for outcome in judge_all(arrivals_of(story), {}):
        if outcome.verdict in STORED_VERDICTS:
            highest[outcome.key] = max(highest.get(outcome.key, 0), outcome.version_no or 0)
        assert outcome.current_version_no == highest.get(outcome.key)
