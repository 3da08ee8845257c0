"""What is left of a run is divided: whole partitions, about as much each, and the rate with it."""

import dataclasses
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from acr_postgres.replays import Run, Stretch
from acr_replayer.selection import Selection
from acr_replayer.sharing import share_out

SELECTION = Selection(rule="LCSR-509")
RUN = Run(
    "0f8b1d5e-2f6c-4a53-9a0e-6f1f8f0c0001",
    "lcsr",
    "ann",
    "a limit was wrong",
    "lcsr 1.8",
    SELECTION.data(),
    False,
    "running",
    3,
    datetime(2026, 11, 28, tzinfo=UTC),
    None,
    (),
)
left_of_each = st.lists(st.integers(0, 5000), min_size=1, max_size=24)


def run_with(left: list[int]) -> Run:
    """A run whose partitions have so many offsets left, of some that are done."""
    stretches = tuple(Stretch(each, 5, 15 + left[each], 15, {}) for each in range(len(left)))
    return dataclasses.replace(RUN, stretches=stretches)


@given(left_of_each, st.integers(1, 8), st.none() | st.floats(0.1, 1e4))
def test_each_partition_with_something_left_is_in_one_share(
    left: list[int], count: int, rate: float | None
) -> None:
    run = run_with(left)

    shares = share_out(run, SELECTION, rate, count)

    given_out = [each for share in shares for each in share.run.stretches]
    wanted = [each for each in run.stretches if each.next < each.end]
    assert sorted(given_out, key=lambda each: each.partition) == wanted
    assert 1 <= len(shares) <= max(1, min(count, len(wanted)))
    for share in shares:
        assert dataclasses.replace(share.run, stretches=run.stretches) == run
        assert share.selection is SELECTION
    if rate is None:
        assert {share.rate for share in shares} == {None}
    else:
        assert sum(share.rate or 0 for share in shares) <= rate * 1.000001


@given(left_of_each, st.integers(1, 8))
def test_no_share_is_larger_than_another_by_more_than_a_partition(
    left: list[int], count: int
) -> None:
    shares = share_out(run_with(left), SELECTION, None, count)

    sizes = [sum(each.end - each.next for each in share.run.stretches) for share in shares]
    assert max(sizes) - (min(sizes) if len(sizes) == count else 0) <= max(left) or len(shares) == 1


def test_a_share_has_as_much_of_the_rate_as_it_has_of_the_offsets() -> None:
    shares = share_out(run_with([300, 100]), SELECTION, 40.0, 4)

    assert [share.rate for share in shares] == [30.0, 10.0]
