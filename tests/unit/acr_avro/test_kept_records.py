"""Containers of records: read back as they were, readable as they once were, whole or refused."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_avro.kept_records import KeptRecord, KeptWriter, NotKept, read_kept

DATA = Path(__file__).parent / "data"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
OLD = [
    KeptRecord(3, AT, b"acme/1", b"\xc3\x01body", (("traceparent", b"00"), ("traceparent", b""))),
    KeptRecord(4, AT + timedelta(milliseconds=7), None, b"", ()),
    KeptRecord(9, AT, b"\x00", None, (("acr-placeholder", b"9"),)),
]
times = st.integers(0, 7_000_000_000_000).map(lambda ms: EPOCH + timedelta(milliseconds=ms))
records = st.builds(
    KeptRecord,
    st.integers(0, 2**62),
    times,
    st.none() | st.binary(max_size=40),
    st.none() | st.binary(max_size=200),
    st.lists(st.tuples(st.text(max_size=10), st.binary(max_size=10)), max_size=3).map(tuple),
)


def container(kept: list[KeptRecord]) -> bytes:
    sink = io.BytesIO()
    writer = KeptWriter(sink, {"topic": "acr.lcsr.submissions.v1"})
    for each in kept:
        writer.write(each)
    writer.end()
    return sink.getvalue()


@given(st.lists(records, max_size=5))
def test_records_are_read_back_as_they_were(kept: list[KeptRecord]) -> None:
    assert list(read_kept(io.BytesIO(container(kept)))) == kept


def test_a_container_that_was_written_once_stays_readable() -> None:
    with (DATA / "kept_record.v1.three.bin").open("rb") as file:
        assert list(read_kept(file)) == OLD


def test_a_container_that_breaks_off_is_refused() -> None:
    whole = container(OLD)
    for length in range(len(whole) - 1):
        try:
            found = list(read_kept(io.BytesIO(whole[:length])))
        except NotKept:
            continue
        # Cut between two blocks it is a container of fewer records: counts tell, not the container.
        assert found == []


def test_foreign_bytes_are_refused() -> None:
    with pytest.raises(NotKept, match="no container of records"):
        list(read_kept(io.BytesIO(b"something else")))
