"""What is odd about an arrival is named, whatever it is, and a gateway's own records are not odd."""

from datetime import timedelta

import pytest

from acr_domain.oddities import Oddity
from acr_domain.submission import LogPosition
from acr_kafka.records import Header, LogRecord
from acr_settling.arrivals import read_arrival
from acr_settling.oddities import TIME_APART_MAX, misplaced, oddities
from acr_testkit.log_records import Sender
from acr_testkit.samples import as_bytes, submission

SENDER = Sender("lcsr", 3)
ACCEPTED = SENDER.submission(as_bytes(submission("lcsr")))
SENT = SENDER.record_of(ACCEPTED)
SECOND = timedelta(seconds=1)


def noticed(headers: list[Header], apart: timedelta = timedelta()) -> list[Oddity]:
    position = LogPosition(SENT.topic, 0, 0)
    time = ACCEPTED.received_at + apart
    record = LogRecord(position, SENT.key, SENT.value, tuple(headers), time)
    return list(oddities([record], [read_arrival("lcsr", record)]))


def test_nothing_is_odd_about_what_a_gateway_appends() -> None:
    assert noticed(list(SENT.headers)) == []


@pytest.mark.parametrize(
    ("headers", "due"),
    [
        ([], [Oddity.NO_HEADERS]),
        ([("another", b"\xff")], [Oddity.NO_HEADERS]),
        ([("acr-submission-id", b"\xff")], [Oddity.OTHER_ID]),
        ([*SENT.headers, ("acr-submission-id", b"x")], [Oddity.OTHER_ID]),
        ([*SENT.headers, ("acr-reply-partition", b"\xff")], [Oddity.REPLY_PARTITION]),
        ([("acr-reply-partition", b"-1")], [Oddity.NO_HEADERS, Oddity.REPLY_PARTITION]),
    ],
)
def test_headers_that_are_missing_or_foreign_are_noticed(
    headers: list[Header], due: list[Oddity]
) -> None:
    assert noticed(headers) == due


@pytest.mark.parametrize("sign", [1, -1])
def test_a_time_far_off_is_noticed(sign: int) -> None:
    assert noticed(list(SENT.headers), sign * (TIME_APART_MAX - SECOND)) == []
    assert noticed(list(SENT.headers), sign * (TIME_APART_MAX + SECOND)) == [Oddity.TIME]


@pytest.mark.parametrize(("partitions", "due"), [(0, 0), (1, 0), (2, 1), (6, 5)])
def test_a_record_in_another_partition_than_its_key_leads_to_is_noticed(
    partitions: int, due: int
) -> None:
    places = [LogPosition(SENT.topic, each, 0) for each in range(partitions)]
    records = [LogRecord(each, SENT.key, SENT.value, (), ACCEPTED.received_at) for each in places]

    assert list(misplaced(records, partitions)) == [Oddity.PARTITION] * due
