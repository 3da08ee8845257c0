"""What is put back where: a record for each offset, and refusals of topics that cannot take an export."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_archive.folder import ArchivedTopic, BadArchive
from acr_archive.importing import batched, placed, require_room
from acr_archive.segments import Segment, read_segment
from acr_avro.kept_records import KeptRecord
from acr_kafka.records import is_placeholder
from acr_kafka.stretches import Bounds

TOPIC = "acr.lcsr.submissions.v1"
AT = datetime(2026, 5, 1, tzinfo=UTC)
SUM = hashlib.sha256(b"").hexdigest()


def segment(begin: int, end: int) -> Segment:
    return Segment(TOPIC, 0, begin, end, end - begin, (), 1, SUM, None, None)


def archived(*ends: int) -> ArchivedTopic:
    segments = tuple((segment(0, end),) if end else () for end in ends)
    return ArchivedTopic(TOPIC, len(ends), segments)


def record(offset: int) -> KeptRecord:
    at = AT + timedelta(seconds=offset)
    return KeptRecord(offset, at, b"key", str(offset).encode(), (("name", b"value"),))


@given(st.sets(st.integers(0, 60)), st.integers(0, 10), st.integers(61, 70))
def test_every_offset_of_a_segment_gets_a_record(offsets: set[int], begin: int, end: int) -> None:
    kept = [record(offset) for offset in sorted(offsets) if offset >= begin]

    found = list(placed(TOPIC, 0, segment(begin, end), kept))

    assert [offset for offset, _ in found] == list(range(begin, end))
    real = {offset: each for offset, each in found if not is_placeholder(each)}
    assert {offset: each.value for offset, each in real.items()} == {
        each.offset: each.value for each in kept
    }
    assert [each.timestamp for each in real.values()] == [each.timestamp for each in kept]
    assert all(each.partition == 0 and each.topic == TOPIC for _, each in found)


@given(st.integers(0, 5000), st.integers(0, 2500))
def test_parts_follow_each_other_without_a_hole(begin: int, count: int) -> None:
    records = [each for _, each in placed(TOPIC, 0, segment(0, count), [])]

    parts = list(batched(begin, records))

    at = begin
    for place, part in parts:
        assert place == at
        assert 0 < len(part) <= 1000
        at += len(part)
    assert at == begin + count


def test_a_topic_that_is_empty_or_half_done_takes_an_export() -> None:
    require_room(archived(5, 0), {0: Bounds(0, 0), 1: Bounds(0, 0)})
    require_room(archived(5, 7), {0: Bounds(0, 5), 1: Bounds(0, 3)})
    require_room(archived(5, 7), {0: Bounds(0, 9), 1: Bounds(0, 7)})


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        ({0: Bounds(0, 0)}, "has 1 partitions, but 2 were exported"),
        ({0: Bounds(0, 6), 1: Bounds(0, 0)}, "somebody has written to it"),
        ({0: Bounds(3, 5), 1: Bounds(0, 0)}, "does not begin at 0"),
    ],
)
def test_other_topics_are_refused(bounds: dict[int, Bounds], why: str) -> None:
    with pytest.raises(BadArchive, match=why):
        require_room(archived(5, 7), bounds)


def test_a_document_is_read_back_as_it_was() -> None:
    whole = Segment(TOPIC, 3, 5, 12, 4, ((6, 8), (9, 10)), 99, SUM, SUM, (11, SUM))

    assert read_segment(whole.text()) == whole
    assert [str(each) for each in whole.named_gaps()] == [
        "partition 3: offsets 6 to 7 hold no record",
        "partition 3: offset 9 holds no record",
    ]
    with pytest.raises(ValueError, match="tells of no segment"):
        read_segment("[]")
