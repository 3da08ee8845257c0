"""Notices what is odd about arrivals that settle all the same. Pure; decides nothing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from acr_domain.oddities import Oddity
from acr_domain.submission import Arrival
from acr_kafka import header_names
from acr_kafka.packing import partition_of
from acr_kafka.records import LogRecord

# A gateway appends within its timeouts of the receipt; clocks of one machine do not jump so far.
TIME_APART_MAX = timedelta(minutes=10)


def oddities(records: Sequence[LogRecord], arrivals: Sequence[Arrival]) -> Iterator[Oddity]:
    """Name what is odd about each record, given the arrival that it was read as."""
    for record, arrival in zip(records, arrivals, strict=True):
        submission = arrival.submission
        headers = dict(record.headers)
        named = headers.get(header_names.SUBMISSION_ID)
        if named is None:
            yield Oddity.NO_HEADERS
        elif named != submission.submission_id.encode():
            yield Oddity.OTHER_ID
        if arrival.reply_partition is None and header_names.REPLY_PARTITION in headers:
            yield Oddity.REPLY_PARTITION
        if abs(record.timestamp - submission.received_at) > TIME_APART_MAX:
            yield Oddity.TIME


def misplaced(records: Sequence[LogRecord], partitions: int) -> Iterator[Oddity]:
    """Name the last record of each partition whose key leads to another one of so many.

    Not each record: to find the partition of a key takes a tenth of what settling takes. Who writes to
    wrong partitions does so with more than one record.
    """
    if partitions < 2:
        return
    for partition, last in {each.position.partition: each for each in records}.items():
        if last.key is not None and partition_of(last.key, range(partitions)) != partition:
            yield Oddity.PARTITION
