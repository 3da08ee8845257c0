"""The upload files of GRID: what a facility's file holds is what its submissions say."""

import io
import json
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.conversion import convert_file
from acr_registries.examples import read_submissions
from acr_registries.grid.model import PAYLOADS
from acr_testkit.conversions import (
    FACILITY,
    RECEIVED_AT,
    converted,
    grid_layout,
    problems,
    sender,
    submission_of,
)
from acr_testkit.legacy_files import as_text, as_workbook, record_cells

EXAMPLES = {
    name: each
    for name, each in read_submissions("acr_registries.grid", "valid").items()
    if each["payload"].get("records") and "profile" not in each["payload"]["records"][0]
}
EXAM = EXAMPLES["exam-batch"]["payload"]["records"][0]


def filled(value: Any) -> Any:
    """Leave out what a file has no field for: blanks and empty lists."""
    if isinstance(value, dict):
        return {name: filled(each) for name, each in value.items() if each not in ("", [], None)}
    return [filled(each) for each in value] if isinstance(value, list) else value


def file_of(kind: str, *records: dict[str, Any], version: str | None = None) -> bytes:
    version = version or ("2.2" if kind == "exam" else "1.1")
    layout = grid_layout(kind, version, PAYLOADS[kind])
    return as_text(layout, [record_cells(layout, {"records": [each]}) for each in records])


@pytest.mark.parametrize("write", [as_text, as_workbook])
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_examples_written_as_a_file_come_back_as_they_were(name: str, write: Any) -> None:
    example = EXAMPLES[name]
    program = example["dartheader"]["programspecificdata"]
    kind, records = program["recordtype"], example["payload"]["records"]
    layout = grid_layout(kind, program["mappingversion"], PAYLOADS[kind])
    content = write(layout, [record_cells(layout, {"records": [each]}) for each in records])

    header = {
        **example["dartheader"],
        "programspecificdata": {
            name: program[name]
            for name in ("facilityid", "participationlevel", "mappingversion")
            if name in program
        },
    }
    made = [submission_of(each) for each in converted("grid", kind, content, header)]

    assert [each["payload"]["records"] for each in made] == [[filled(each)] for each in records]
    for each, record in zip(made, records, strict=True):
        told = {**program, "recordcount": 1}
        told["facilityid"] = record.get("facilityid") or program["facilityid"]
        assert each["dartheader"]["programspecificdata"] == told


def test_every_kind_of_record_is_among_the_examples() -> None:
    kinds = {each["dartheader"]["programspecificdata"]["recordtype"] for each in EXAMPLES.values()}

    assert kinds == set(PAYLOADS) == set(load_registries()["grid"].converters)


def test_one_file_may_hold_many_facilities_and_blank_ones_go_to_the_one_named() -> None:
    records = converted(
        "grid",
        "exam",
        file_of("exam", {**EXAM, "facilityid": "900102"}, {**EXAM, "facilityid": ""}),
    )

    programs = [submission_of(each)["dartheader"]["programspecificdata"] for each in records]
    assert [each["facilityid"] for each in programs] == ["900102", FACILITY]
    assert len({submission_of(each)["dartheader"]["id"] for each in records}) == 2


@pytest.mark.parametrize("name", ["examuniqueid", "examcompletiondatetime"])
def test_a_blank_key_is_told(name: str) -> None:
    records = converted("grid", "exam", file_of("exam", {**EXAM, name: None}))

    assert name in [field for _, field, _ in problems(records)]


def test_a_completion_time_that_is_none_is_told_once() -> None:
    records = converted("grid", "exam", file_of("exam", {**EXAM, "examcompletiondatetime": "noon"}))

    assert [field for _, field, _ in problems(records)] == ["examcompletiondatetime"]


def test_a_gap_in_the_measures_is_told_instead_of_moving_them() -> None:
    layout = grid_layout("exam", "2.2", PAYLOADS["exam"])
    cells = record_cells(layout, {"records": [{**EXAM, "measures": []}]})
    place = [column.name for column in layout.columns].index("measures.1.measureid")
    cells[place] = "ACRAD37"

    records = converted("grid", "exam", as_text(layout, [cells]))

    assert ("measures.1.measureid") in [field for _, field, _ in problems(records)]


def test_findings_of_nested_elements_are_told_by_column() -> None:
    month = json.loads(json.dumps(EXAMPLES["facility-month"]["payload"]["records"][0]))
    month["tat"]["ct"]["meanhours"] = 3000
    month["out"]["lungbiopsy"]["performed"] = "seven"

    records = converted("grid", "facility_monthly", file_of("facility_monthly", month))

    fields = [field for _, field, _ in problems(records)]
    assert "tat.ct.meanhours" in fields
    assert "out.lungbiopsy.performed" in fields


def test_an_old_version_of_the_exam_file_is_refused_by_its_date_and_an_unknown_one_by_name() -> (
    None
):
    old = converted(
        "grid", "exam", file_of("exam", EXAM, version="1.2"), sender(mappingversion="1.2")
    )
    unknown = converted("grid", "exam", file_of("exam", EXAM), sender(mappingversion="7"))

    assert "HEADER-203" in [each.rule for each in old[0].remarks]
    assert [field for _, field, _ in problems(unknown)] == ["mappingversion"]


def test_the_version_of_a_form_file_is_no_version_of_the_contract() -> None:
    month = EXAMPLES["facility-month"]["payload"]["records"][0]
    content = file_of("facility_monthly", month)

    records = converted("grid", "facility_monthly", content, {**sender(), "contractversion": "1.1"})

    header = submission_of(records[0])["dartheader"]
    assert header["programspecificdata"]["mappingversion"] == "1.1"
    assert "contractversion" not in header


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("exam", "grid_exam_may.txt"),
        ("facility_annual", "grid_facility_2026.xlsx"),
        ("facility_monthly", "grid_monthly_facility_05.txt"),
        ("physician_monthly", "grid_monthly_physician_05.txt"),
    ],
)
def test_each_kind_has_file_names_of_its_own(kind: str, name: str) -> None:
    def refused(told: str) -> bool:
        file = io.BytesIO(b"")
        file.name = told
        registry = load_registries()["grid"]
        (record,) = convert_file(registry, kind, file, sender(), RECEIVED_AT)
        return "name must be" in record.remarks[0].message

    assert not refused(name)
    assert refused(f"my_{name}")
