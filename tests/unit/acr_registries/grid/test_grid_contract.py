"""GRID's contract: which form a payload has, which version reads it, and that its data files agree."""

import copy
import itertools
import tomllib
from importlib import resources
from typing import Any

import pytest

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.elements import read_code_lists
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, read_submissions
from acr_registries.grid.gates import measure_gates
from acr_registries.grid.procedures import hinted_modalities, listed_as, listed_modalities
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes

REGISTRY = load_registries()["grid"]
EXAMPLES = read_submissions(REGISTRY.package, "valid")
PACKAGE = "acr_registries.grid"


def table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8"))


def submission(name: str, **program: Any) -> dict[str, Any]:
    body = copy.deepcopy(EXAMPLES[name])
    body["dartheader"]["programspecificdata"] |= program
    return body


def rules_broken(body: dict[str, Any]) -> list[str]:
    contents = read_contents(REGISTRY, as_bytes(body), {})
    return [each.rule for each in examine(REGISTRY, contents, RECEIVED_AT)]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("annual-gold", "AnnualPayload"),
        ("facility-month", "FacilityMonthPayload"),
        ("physician-month", "PhysicianMonthPayload"),
        ("exam-batch", "ExamPayload"),
    ],
)
def test_the_kind_of_record_chooses_the_form(name: str, form: str) -> None:
    contents = read_contents(REGISTRY, as_bytes(EXAMPLES[name]), {})

    assert type(contents.form).__name__ == form
    assert contents.version.name == "2.2"


def test_a_cancelled_form_may_have_any_payload() -> None:
    contents = read_contents(REGISTRY, as_bytes(EXAMPLES["cancelled-form"]), {})

    assert contents.form is None
    assert examine(REGISTRY, contents, RECEIVED_AT) == ()


def test_a_form_in_progress_is_stored_and_incomplete() -> None:
    assert set(rules_broken(EXAMPLES["annual-in-progress"])) == {
        "FORM-130",
        "GRID-204",
        "GRID-207",
        "GRID-222",
    }


def test_exams_are_read_by_the_version_that_they_name() -> None:
    contents = read_contents(REGISTRY, as_bytes(submission("exam-batch", mappingversion="2.0")), {})

    assert contents.version.name == "2.0"


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_old_exam_files_are_refused_as_closed_alone(version: str) -> None:
    contents = read_contents(REGISTRY, as_bytes(submission("minimal", mappingversion=version)), {})

    findings = examine(REGISTRY, contents, RECEIVED_AT)

    assert [each.rule for each in findings if each.severity is Severity.ERROR] == ["HEADER-203"]


def test_exam_files_of_no_version_are_refused_with_the_versions_that_there_are() -> None:
    with pytest.raises(InvalidSubmission) as refused:
        read_contents(REGISTRY, as_bytes(submission("minimal", mappingversion="3.0")), {})

    (finding,) = refused.value.findings
    assert finding.rule == "HEADER-114"
    assert "2.0, 2.2" in finding.message


def test_elements_came_with_their_versions() -> None:
    def names(version: str, form: str) -> set[str]:
        models = open_contract(REGISTRY, version).bound_models()
        return {
            name for model in models if model.__name__ == form for name in model.binding.by_name
        }

    grown = [names(each.name, "ExamRecord") for each in contract_versions(REGISTRY)]

    assert [sorted(later - earlier) for earlier, later in itertools.pairwise(grown)] == [
        ["facilityid"],
        ["multiplereaders", "placeofservice"],
        ["measures", "patientage", "patientagegroup", "patientsex"],
        [],
    ]


def test_seven_measures_came_with_2_0_and_the_others_with_2_2() -> None:
    codes = read_code_lists(PACKAGE)["measure"].codes

    assert [each.code for each in codes if not each.since] == [
        f"ACRAD{number}" for number in range(36, 43)
    ]
    assert {each.since for each in codes[7:]} == {"2.2"}


def test_every_measure_that_can_be_sent_has_gates_and_is_told() -> None:
    codes = {each.code for each in read_code_lists(PACKAGE)["measure"].codes}

    assert measure_gates().keys() == codes
    assert codes <= table("measures.toml").keys()


def test_years_of_gates_and_of_measures_are_the_same() -> None:
    told = table("measures.toml")

    for name, gate in measure_gates().items():
        years = [int(each) for each in told[name].get("years", "").split("-") if each]
        assert [years[0], years[-1]] == [gate.years[0], gate.years[-1]] if years else not gate.years


def test_inputs_of_measures_are_elements_or_derived_values() -> None:
    models = {each.__name__: each for each in open_contract(REGISTRY).bound_models()}

    for measure in table("measures.toml").values():
        for name in measure["inputs"]:
            form, attribute = name.split(".")
            model = models[form]
            known = {each.attribute for each in model.binding.by_name.values()}
            known |= {each.attribute for each in model.derived}
            assert attribute in known, name


def test_codes_of_procedures_hint_at_their_modality() -> None:
    assert listed_as("76641") == {"breast_ultrasound"}
    assert hinted_modalities("76641") == {"ultrasound"}
    assert hinted_modalities("70336") == {"mri", "radiography"}
    assert hinted_modalities("75635") == {"ct"}
    assert hinted_modalities("75636") == set()
    assert hinted_modalities("G0279") == set()
    assert listed_modalities() == {"ct", "mri", "ultrasound", "mammography", "pet", "radiography"}


def test_peer_groups_have_the_codes_of_their_lists() -> None:
    groups, lists = table("peer_groups.toml"), read_code_lists(PACKAGE)

    assert list(groups["volume"]) == [each.code for each in lists["volume_group"].codes]
    assert set(groups["region"]) == {each.code for each in lists["census_region"].codes}


def test_volumes_of_protocols_are_elements_of_the_form() -> None:
    models = {each.__name__: each for each in open_contract(REGISTRY).bound_models()}
    names = models["AnnualFacilityForm"].binding.by_name
    protocols = table("protocols.toml")

    assert set(protocols) == {name for name in names if name.startswith("prot_")}
    assert {volume for volumes in protocols.values() for volume in volumes} <= names.keys()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_findings(day: str) -> None:
    body = submission("minimal")
    body["payload"]["records"][0] |= {
        "examcompletiondatetime": f"{day}T10:00:00Z",
        "finalreportdatetime": f"{day}T11:00:00Z",
    }

    assert "GRID-414" in rules_broken(body)


def test_a_list_of_100_000_exams_is_one_finding() -> None:
    body = submission("minimal", recordcount=100_000)
    body["payload"]["records"] *= 100_000

    assert rules_broken(body) == ["FORM-104"]


def test_the_month_of_an_exam_batch_is_not_looked_at() -> None:
    body = submission("minimal", reportingyear=2026, reportingmonth=12)

    assert "GRID-103" not in rules_broken(body)
