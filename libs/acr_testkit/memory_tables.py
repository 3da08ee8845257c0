"""The tables of one registry in memory, with the database's own checks. No transactions here."""

import functools
import uuid
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.judgement import FirstArrival, Outcome
from acr_domain.submission import Submission, SubmissionKey
from acr_postgres.settlement import DeadLetter, Place
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected, Row

RowId: TypeAlias = tuple[int, int]
"""Partition and offset."""

RecordRows: TypeAlias = tuple[tuple[str, Row], ...]
"""The rows of one record in the typed tables, each with its table."""

# What columns take; of the other types a fake need not know.
_KINDS: Mapping[str, type] = {"text": str, "bigint": int, "date": date, "timestamptz": datetime}

GUIDS_MAX = 4_096

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version: the arrival that brought it first, and what it brought."""

    first: FirstArrival
    content_type: str
    received_at: datetime
    body: bytes


class Layer(MutableMapping[KeyT, ValueT]):
    """A transaction's view of a table: what it has ``written`` over what is committed."""

    __slots__ = ("_below", "written")

    def __init__(self, below: MutableMapping[KeyT, ValueT]) -> None:
        self._below = below
        self.written: dict[KeyT, ValueT] = {}

    def __getitem__(self, key: KeyT) -> ValueT:
        return self.written[key] if key in self.written else self._below[key]

    def get(self, key: KeyT, default: Any = None) -> Any:
        """Give a row, or the default."""
        return self.written[key] if key in self.written else self._below.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self.written or key in self._below

    def __setitem__(self, key: KeyT, value: ValueT) -> None:
        self.written[key] = value

    def __delitem__(self, key: KeyT) -> None:
        raise NotImplementedError("a settlement removes no row")

    def __iter__(self) -> Iterator[KeyT]:
        yield from self._below
        yield from (key for key in self.written if key not in self._below)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(slots=True)
class Tables:
    """The rows, by their primary keys. Inside a transaction each table is a layer over the shared."""

    places: MutableMapping[int, Place] = field(default_factory=dict)
    caught_up: MutableMapping[int, datetime] = field(default_factory=dict)
    versions: MutableMapping[tuple[SubmissionKey, int], VersionRow] = field(default_factory=dict)
    records: MutableMapping[SubmissionKey, int] = field(default_factory=dict)
    arrivals: MutableMapping[RowId, Outcome] = field(default_factory=dict)
    dead_letters: MutableMapping[RowId, DeadLetter] = field(default_factory=dict)
    projected: MutableMapping[SubmissionKey, RecordRows] = field(default_factory=dict)

    def layered(self) -> "Tables":
        """Begin a transaction: what it writes, only it sees."""
        return Tables(
            _layer(self.places),
            _layer(self.caught_up),
            _layer(self.versions),
            _layer(self.records),
            _layer(self.arrivals),
            _layer(self.dead_letters),
            _layer(self.projected),
        )

    def note_announced(self, offsets: Mapping[int, int]) -> None:
        """Move announced offsets; never back, never beyond what is settled."""
        for partition, offset in offsets.items():
            place = self.places.get(partition)
            if place and place.announced_offset < offset <= place.next_offset:
                self.places[partition] = Place(place.next_offset, offset)

    def absorb(self, layer: "Tables") -> None:
        """Commit a layer."""
        _absorb(self.places, layer.places)
        _absorb(self.caught_up, layer.caught_up)
        _absorb(self.versions, layer.versions)
        _absorb(self.records, layer.records)
        _absorb(self.arrivals, layer.arrivals)
        _absorb(self.dead_letters, layer.dead_letters)
        _absorb(self.projected, layer.projected)


def _layer(table: MutableMapping[KeyT, ValueT]) -> MutableMapping[KeyT, ValueT]:
    return Layer(table)


def _absorb(table: MutableMapping[KeyT, ValueT], layer: MutableMapping[KeyT, ValueT]) -> None:
    assert isinstance(layer, Layer)
    table.update(layer.written)


def insert(table: MutableMapping[KeyT, ValueT], key: KeyT, value: ValueT) -> None:
    """Insert a row.

    Raises:
        Poison: if there is one with this primary key.
    """
    if key in table:
        raise Poison(ErrorClass.INTEGRITY_VIOLATION, "PostgreSQL refuses a value (23505).")
    table[key] = value


def check_submission(submission: Submission) -> None:
    """Check what the columns of a version check.

    Raises:
        Poison: as the database would.
    """
    for text in (submission.submission_id, submission.key.header_id):
        check_guid(text)
    check_text(submission.key.partner_id, submission.content_type)
    if submission.version_no < 1 or len(submission.digest) != 32:
        raise Poison(ErrorClass.INTEGRITY_VIOLATION, "PostgreSQL refuses a value (23514).")


def check_outcome(outcome: Outcome) -> None:
    """Check what the columns of an arrival check.

    Raises:
        Poison: as the database would.
    """
    check_guid(outcome.submission_id)
    check_text(outcome.traceparent, outcome.reason, outcome.key.partner_id if outcome.key else None)
    for finding in outcome.findings:
        check_text(finding.rule, finding.pointer, finding.message)


@functools.lru_cache(GUIDS_MAX)
def check_guid(text: str) -> None:
    """Check an identifier.

    Raises:
        Poison: if it is no GUID.
    """
    try:
        uuid.UUID(text)
    except ValueError:
        raise Poison(ErrorClass.NO_GUID, "An identifier of the record is no GUID.") from None


def check_text(*texts: str | None) -> None:
    """Check what text columns refuse.

    Raises:
        Poison: if one holds NUL.
    """
    for text in texts:
        if text is not None and "\0" in text:
            raise Poison(ErrorClass.DATA_EXCEPTION, "PostgreSQL refuses a value (22021).")


def rows_by_record(projected: Projected) -> dict[SubmissionKey, RecordRows]:
    """Check what a batch projects as the columns do, and give it record by record.

    Raises:
        Poison: as the database would.
    """
    found: dict[SubmissionKey, list[tuple[str, Row]]] = {key: [] for key in projected.keys}
    keys = {(key.partner_id, key.header_id): key for key in projected.keys}
    for table, rows in projected.rows.items():
        kinds = _kinds_of(projected.projection, table)
        for row in rows:
            check_text(*(value for value in row if isinstance(value, str)))
            _check_kinds(kinds, row)
            found[keys[row[0], row[1]]].append((table, row))
    return {key: tuple(rows) for key, rows in found.items()}


@functools.cache
def _kinds_of(projection: Projection, table: str) -> tuple[type | None, ...]:
    return tuple(_KINDS.get(each.sql_type) for each in projection.tables[table].all_columns)


def _check_kinds(kinds: Sequence[type | None], row: Row) -> None:
    for kind, value in zip(kinds, row, strict=True):
        if value is None:
            continue
        wide = isinstance(value, int) and not -(2**63) <= value < 2**63
        if wide or (kind is not None and not isinstance(value, kind)):
            raise Poison(ErrorClass.DATA_EXCEPTION, "A value does not fit its column.")
