"""The checker is checked: each planted fault, a mistake that is easy to make, is found.

Each fault is a small variant of the real part, and lives through the same stories.
"""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from acr_domain.errors import Poison
from acr_domain.judgement import STORED_VERDICTS, History, Outcome, Verdict, judge_all
from acr_domain.submission import Arrival, LogPosition, SubmissionKey
from acr_kafka.records import LogRecord
from acr_registries.projection_rows import Projected
from acr_settling.settle import OpenSettlement, Settler
from acr_testkit.fuse import Blow
from acr_testkit.memory_store import MemoryStore
from acr_testkit.simulated.planted_faults import (
    BelievesItself,
    ForgetsToTellAgain,
    NotesTooEarly,
    ProjectsApart,
)
from acr_testkit.simulation import (
    Disturbance,
    Parts,
    World,
    assert_nothing_lost_nothing_twice,
    live,
)
from acr_testkit.stories import Sent

NOWHERE = LogPosition("nowhere", 0, 0)

words = st.builds(
    Sent, record=st.integers(0, 1), version_no=st.integers(1, 3), content=st.integers(0, 1)
)
stories = st.lists(words, min_size=1, max_size=6)
blows = st.dictionaries(st.integers(0, 60), st.sampled_from(Blow), max_size=4)
pauses = st.lists(st.integers(0, 3), min_size=1, max_size=12)


def assert_same_verdicts_told(world: World, calm: World) -> None:
    """Compare the verdicts alone."""
    assert world.outcomes_told() == calm.outcomes_told()


def look_for_faults(
    parts: Parts,
    consumers: int = 1,
    compare: Callable[[World, World], None] = assert_nothing_lost_nothing_twice,
) -> None:
    """Live through stories with these parts, without shrinking what is found."""

    @settings(
        max_examples=300,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(stories, st.integers(1, 4), blows, pauses)
    def lives(story: list[Sent], batch_max: int, blown: dict[int, Blow], turns: list[int]) -> None:
        disturbance = Disturbance(blown, turns, consumers)

        disturbed = live(story, disturbance, batch_max, parts)

        compare(disturbed, live(story))

    lives()


class TellsFirst(Settler):
    """Announces what it is about to commit."""

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


class MovesLast(Settler):
    """Moves the position in a transaction of its own, after it has told.

    This alone is no fault: a verdict that is a function of the log comes out the same again.
    """

    async def _settle_together(
        self, records: Sequence[LogRecord], arrivals: Sequence[Arrival]
    ) -> None:
        assert isinstance(self.store, MemoryStore)
        kept = self.store.tables.arrivals
        async with self.store.settlement() as settlement:
            histories = self._remembered(await settlement.histories(arrivals))
            outcomes = judge_all(arrivals, histories)
            new = [
                pair
                for pair in zip(arrivals, outcomes, strict=True)
                if (pair[0].position.partition, pair[0].position.offset) not in kept
            ]
            await settlement.store([each for each, _ in new], [each for _, each in new])
        await self._announce({}, outcomes, [])
        await self.told()
        async with self.store.settlement() as settlement:
            await settlement.advance(self._moves(records))
        await self._announce(self._moves(records), [], [])

    def _remembered(self, found: dict[SubmissionKey, History]) -> dict[SubmissionKey, History]:
        return found


class AsksWhetherARowIsThere(MovesLast):
    """Calls whatever is stored already a duplicate: it forgets which arrival stored it."""

    def _remembered(self, found: dict[SubmissionKey, History]) -> dict[SubmissionKey, History]:
        return {
            key: History(
                history.current_version_no,
                {no: first._replace(position=NOWHERE) for no, first in history.versions.items()},
            )
            for key, history in found.items()
        }


class ProjectsWhatIsStored(Settler):
    """Writes rows of every version that is stored, below the current one or not."""

    async def _project(
        self, settlement: OpenSettlement, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]
    ) -> Projected | None:
        moved = [each._replace(current_version_no=each.version_no) for each in outcomes]
        stored = [
            each._replace(verdict=Verdict.UPDATED) if each.verdict in STORED_VERDICTS else each
            for each in moved
        ]
        return await super()._project(settlement, arrivals, stored)


def test_the_real_parts_pass_where_the_faults_are_looked_for() -> None:
    look_for_faults(Parts())
    look_for_faults(Parts(), consumers=2)


def test_telling_before_the_commit_is_found() -> None:
    with pytest.raises(AssertionError, match="told before it was kept"):
        look_for_faults(Parts(settler=TellsFirst))


def test_a_verdict_from_the_existence_of_a_row_is_found() -> None:
    # A wrong verdict is told, or an arrival is named as the first that nobody ever settled.
    with pytest.raises((AssertionError, KeyError)):
        look_for_faults(Parts(settler=AsksWhetherARowIsThere), compare=assert_same_verdicts_told)


def test_a_verdict_from_positions_survives_even_where_the_position_moves_too_late() -> None:
    look_for_faults(Parts(settler=MovesLast), compare=assert_same_verdicts_told)


def test_projecting_in_another_transaction_is_found() -> None:
    with pytest.raises(AssertionError):
        look_for_faults(Parts(settler=ProjectsApart))


def test_projecting_a_version_that_is_not_current_is_found() -> None:
    with pytest.raises(AssertionError):
        look_for_faults(Parts(settler=ProjectsWhatIsStored))


def test_forgetting_to_tell_again_is_found() -> None:
    with pytest.raises(AssertionError):
        look_for_faults(Parts(store=ForgetsToTellAgain))


def test_skipping_the_fence_is_found() -> None:
    # Two consumers settle the same arrivals, and the primary keys have the last word.
    with pytest.raises(Poison, match="23505"):
        look_for_faults(Parts(settlement=BelievesItself), consumers=2)


def test_noting_as_told_what_is_only_committed_is_found() -> None:
    with pytest.raises(AssertionError):
        look_for_faults(Parts(settlement=NotesTooEarly))
