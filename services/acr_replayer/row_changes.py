"""Compares the typed rows that records have with those that today's declaration makes. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from acr_domain.submission import SubmissionKey
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected, Row

RecordRows: TypeAlias = dict[tuple[str, Row], Row]
"""The rows of one record, by table and key."""

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


def rows_by_record(
    projection: Projection, rows: Mapping[str, Iterable[Row]], keys: Iterable[SubmissionKey]
) -> dict[SubmissionKey, RecordRows]:
    """Put rows by the records that they are of."""
    found: dict[SubmissionKey, RecordRows] = {key: {} for key in keys}
    by_id = {(key.partner_id, key.header_id): key for key in found}
    for table, made in rows.items():
        width = len(projection.tables[table].key)
        for row in made:
            found[by_id[row[0], row[1]]][table, row[:width]] = row
    return found


def compare(before: RecordRows, after: RecordRows) -> Counter[tuple[str, str]]:
    """Count the rows of one record that differ, by table and what became of them."""
    found: Counter[tuple[str, str]] = Counter()
    for place in before.keys() | after.keys():
        old, new = before.get(place), after.get(place)
        if old is None:
            found[place[0], ADDED] += 1
        elif new is None:
            found[place[0], REMOVED] += 1
        elif old != new and not _same(old, new):
            found[place[0], CHANGED] += 1
    return found


def _same(held: Row, made: Row) -> bool:
    """Tell whether the made row would be held as it is: moments without a zone count as UTC there."""
    return tuple(map(_as_held, made)) == held


def _as_held(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def only(projected: Projected, keys: Iterable[SubmissionKey]) -> Projected:
    """Give what is projected of some of the records only."""
    kept = list(keys)
    ids = {(key.partner_id, key.header_id) for key in kept}
    rows = {
        table: [row for row in made if (row[0], row[1]) in ids]
        for table, made in projected.rows.items()
    }
    return Projected(projected.projection, kept, rows, projected.unreadable)
