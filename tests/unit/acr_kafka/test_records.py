"""Records of the log: what headers say, and how aiokafka's records become ours."""

from datetime import UTC, datetime

import pytest
from aiokafka import ConsumerRecord

from acr_domain.submission import LogPosition
from acr_kafka.records import EPOCH, LogRecord, log_record, text_headers


def record(*headers: tuple[str, bytes]) -> LogRecord:
    return LogRecord(LogPosition("topic", 0, 0), None, None, headers, EPOCH)


def test_a_header_is_given_as_text() -> None:
    assert record(("a", "ü".encode())).header("a") == "ü"


def test_the_last_header_of_a_name_counts() -> None:
    assert record(("a", b"1"), ("b", b"x"), ("a", b"2")).header("a") == "2"


@pytest.mark.parametrize("headers", [(), (("b", b"1"),), (("a", b"\xff"),)])
def test_a_header_that_is_missing_or_no_text_counts_as_absent(
    headers: tuple[tuple[str, bytes], ...],
) -> None:
    assert record(*headers).header("a") is None


def test_absent_values_make_no_header() -> None:
    assert text_headers({"a": "ü", "b": None, "c": 0, "d": ""}) == [
        ("a", "ü".encode()),
        ("c", b"0"),
        ("d", b""),
    ]


@pytest.mark.parametrize(("milliseconds", "seconds"), [(1500, 1.5), (0, 0), (-1, 0)])
def test_a_record_of_the_client_becomes_ours(milliseconds: int, seconds: float) -> None:
    theirs = ConsumerRecord(
        "topic", 3, 7, milliseconds, 0, b"key", b"value", None, 3, 5, [("a", b"1"), ("b", None)]
    )

    ours = log_record(theirs)

    assert ours.position == LogPosition("topic", 3, 7)
    assert (ours.key, ours.value) == (b"key", b"value")
    assert ours.headers == (("a", b"1"), ("b", b""))
    assert ours.timestamp == datetime.fromtimestamp(seconds, UTC)
