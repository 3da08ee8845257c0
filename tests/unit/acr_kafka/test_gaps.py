"""Offsets that no record has are found: before, between and after the records of a piece."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from acr_domain.submission import LogPosition
from acr_kafka.records import EPOCH, LogRecord
from acr_kafka.stretches import Gap, find_gaps


def record(offset: int) -> LogRecord:
    return LogRecord(LogPosition("t", 3, offset), None, None, (), EPOCH)


@given(st.sets(st.integers(10, 40)), st.just(10), st.just(41))
def test_gaps_are_all_offsets_without_a_record(held: set[int], begin: int, end: int) -> None:
    gaps = find_gaps(3, begin, tuple(record(each) for each in sorted(held)), end)

    missing = {offset for gap in gaps for offset in range(gap.begin, gap.end)}
    assert missing == set(range(begin, end)) - held
    assert all(former.end < latter.begin for former, latter in itertools.pairwise(gaps))


def test_a_gap_says_where_it_is() -> None:
    assert str(Gap(3, 5, 6)) == "partition 3: offset 5 holds no record"
    assert str(Gap(3, 5, 9)) == "partition 3: offsets 5 to 8 hold no record"
