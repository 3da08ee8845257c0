"""Records as they are read from and written to the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiokafka import ConsumerRecord

from acr_domain.submission import LogPosition
from acr_kafka.header_names import PLACEHOLDER

Header = tuple[str, bytes]

RECORD_BYTES_BESIDE = 512
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One record at its position. ``timestamp`` is the producer's (UTC)."""

    position: LogPosition
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...]
    timestamp: datetime

    def header(self, name: str) -> str | None:
        """Give the last header of a name as text; what is no UTF-8 counts as absent."""
        for key, value in reversed(self.headers):
            if key == name:
                try:
                    return value.decode()
                except UnicodeDecodeError:
                    return None
        return None


@dataclass(frozen=True, slots=True)
class NewRecord:
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
        position=LogPosition(record.topic, record.partition, record.offset),
        key=record.key,
        value=record.value,
        headers=tuple((name, value or b"") for name, value in record.headers),
        timestamp=EPOCH + timedelta(milliseconds=max(record.timestamp, 0)),
    )
