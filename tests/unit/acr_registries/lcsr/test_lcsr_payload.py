"""How the web envelope of LCSR is read: dates, names, times, exclusive codes, stages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import pytest

from acr_domain.findings import Finding
from acr_registries.forms import walk
from acr_registries.lcsr.diagnoses import read_diagnoses
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.exclusive_codes import read_exclusive_codes
from acr_registries.lcsr.model import LcsrPayload
from acr_registries.lcsr.transaction import TransactionHeader, read_transaction_time
from acr_registries.registry import Contents

EXAM, FOLLOW_UP = "/payload/Exams/0/", "/payload/Exams/0/Follow_Ups/0/"

FindInExample: TypeAlias = Callable[..., list[Finding]]
ReadExample: TypeAlias = Callable[..., Contents]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("07/20/2022 09:15:00", datetime(2022, 7, 20, 9, 15)),  # noqa: DTZ001
        ("07/20/2022", datetime(2022, 7, 20)),  # noqa: DTZ001
        ("2022-07-20T09:15:00-05:00", datetime(2022, 7, 20, 14, 15, tzinfo=UTC)),
        ("2022-07-20T09:15:00", datetime(2022, 7, 20, 9, 15)),  # noqa: DTZ001
        ("02/30/2022 09:15:00", None),
        ("07/20/2022 24:00:00", None),
        ("07/20/2022 09:15", None),
        ("7/20/2022", None),
        ("07/20/2022 09:15:00\n", None),
    ],
)
def test_transaction_times_are_read_in_both_forms(text: str, time: datetime | None) -> None:
    assert read_transaction_time(text) == time


def test_one_example_has_every_element(read: ReadExample) -> None:
    form = read("every-element").form
    assert isinstance(form, LcsrPayload)

    lacking = {
        type(each).__name__: each.__class__.model_fields.keys() - each.__pydantic_fields_set__
        for _, each in walk(form)
        if isinstance(each, ExamRecord | TransactionHeader | LcsrPayload)
    }
    nested = set().union(*(each.__pydantic_fields_set__ for each in form.exams[0].follow_ups))

    assert lacking == {"LcsrPayload": set(), "TransactionHeader": set(), "Exam": set()}
    assert nested == set(form.exams[0].follow_ups[0].__class__.model_fields)


def test_a_cancelled_record_is_not_looked_at(read: ReadExample) -> None:
    contents = read("cancelled", {"/payload": {"Exams": "withdrawn"}})

    assert (contents.form, contents.notes) == (None, ())


def test_columns_keep_the_order_of_the_dictionary(read: ReadExample) -> None:
    form = read("baseline").form
    assert isinstance(form, LcsrPayload)

    names = list(form.exams[0].__class__.model_fields)

    assert (names[0], names[-1]) == ("file_version_number", "follow_ups")
    assert names.index("smoking_status") < names.index("exam_date") < names.index("copd")


@pytest.mark.parametrize(("name", "alone"), read_exclusive_codes())
def test_codes_that_stand_alone_refuse_company(
    find: FindInExample, name: str, alone: frozenset[str]
) -> None:
    sent = "_".join(part.capitalize() for part in name.split("_"))
    for code in alone:
        findings = find("baseline", {EXAM + sent: [code, "1"]})
        assert "LCSR-422" in [each.rule for each in findings]
        findings = find("baseline", {EXAM + sent: [code]})
        assert "LCSR-422" not in [each.rule for each in findings]


@pytest.mark.parametrize(
    ("edition", "t", "n", "m", "stage", "fits"),
    [
        ("8", "T1b", "N0", "M0", "IA2", True),
        ("8", "T1b", "N0", "M0", "IA3", False),
        ("8", "T1c", "N1", "M0", "IIB", True),
        ("7", "T2a", "N1", "M0", "IIA", True),
        ("7", "T2a", "N1", "M0", "IIB", False),
        ("8", "T4", "N3", "M0", "IIIC", True),
        ("7", "T4", "N3", "M0", "IIIB", True),
        ("8", "T2b", "N0", "M1c", "IVB", True),
        ("8", "T2b", "N0", "M1c", "IVA", False),
        ("7", "T2b", "N0", "M1b", "IV", True),
        ("8", "TX", "N3", "M0", "IIA", False),
        ("U", "T1a", "N0", "M1", "IA", False),
        ("U", "T1a", "N0", "M0", "IIB", True),
        ("8", "99", "N0", "M0", "IIA", True),
    ],
)
def test_a_stage_fits_its_tnm_in_its_edition(
    find: FindInExample, edition: str, t: str, n: str, m: str, stage: str, fits: bool
) -> None:
    changes: dict[str, Any] = {
        FOLLOW_UP + "AJCC_Cancer_Staging_Edition": edition,
        FOLLOW_UP + "T_Status": t,
        FOLLOW_UP + "N_Status": n,
        FOLLOW_UP + "M_Status": m,
        FOLLOW_UP + "Overall_Stage": stage,
    }

    rules = [each.rule for each in find("annual-with-follow-up", changes)]

    assert ("LCSR-507" not in rules) is fits


def test_each_edition_groups_each_t_and_n_once() -> None:
    diagnoses = read_diagnoses()

    assert {edition for edition, _, _ in diagnoses.stages_by_tn} == {"7", "8"}
    for edition, t, n in diagnoses.stages_by_tn:
        stages = diagnoses.stages_by_tn[edition, t, n]
        assert stages
        if edition == "7":
            assert stages.isdisjoint(diagnoses.stages_of_8)


def test_a_findings_message_quotes_nothing_of_the_submission(find: FindInExample) -> None:
    changes = {EXAM + "Patient_Last_Name": "Zzsecret 7", EXAM + "CT_Exam_Result_Lung_RADS": "4AS"}

    for finding in find("annual-with-follow-up", changes):
        assert "Zzsecret" not in finding.message
        assert "4AS" not in finding.message


def test_five_hundred_exams_of_one_patient_are_judged_in_moments(find: FindInExample) -> None:
    exam = {
        "Facility_ID": "999001",
        "Other_ID": "SYN-1",
        "Patient_Last_Name": "Zzmany",
        "Patient_First_Name": "Fern",
        "Patient_Date_Of_Birth": "1960-01-01",
        "Exam_Date": "2024-01-01",
    }
    exams = [{**exam, "Exam_Unique_ID": f"E-{number}"} for number in range(500)]

    rules = [each.rule for each in find("baseline", {"/payload/Exams": exams})]

    assert rules.count("LCSR-201") == 499
