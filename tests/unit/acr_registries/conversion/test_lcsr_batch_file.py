"""The batch file of LCSR: what a facility's file holds is what its submissions say."""

import io
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions
from acr_registries.conversion import convert_file
from acr_registries.examples import read_submissions
from acr_registries.registry import Converted
from acr_testkit.conversions import (
    FACILITY,
    RECEIVED_AT,
    converted,
    lcsr_layout,
    problems,
    sender,
    submission_of,
)
from acr_testkit.legacy_files import as_text, as_workbook, record_cells

PACKAGE = "acr_registries.lcsr"
VALID = read_submissions(PACKAGE, "valid")
EXAMS = [exam for each in VALID.values() for exam in each["payload"].get("Exams", [])]


def cells(exam: dict[str, Any], version: str = "1.8") -> list[Any]:
    layout = lcsr_layout(version)
    told = {**exam, "File_Version_Number": version} if version != "1.0" else exam
    return record_cells(layout, {"Exams": [told]})


def file_of(*exams: dict[str, Any]) -> bytes:
    return as_text(lcsr_layout(), [cells(exam) for exam in exams])


def without(exam: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in exam.items() if name not in names}


def expected(exam: dict[str, Any]) -> dict[str, Any]:
    """What a batch file can hold of an exam: follow-ups do not repeat its key there."""
    told = {**without(exam, "Follow_Ups"), "File_Version_Number": "1.8"}
    if follow_ups := exam.get("Follow_Ups"):
        told["Follow_Ups"] = [without(follow_ups[0], "Exam_Unique_ID", "Facility_ID")]
    return told


@pytest.mark.parametrize("write", [as_text, as_workbook])
def test_the_examples_written_as_a_file_come_back_as_they_were(write: Any) -> None:
    exams = [exam for exam in EXAMS if len(exam.get("Follow_Ups", ())) < 2]
    content = write(lcsr_layout(), [cells(exam) for exam in exams])

    records = converted("lcsr", "batch", content)

    assert [record.line for record in records] == list(range(1, len(exams) + 1))
    payloads = [submission_of(record)["payload"] for record in records]
    assert payloads == [{"Exams": [expected(exam)]} for exam in exams]


def test_there_are_examples_with_a_follow_up_among_them() -> None:
    assert any(exam.get("Follow_Ups") for exam in EXAMS)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.5", "1.6", "1.7", "1.8"])
def test_each_version_has_a_layout_and_is_named_in_the_submission(version: str) -> None:
    exam = without(EXAMS[0], "Follow_Ups")
    content = as_text(lcsr_layout(version), [cells(exam, version)])

    (record,) = converted("lcsr", "batch", content)

    closed = {each.name for each in contract_versions(load_registries()["lcsr"])} - {"1.8"}
    if version in closed:
        assert [
            (each.rule, each.field) for each in record.remarks if each.rule == "HEADER-203"
        ] == [("HEADER-203", "File_Version_Number")]
    else:
        assert submission_of(record)["dartheader"]["contractversion"] == version


def test_version_1_0_has_84_fields_of_which_82_are_known() -> None:
    columns = lcsr_layout("1.0").columns

    assert len(columns) == 84
    assert len([each for each in columns if each.element]) == 82


def test_a_value_in_a_field_that_no_source_tells_of_is_a_problem() -> None:
    row = cells(without(EXAMS[0], "Follow_Ups"), "1.0")
    row[83] = "something"

    records = converted("lcsr", "batch", as_text(lcsr_layout("1.0"), [row]))

    assert problems(records)[0][1] == "field 84"


def test_a_row_of_column_names_is_refused_and_the_rest_is_converted() -> None:
    layout = lcsr_layout()
    names = "|".join(column.name for column in layout.columns)
    content = f"{names}\r\n".encode() + file_of(EXAMS[0])

    records = converted("lcsr", "batch", content)

    assert problems(records) == [
        (1, "", "This is a row of column names, which files do not have. Remove it.")
    ]
    assert submission_of(records[1])["payload"]["Exams"][0]["Exam_Unique_ID"]


def test_a_row_without_facility_goes_to_the_one_that_was_named() -> None:
    records = converted("lcsr", "batch", file_of(without(EXAMS[0], "Facility_ID"), EXAMS[0]))

    first, second = (submission_of(record)["payload"]["Exams"][0] for record in records)
    assert first["Facility_ID"] == FACILITY
    assert second["Facility_ID"] == EXAMS[0]["Facility_ID"]


def test_a_row_without_any_facility_is_a_problem_of_its_field() -> None:
    header = {**sender(), "programspecificdata": {}}

    records = converted("lcsr", "batch", file_of(without(EXAMS[0], "Facility_ID")), header)

    assert [(line, field) for line, field, _ in problems(records)] == [(1, "Facility_ID")]


