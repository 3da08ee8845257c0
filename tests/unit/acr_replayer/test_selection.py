"""Selections: what of the log a replay covers, and what it cannot cover."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_kafka.stretches import Bounds
from acr_replayer.selection import BadSelection, Selection, plan, read_selection

SETTLED = {0: 100, 1: 10, 2: 0}
BOUNDS = {0: Bounds(0, 120), 1: Bounds(0, 10), 2: Bounds(0, 5)}
NOWHERE: dict[int, int] = {}
DAY = datetime(2026, 11, 1, tzinfo=UTC)


def covered(
    selection: Selection,
    since: dict[int, int] = NOWHERE,
    until: dict[int, int] = NOWHERE,
) -> list[tuple[int, int, int]]:
    stretches = plan(selection, SETTLED, BOUNDS, since, until)
    assert all(each.next == each.begin for each in stretches)
    return [(each.partition, each.begin, each.end) for each in stretches]


@pytest.mark.parametrize(
    ("selection", "stretches"),
    [
        (Selection(), [(0, 0, 100), (1, 0, 10)]),
        (Selection(partitions=(1,)), [(1, 0, 10)]),
        (Selection(from_offset=20), [(0, 20, 100)]),
        (Selection(from_offset=5, to_offset=50), [(0, 5, 50), (1, 5, 10)]),
        (Selection(to_offset=1000), [(0, 0, 100), (1, 0, 10)]),
        (Selection(rule="X-1"), [(0, 0, 100), (1, 0, 10)]),
    ],
)
def test_only_what_is_settled_is_covered(
    selection: Selection, stretches: list[tuple[int, int, int]]
) -> None:
    assert covered(selection) == stretches


def test_times_are_offsets_of_each_partition() -> None:
    since, until = {0: 30, 1: 10, 2: 5}, {0: 60, 1: 5, 2: 5}

    assert covered(Selection(since=DAY), since) == [(0, 30, 100)]
    assert covered(Selection(until=DAY), until=until) == [(0, 0, 60), (1, 0, 5)]
    assert covered(Selection(since=DAY, until=DAY, from_offset=40), since, until) == [(0, 40, 60)]


def test_what_the_log_no_longer_holds_is_told() -> None:
    with pytest.raises(BadSelection, match="partition 0 of the log holds 50 to 120"):
        plan(Selection(), SETTLED, {**BOUNDS, 0: Bounds(50, 120)}, NOWHERE, NOWHERE)


def test_a_partition_of_which_nothing_was_settled_is_told() -> None:
    with pytest.raises(BadSelection, match="nothing of partition 9 "):
        covered(Selection(partitions=(0, 9)))


texts = st.none() | st.text(max_size=5)


@given(
    st.builds(
        Selection,
        partitions=st.lists(st.integers(0, 9), max_size=3).map(tuple),
        from_offset=st.none() | st.integers(1, 9),
        since=st.none() | st.just(DAY),
        until=st.none() | st.just(DAY),
        partner_id=texts,
        header_id=texts,
        rule=texts,
    )
)
def test_a_selection_that_is_kept_with_its_run_comes_back(selection: Selection) -> None:
    assert read_selection(selection.data()) == selection
