"""Crashes, failing neighbours and zombies change nothing but repetition.

Hypothesis tells what is sent and where each run is disturbed, and shrinks a failure to its shortest
story. Everything is counted instead of timed, so that a story plays the same way each time.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from acr_domain.judgement import judge_all
from acr_domain.submission import Arrival
from acr_testkit.fuse import Blow
from acr_testkit.simulation import (
    Disturbance,
    assert_nothing_lost_nothing_twice,
    assert_one_created,
    live,
)
from acr_testkit.stories import POISON_KINDS, Kind, Sent, make_submission

LIVES = settings(max_examples=400, deadline=None, derandomize=True, database=None)

kinds = st.one_of(st.just(Kind.PLAIN), st.sampled_from(Kind))
small = st.integers(0, 1)
words = st.builds(
    Sent, kind=kinds, partner=small, record=small, version_no=st.integers(1, 3), content=small
)
stories = st.lists(words, min_size=1, max_size=10)
batch_sizes = st.integers(1, 5)
blows = st.dictionaries(st.integers(0, 120), st.sampled_from(Blow), max_size=6)
pauses = st.lists(st.integers(0, 3), min_size=1, max_size=12)


@LIVES
@given(stories, batch_sizes, blows)
def test_crashes_and_trouble_change_nothing_but_repetition(
    story: list[Sent], batch_max: int, blown: dict[int, Blow]
) -> None:
    calm = live(story)

    disturbed = live(story, Disturbance(blown), batch_max)

    assert_nothing_lost_nothing_twice(disturbed, calm)


@LIVES
@given(stories, batch_sizes, blows, pauses)
def test_zombies_beside_the_rightful_consumer_change_nothing_but_repetition(
    story: list[Sent], batch_max: int, blown: dict[int, Blow], turns: list[int]
) -> None:
    calm = live(story)

    disturbed = live(story, Disturbance(blown, turns, consumers=2), batch_max)

    assert_nothing_lost_nothing_twice(disturbed, calm)


@LIVES
@given(stories, batch_sizes, blows)
def test_every_poison_record_is_a_dead_letter_and_no_other_record_is(
    story: list[Sent], batch_max: int, blown: dict[int, Blow]
) -> None:
    world = live(story, Disturbance(blown), batch_max)

    poisoned = sum(sent.kind in POISON_KINDS for sent in story)
    buried = world.database.tables.dead_letters

    # What a poison record would have repeated or replaced is judged without it.
    assert len(buried) <= poisoned
    assert len(buried) >= sum(sent.kind in POISON_KINDS - {Kind.UNSTORABLE} for sent in story)


@LIVES
@given(stories)
def test_judging_the_whole_log_again_beside_what_is_stored_repeats_every_verdict(
    story: list[Sent],
) -> None:
    readable = [sent for sent in story if sent.kind not in POISON_KINDS]
    world = live(readable)
    settled = sorted(world.database.tables.arrivals.values(), key=lambda each: each.position)
    by_id = {
        submission.submission_id: submission
        for submission in map(make_submission, readable, range(len(readable)))
    }
    arrivals = [Arrival(each.position, by_id[each.submission_id]) for each in settled]

    again = judge_all(arrivals, world.histories())

    assert [each.verdict for each in again] == [each.verdict for each in settled]
    assert_one_created(again)
