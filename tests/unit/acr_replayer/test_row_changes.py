"""Rows compared: what was added, removed and changed, record by record."""

from datetime import UTC, datetime

from acr_registries.projection import open_projection
from acr_registries.projection_rows import project
from acr_replayer.row_changes import compare, only, rows_by_record
from acr_testkit.phantoms.registry import REGISTRY
from acr_testkit.phantoms.samples import kept_as, scan_body

PROJECTION = open_projection(REGISTRY)


def test_rows_of_one_record_are_compared_by_their_keys() -> None:
    former = kept_as(scan_body(Count=1, Series=[{"Protocol": "a"}]))
    later = kept_as(scan_body(Count=2, Scanner=None, Series=[{"Protocol": "a"}, {"Protocol": "b"}]))
    before, after = (project(PROJECTION, [each]) for each in (former, later))
    key = former.key

    found = compare(
        rows_by_record(PROJECTION, before.rows, [key])[key],
        rows_by_record(PROJECTION, after.rows, [key])[key],
    )

    assert found["scans", "changed"] == 1
    assert found["series", "added"] == 1
    assert found["reports", "removed"] == 1
    assert not compare(*[rows_by_record(PROJECTION, before.rows, [key])[key]] * 2)


def test_a_moment_without_a_zone_is_held_as_one_in_utc() -> None:
    place, day = ("scans", ("a", "b")), datetime(2026, 5, 20, 9, 15)  # noqa: DTZ001
    held = {place: ("a", "b", day.replace(tzinfo=UTC), 1)}

    assert not compare(held, {place: ("a", "b", day, 1)})
    assert compare(held, {place: ("a", "b", day.replace(minute=16), 1)})
    assert compare(held, {place: ("a", "b", day, 2)})


def test_some_records_of_a_batch_can_be_kept_alone() -> None:
    one, other = kept_as(scan_body(), record=1), kept_as(scan_body(), record=2)
    both = project(PROJECTION, [one, other])

    kept = only(both, [other.key])

    assert kept.keys == [other.key]
    assert kept.rows == project(PROJECTION, [other]).rows
