"""Records of a topic as Avro object container files (Avro 1.12 specification). Knows no folders and no log."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import IO, Any

import fastavro
from fastavro.write import Writer

KEPT_RECORD = "kept_record.v1"
CODEC = "zstandard"
BLOCK_BYTES = 256 * 1024


class NotKept(Exception):
    """A file is no container of records, or breaks off."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """One record as an export keeps it. ``timestamp`` is that of the log (UTC, milliseconds)."""

    offset: int
    timestamp: datetime
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


class KeptWriter:
    """Writes records into one container, block by block."""

    def __init__(self, sink: IO[bytes], about: Mapping[str, str]) -> None:
        """Begin the container; ``about`` stands in its header for people and other tools."""
        self._writer = Writer(
            sink, _schema(), codec=CODEC, sync_interval=BLOCK_BYTES, metadata=dict(about)
        )

    def write(self, record: KeptRecord) -> None:
        """Add a record."""
        self._writer.write(
            {
                "offset": record.offset,
                "timestamp": record.timestamp,
                "key": record.key,
                "value": record.value,
                "headers": [{"name": name, "value": value} for name, value in record.headers],
            }
        )

    def end(self) -> None:
        """Write what is still held back."""
        self._writer.flush()


def read_kept(origin: IO[bytes]) -> Iterator[KeptRecord]:
    """Read the records of one container in their order.

    Raises:
        NotKept: if the bytes are no such container, or break off.
    """
    try:
        for datum in fastavro.reader(origin, reader_schema=_schema()):
            yield _record(datum)
    # fastavro names no common error for what damaged bytes can do to it, so all are meant.
    except Exception as error:  # noqa: BLE001
        raise NotKept(
            f"it breaks off or is no container of records ({type(error).__name__})"
        ) from None


def _record(datum: Any) -> KeptRecord:
    headers = tuple((each["name"], each["value"]) for each in datum["headers"])
    return KeptRecord(datum["offset"], datum["timestamp"], datum["key"], datum["value"], headers)


def _schema() -> Any:
    file = resources.files("acr_avro").joinpath("schemas", f"{KEPT_RECORD}.avsc")
    return fastavro.parse_schema(json.loads(file.read_text(encoding="utf-8")))
