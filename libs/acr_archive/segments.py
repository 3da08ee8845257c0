"""One finished file of an export, and what stands beside it. Pure but for hashing; opens no log.

Each file is told by a small JSON document of the same name: its offsets, its checksum, and that of the
file before it, so that one that was lost, exchanged or cut is noticed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from acr_avro.kept_records import KeptRecord
from acr_kafka.records import LogRecord
from acr_kafka.stretches import Gap

Gaps = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """Offsets of one partition from ``begin`` up to, and without, ``end``.

    ``gaps`` are offsets within that held no record, each from one up to, and without, another.
    ``previous`` is the SHA-256 of the file before, ``last_record`` that of the last record, of either
    nothing where there is none; ``size`` is in bytes.
    """

    topic: str
    partition: int
    begin: int
    end: int
    records: int
    gaps: Gaps
    size: int
    sha256: str
    previous: str | None
    last_record: tuple[int, str] | None

    @property
    def name(self) -> str:
        """The name that its files share."""
        return segment_name(self.begin)

    def text(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self), indent=1) + "\n"

    def named_gaps(self) -> list[Gap]:
        """Name its gaps."""
        return [Gap(self.partition, *each) for each in self.gaps]


def segment_name(begin: int) -> str:
    """Name the files that begin at an offset: in the order of names they are in order of offsets."""
    return f"{begin:020d}"


def read_segment(text: str) -> Segment:
    """Read such a document back.

    Raises:
        ValueError: if it is none.
    """
    try:
        members: Mapping[str, Any] = json.loads(text)
        last = members["last_record"]
        return Segment(
            **{
                **members,
                "gaps": tuple((begin, end) for begin, end in members["gaps"]),
                "last_record": None if last is None else (last[0], last[1]),
            }
        )
    except (TypeError, KeyError, IndexError) as error:
        raise ValueError(f"it tells of no segment ({type(error).__name__})") from None


def kept(record: LogRecord) -> KeptRecord:
    """Take a record of the log as an export keeps it."""
    return KeptRecord(
        record.position.offset, record.timestamp, record.key, record.value, record.headers
    )


def record_sum(record: KeptRecord) -> str:
    """Give the SHA-256 over all that a record is."""
    parts = (record.offset, record.timestamp.isoformat(), record.key, record.value, record.headers)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