def test_the_same_record_has_the_same_id_in_every_run_and_others_have_others() -> None:
    def ids(header: dict[str, Any], *exams: dict[str, Any]) -> list[str]:
        records = converted("lcsr", "batch", file_of(*exams), header)
        return [submission_of(record)["dartheader"]["id"] for record in records]

    changed = {**EXAMS[0], "Patient_Height": 71}
    other_key = {**without(EXAMS[0], "Follow_Ups"), "Exam_Unique_ID": "another"}
    other_facility = {**without(EXAMS[0], "Follow_Ups"), "Facility_ID": "900102"}

    first = ids(sender(), EXAMS[0])
    assert ids(sender(), changed) == first
    others = [
        *ids(sender(), other_key, other_facility),
        *ids({**sender(), "partnerid": "other"}, EXAMS[0]),
    ]
    assert len({*first, *others}) == 4


def test_a_follow_up_without_exam_day_stands_alone_with_a_key_of_its_own() -> None:
    exam = next(exam for exam in EXAMS if exam.get("Follow_Ups"))
    kept = ("Facility_ID", "Exam_Unique_ID", "Follow_Ups")
    alone = {name: exam[name] for name in kept}
    records = converted("lcsr", "batch", file_of(exam, alone))

    whole, single = (submission_of(record) for record in records)

    (follow_up,) = single["payload"]["Follow_Ups"]
    assert "Exams" not in single["payload"]
    assert follow_up["Exam_Unique_ID"] == exam["Exam_Unique_ID"]
    assert follow_up["Date_Of_Follow_Up"] == exam["Follow_Ups"][0]["Date_Of_Follow_Up"]
    assert single["dartheader"]["id"] != whole["dartheader"]["id"]


@pytest.mark.parametrize(
    "changed",
    [
        {"Follow_Up_Unique_ID": "FU-2"},
        {"Follow_Up_Unique_ID": None},
        {"Follow_Up_Unique_ID": None, "Date_Of_Follow_Up": "08/14/2022"},
        {"Follow_Up_Unique_ID": None, "Follow_Up_Diagnostic": "1"},
    ],
)
def test_follow_ups_of_one_exam_are_told_apart(changed: dict[str, Any]) -> None:
    exam = next(exam for exam in EXAMS if exam.get("Follow_Ups"))

    def key(**own: Any) -> str:
        follow_up = {**exam["Follow_Ups"][0], **own}
        alone = {name: exam[name] for name in ("Facility_ID", "Exam_Unique_ID")}
        registry = load_registries()["lcsr"]
        content = file_of({**alone, "Follow_Ups": [follow_up]})
        (record,) = registry.converters["batch"](io.BytesIO(content), sender())
        assert isinstance(record, Converted)
        found: str = record.submission["dartheader"]["id"]
        return found

    assert key(**changed) == key(**changed)
    assert key(**changed) not in {key(), key(Follow_Up_Unique_ID="another")}


def test_a_follow_up_beside_half_an_exam_is_a_problem_that_names_the_field() -> None:
    exam = next(exam for exam in EXAMS if exam.get("Follow_Ups"))

    records = converted("lcsr", "batch", file_of(without(exam, "Exam_Date")))

    ((line, field, message),) = problems(records)
    assert (line, field) == (1, "Facility_NPI")
    assert "Exam_Date" in message


def test_all_problems_of_a_record_are_told_at_once_and_findings_by_column() -> None:
    exam = {
        **without(EXAMS[0], "Follow_Ups"),
        "Number_Of_Packs_Year_Smoking": "many",
        "Patient_Date_Of_Birth": "31/31/1960",
        "Patient_Middle_Name": "  ",
        "Patient_Sex": "male",
    }

    records = converted("lcsr", "batch", file_of(exam, EXAMS[0]))

    assert {field for _, field, _ in problems(records)} == {
        "Number_Of_Packs_Year_Smoking",
        "Patient_Date_Of_Birth",
        "Patient_Middle_Name",
        "Patient_Sex",
    }
    assert [record.body is None for record in records] == [True, False]


def test_no_message_quotes_what_a_field_held() -> None:
    marked = {name: "zqx17marked" for name in EXAMS[0] if name != "Follow_Ups"}

    records = converted("lcsr", "batch", file_of(marked))

    assert problems(records)
    assert not any("zqx17" in message + field for _, field, message in problems(records))


def test_an_unknown_version_is_told_with_the_known_ones() -> None:
    row = cells(EXAMS[0])
    row[0] = "9.9"

    records = converted("lcsr", "batch", as_text(lcsr_layout(), [row]))

    ((_, field, message),) = problems(records)
    assert field == "File_Version_Number"
    assert "1.0, 1.1" in message


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("lcsr_exam_20170704-101500.txt", True),
        ("/somewhere/lcsr_exam_may-2026.xlsx", True),
        ("lcsr_exam_.txt", False),
        ("lcsr_exam_two words.txt", False),
        ("lcsr_exam_" + "x" * 51 + ".txt", False),
        ("lcsr_exam_a.csv", False),
        ("exams.txt", False),
    ],
)
def test_a_file_must_have_the_name_that_the_registry_asks_for(name: str, good: bool) -> None:
    file = io.BytesIO(file_of(EXAMS[0]))
    file.name = name

    registry = load_registries()["lcsr"]
    records = [*convert_file(registry, "batch", file, sender(), RECEIVED_AT)]

    assert bool(problems(records)) is not good
