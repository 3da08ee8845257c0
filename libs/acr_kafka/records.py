"""Records as they are read from and written to the log: tuples, which are made in a third of the time."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from aiokafka import ConsumerRecord

from acr_domain.submission import LogPosition
from acr_kafka.header_names import PLACEHOLDER

Header = tuple[str, bytes]

RECORD_BYTES_BESIDE = 512
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LogRecord(NamedTuple):
    """One record at its position. ``timestamp`` is the producer's (UTC)."""

    position: LogPosition
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]
    timestamp: datetime

    def header(self, name: str) -> str | None:
        """Give the last header of a name as text; what is no UTF-8 counts as absent."""
        return as_text(dict(self.headers).get(name))


def as_text(value: bytes | None) -> str | None:
    """Read a header's value as text; what is no UTF-8 counts as absent."""
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


class NewRecord(NamedTuple):
    """One record to append. Without a partition, or with one that is not there, the key chooses."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[Header]
    partition: int | None = None
    # Given only where a topic is restored: otherwise the time is the brokers' to say.
    timestamp: datetime | None = None


def record_bytes(record: NewRecord) -> int:
    """Tell how large a record is on its way to the brokers, bytes, rather too much than too little."""
    size = RECORD_BYTES_BESIDE + len(record.key or b"") + len(record.value or b"")
    for name, value in record.headers:
        size += len(name) * 4 + len(value) + 16
    return size


def text_headers(values: Mapping[str, str | int | None]) -> list[Header]:
    """Write header values as UTF-8 text; absent ones are left out."""
    return [(name, str(value).encode()) for name, value in values.items() if value is not None]


def log_records(records: Iterable[ConsumerRecord]) -> list[LogRecord]:
    """Turn aiokafka's records into ours, without placeholders: their offsets hold no record."""
    return [log_record(each) for each in records if not is_placeholder(each)]


def is_placeholder(record: "ConsumerRecord | NewRecord") -> bool:
    """Tell whether a record only keeps the place of one that a restored topic did not hold."""
    return record.value is None and any(name == PLACEHOLDER for name, _ in record.headers)


def placeholder(position: LogPosition, timestamp: datetime) -> NewRecord:
    """Make a record that keeps a place, so that what comes after it keeps its offset."""
    return NewRecord(
        position.topic,
        b"",
        None,
        [(PLACEHOLDER, str(position.offset).encode())],
        position.partition,
        timestamp,
    )


def timestamp_ms(at: datetime) -> int:
    """Give a time as the log has it, milliseconds."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def log_record(record: ConsumerRecord) -> LogRecord:
    """Turn aiokafka's record into ours."""
    return LogRecord(
        LogPosition(record.topic, record.partition, record.offset),
        record.key,
        record.value,
        tuple([(name, value or b"") for name, value in record.headers]),
        _moment(record.timestamp),
    )


# The brokers give all records of a batch the same time.
@functools.lru_cache(maxsize=64)
def _moment(timestamp: int) -> datetime:
    return EPOCH + timedelta(milliseconds=max(timestamp, 0))
