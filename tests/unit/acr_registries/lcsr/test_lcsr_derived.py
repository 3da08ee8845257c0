"""What the registry computes of exams and follow-ups."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

import pytest

from acr_domain.findings import Severity, pointer
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.examination import examine
from acr_registries.examples import read_rule_examples
from acr_registries.forms import walk
from acr_registries.lcsr.diagnoses import read_diagnoses
from acr_registries.lcsr.lung_rads import read_categories
from acr_registries.lcsr.time_spans import whole_months
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes

EXAM, FOLLOW_UP = "/payload/Exams/0/", "/payload/Exams/0/Follow_Ups/0/"
FIRST, NESTED = ("Exams", 0), ("Exams", 0, "Follow_Ups", 0)
LOOSE = ("Follow_Ups", 0)

ComputeExample: TypeAlias = Callable[..., dict[Any, dict[str, Any]]]


@pytest.mark.parametrize(
    ("category", "positive", "months"),
    [
        ("0", False, 3),
        ("1", False, 12),
        ("2", False, 12),
        ("3", True, 6),
        ("4A", True, 3),
        ("4B", True, 1),
        ("4X", True, 1),
    ],
)
def test_a_category_tells_whether_the_screen_is_positive_and_what_comes_next(
    compute: ComputeExample, category: str, positive: bool, months: int
) -> None:
    told = compute("baseline", {EXAM + "CT_Exam_Result_Lung_RADS": category})[FIRST]

    assert (told["positive_screen"], told["next_step_months"]) == (positive, months)
    assert told["next_step"] == read_categories()[category].next_step


def test_without_a_category_nothing_of_it_is_told(compute: ComputeExample) -> None:
    told = compute("minimal")[FIRST]

    assert {told[name] for name in ("positive_screen", "next_step", "malignancy_risk")} == {None}


def test_lookups_know_the_codes_of_the_lists() -> None:
    codes = open_contract(load_registries()["lcsr"]).codes
    diagnoses = read_diagnoses()

    assert set(read_categories()) == {each.code for each in codes["lung_rads"].codes}
    stages = {each.code for each in codes["overall_stage"].codes}
    assert set(diagnoses.stage_groups) == stages - {"99"}
    found = {each.code for each in codes["tissue_diagnosis"].codes}
    assert diagnoses.lung_cancer | diagnoses.undecided | diagnoses.without_histology <= found
    assert diagnoses.lung_cancer.isdisjoint(diagnoses.undecided | diagnoses.without_histology)


def test_body_mass_and_scan_length_are_of_inches_pounds_and_dose(compute: ComputeExample) -> None:
    told = compute("baseline", {EXAM + "CTDIvol": 2.0, EXAM + "DLP": 70})[FIRST]

    assert told["scan_length"] == 35.0
    assert told["body_mass_index"] == pytest.approx(88.904 / 1.778**2, abs=0.01)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "ssn:987654321"),
        ({"Patient_SSN": "987-65-4321"}, "ssn:987654321"),
        ({"Patient_SSN": None}, "medicare:1EG4TE5MK73"),
        (
            {
                "Patient_SSN": None,
                "New_Medicare_Beneficiary_ID": None,
                "Medicare_Beneficiary_ID": "987654321a",
            },
            "medicare:987654321A",
        ),
        ({"Patient_SSN": None, "New_Medicare_Beneficiary_ID": None}, "other:SYN-000052"),
    ],
)
def test_a_patient_is_known_by_the_strongest_identifier(
    compute: ComputeExample, changes: dict[str, Any], key: str
) -> None:
    told = compute("annual-with-follow-up", {EXAM + name: new for name, new in changes.items()})

    assert told[FIRST]["patient_key"] == key


@pytest.mark.parametrize(
    ("changes", "complete", "ready"),
    [
        ({}, True, True),
        ({EXAM + "Patient_Height": None}, False, True),
        ({EXAM + "CT_Scanner_Model": None}, False, False),
        ({EXAM + "Number_Of_Years_Since_Quit": None}, False, False),
        ({EXAM + "Number_Of_Packs_Year_Smoking": None}, False, False),
        (
            {EXAM + "Smoking_Status": "1", EXAM + "Did_Physician_Provide_Guidance": None},
            False,
            False,
        ),
        ({FOLLOW_UP + "Follow_Up_Diagnostic": None}, False, True),
        ({FOLLOW_UP + "Histology": None}, False, True),
        ({EXAM + "Radiologist_Reading_NPI": "2000000045"}, False, True),
    ],
)
def test_an_exam_can_be_ready_for_medicare_and_incomplete(
    compute: ComputeExample, changes: dict[str, Any], complete: bool, ready: bool
) -> None:
    told = compute("annual-with-follow-up", changes)[FIRST]

    assert (told["complete"], told["cms_ready"]) == (complete, ready)


def test_an_exam_is_complete_where_nothing_is_found_to_be_missing_of_it() -> None:
    registry = load_registries()["lcsr"]
    counts = {True: 0, False: 0}
    for each in itertools.chain.from_iterable(read_rule_examples(registry.package).values()):
        for body in (each.breaks, each.keeps):
            contents = read_contents(registry, as_bytes(body), {})
            found = examine(registry, contents, each.received_at)
            places = [f"{one.pointer}/" for one in found if one.severity is Severity.INCOMPLETE]
            for path, form in walk(contents.form) if contents.form else ():
                told = {derived.attribute: derived.compute for derived in form.derived}
                if compute := told.get("complete"):
                    own = pointer("payload", *path) + "/"
                    lacks = any(place.startswith(own) for place in places)
                    assert compute(form, contents) is not lacks
                    counts[not lacks] += 1

    assert min(counts.values()) > 20


@pytest.mark.parametrize(
    ("diagnosis", "cancer"),
    [
        ("1", False),
        ("2", True),
        ("4", False),
        ("6", False),
        ("8", None),
        ("11", True),
        (None, None),
    ],
)
def test_lung_cancer_is_what_tissue_proves(
    compute: ComputeExample, diagnosis: str | None, cancer: bool | None
) -> None:
    nested = compute("annual-with-follow-up", {FOLLOW_UP + "Tissue_Diagnosis": diagnosis})
    loose = compute("follow-up-alone", {"/payload/Follow_Ups/0/Tissue_Diagnosis": diagnosis})

    assert nested[NESTED]["lung_cancer"] is cancer
    assert loose[LOOSE]["lung_cancer"] is cancer


@pytest.mark.parametrize(
    ("stage", "group"),
    [("0", "in situ"), ("OCC", "occult"), ("IA2", "early"), ("IIIC", "advanced"), ("99", None)],
)
def test_stages_are_grouped(compute: ComputeExample, stage: str, group: str | None) -> None:
    told = compute("annual-with-follow-up", {FOLLOW_UP + "Overall_Stage": stage})

    assert told[NESTED]["stage_group"] == group


def test_months_end_on_the_same_day_of_a_month() -> None:
    assert whole_months(date(2024, 2, 29), date(2025, 2, 28)) == 11
    assert whole_months(date(2024, 2, 29), date(2025, 3, 1)) == 12
    assert whole_months(date(2024, 5, 31), date(2024, 5, 30)) == -1


def test_every_derived_value_has_the_kind_that_it_declares(compute: ComputeExample) -> None:
    for model in open_contract(load_registries()["lcsr"]).bound_models():
        kinds = {each.attribute: each.kind for each in model.derived}
        for name in ("baseline", "annual-with-follow-up", "minimal", "follow-up-alone"):
            for told in compute(name).values():
                if told.keys() == kinds.keys():
                    assert all(
                        value is None or type(value) is kinds[attribute]
                        for attribute, value in told.items()
                    )
