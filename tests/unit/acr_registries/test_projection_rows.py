"""Rows of submissions: each value under its column, each form below the one that holds it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from acr_domain.findings import Finding, Severity
from acr_domain.submission import Submission
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, read_submissions
from acr_registries.forms import Form
from acr_registries.projection import ROOT, open_projection
from acr_registries.projection_rows import UNREADABLE, project
from acr_registries.reading import read_contents
from acr_registries.registry import Registry
from acr_testkit.phantoms.model import Scan
from acr_testkit.phantoms.registry import REGISTRY
from acr_testkit.phantoms.samples import body_of, kept_as, scan_body
from acr_testkit.samples import as_bytes

PROJECTION = open_projection(REGISTRY)
INCOMPLETE = Finding(Severity.INCOMPLETE, "FORM-130", "/payload", "Not all is there.")
WARNING = Finding(Severity.WARNING, "FORM-121", "/payload", "Looks odd.")


def rows_of(*submissions: Submission) -> dict[str, list[dict[str, Any]]]:
    """Give the rows by table, each value by its column."""
    projected = project(PROJECTION, submissions)
    return {
        name: [
            dict(zip((each.name for each in table.all_columns), row, strict=True))
            for row in projected.rows[name]
        ]
        for name, table in PROJECTION.tables.items()
    }


def test_every_value_stands_under_its_column() -> None:
    (scan,) = rows_of(kept_as(scan_body()))["scans"]

    assert scan == {
        "partner_id": "ndsc",
        "header_id": "00000000-0000-0000-0000-000000000001",
        "day": date(2026, 1, 31),
        "order": "o-1",
        "count": 3,
        "dose": 1.5,
        "passed": True,
        "began": datetime(2026, 1, 31, 15, tzinfo=UTC),
        "ended": datetime(2026, 1, 31, 10, 20),  # noqa: DTZ001
        "born": None,
        "findings": ("1", "9"),
        "former": None,
        "latter": "new",
        "year": 2026,
        "maker": "m",
        "installed": date(2020, 2, 29),
    }


def test_forms_below_carry_the_keys_of_what_holds_them() -> None:
    rows = rows_of(kept_as(scan_body()))

    assert [each["text"] for each in rows["reports"]] == ["Fine."]
    assert [(each["side"], each["finding"]) for each in rows["sides"]] == [("Left", "1")]
    assert [(each["series_no"], each["mean_noise"]) for each in rows["series"]] == [
        (1, 3.0),
        (2, None),
    ]
    assert [
        (each["series_no"], each["image_no"], each["noise"], each["labels"])
        for each in rows["images"]
    ] == [(1, 1, 2.0, ("x", "y")), (1, 2, 4.0, ())]


def test_a_form_that_is_absent_leaves_its_columns_empty_and_its_tables_without_a_row() -> None:
    rows = rows_of(kept_as(scan_body(Scanner=None, Left=None, Series=None)))

    assert (rows["scans"][0]["maker"], rows["scans"][0]["installed"]) == (None, None)
    assert rows["reports"] == rows["sides"] == rows["series"] == []


def test_the_root_row_tells_facts_header_and_program() -> None:
    kept = kept_as(scan_body(), version_no=4, findings=(WARNING, WARNING))
    (root,) = rows_of(kept)[ROOT]

    assert root["version_no"] == 4
    assert root["submission_id"] == kept.submission_id
    assert root["received_at"] == kept.received_at
    assert (root["incomplete_findings"], root["warning_findings"]) == (0, 2)
    assert root["contract_version"] == "2.0"
    assert root["projectname"] == "cms demo"
    assert root["creationdate"] == datetime(2015, 10, 28, 20, 17, 56, 487000, tzinfo=UTC)
    assert (root["kind"], root["facilityid"], root["reportingyear"]) == ("scan", "f-1", 2026)
    assert root["title"] is None


def test_a_form_without_a_table_is_part_of_the_root_row() -> None:
    rows = rows_of(kept_as(body_of("note", {"Title": "t", "Series": [{"Protocol": "p"}]})))

    assert rows[ROOT][0]["title"] == "t"
    assert [each["protocol"] for each in rows["series"]] == ["p"]
    assert rows["scans"] == []


def test_a_payload_of_any_json_has_the_root_row_alone() -> None:
    rows = rows_of(kept_as(body_of("free", [1, 2])))

    assert [each["status"] for each in rows[ROOT]] == ["complete"]
    assert sum(map(len, rows.values())) == 1


@pytest.mark.parametrize(
    ("header", "findings", "status"),
    [
        ({}, (), "complete"),
        ({}, (WARNING,), "complete"),
        ({}, (WARNING, INCOMPLETE), "incomplete"),
        ({"recordstatus": "in_progress"}, (INCOMPLETE,), "in_progress"),
        ({"recordstatus": "Cancelled"}, (INCOMPLETE,), "cancelled"),
    ],
)
def test_the_status_is_the_senders_or_tells_whether_all_is_there(
    header: dict[str, str], findings: tuple[Finding, ...], status: str
) -> None:
    payload = {"Day": "2026-01-31", "Order": "1"}
    rows = rows_of(kept_as(body_of("scan", payload, **header), findings=findings))

    assert rows[ROOT][0]["status"] == status
    assert len(rows["scans"]) == (status != "cancelled")


def test_an_older_contract_version_fills_the_columns_that_it_has() -> None:
    payload = {"Day": "2026-01-31", "Order": "1", "Former": "f", "Findings": ["2"]}
    rows = rows_of(kept_as(body_of("scan", payload, contractversion="1.0")))

    assert rows[ROOT][0]["contract_version"] == "1.0"
    (scan,) = rows["scans"]
    assert (scan["former"], scan["latter"], scan["findings"]) == ("f", None, ("2",))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b'{"content": 0}',
        body_of("scan", {"Day": "no day"}),
        body_of("scan", {"Day": "2026-01-31", "Order": "1"}, contractversion="0.9"),
        body_of("other", {}),
    ],
)
def test_a_body_that_cannot_be_read_any_more_has_a_root_row_that_says_so(body: bytes) -> None:
    readable = kept_as(scan_body(), record=2)
    projected = project(PROJECTION, [kept_as(body, findings=(INCOMPLETE,)), readable])

    assert projected.unreadable == 1
    root = rows_of(kept_as(body, findings=(INCOMPLETE,)), readable)[ROOT]
    assert [each["status"] for each in root] == [UNREADABLE, "complete"]
    assert (root[0]["version_no"], root[0]["incomplete_findings"]) == (1, 1)
    assert root[0]["appid"] is None
    assert len(projected.rows["scans"]) == 1


def test_a_value_that_cannot_be_computed_makes_the_record_unreadable_and_nothing_worse() -> None:
    def overflows(_: Form, __: Any) -> int:
        raise OverflowError

    broken = tuple(replace(each, compute=overflows) for each in Scan.derived)
    scan = type("Scan", (Scan,), {"derived": broken})
    registry: Registry = replace(REGISTRY, forms=(scan,), payload_form=lambda _, __: scan)

    projected = project(open_projection(registry), [kept_as(scan_body())])

    assert projected.unreadable == 1
    assert projected.count == 1


def test_keys_are_those_of_the_records() -> None:
    one, two = kept_as(scan_body(), record=1), kept_as(scan_body(), record=2, partner="other")

    assert project(PROJECTION, [one, two]).keys == [one.key, two.key]


@pytest.mark.parametrize("name", load_registries())
def test_every_valid_example_has_rows(name: str) -> None:
    registry = load_registries()[name]
    for title, example in read_submissions(registry.package, "valid").items():
        body = as_bytes(example)
        contents = read_contents(registry, body, {})
        kept = kept_as(body, findings=examine(registry, contents, RECEIVED_AT))._replace(
            key=contents.key
        )

        projected = project(open_projection(registry), [kept])

        assert projected.unreadable == 0, title
        assert projected.count >= 1 + (contents.form is not None and bool(contents.form.table))
