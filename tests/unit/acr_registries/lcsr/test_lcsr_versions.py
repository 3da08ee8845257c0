"""What each contract version of LCSR takes, and how a submission names its version."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, TypeAlias

import pytest

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.forms import Form
from acr_registries.registry import Contents

REGISTRY = load_registries()["lcsr"]
EXAM, FOLLOW_UP = "/payload/Exams/0/", "/payload/Exams/0/Follow_Ups/0/"
VERSION = "/payload/Transaction_Header/Mapping_Version"

FindInExample: TypeAlias = Callable[..., list[Finding]]
ReadExample: TypeAlias = Callable[..., Contents]


def bound(version: str, name: str) -> type[Form]:
    models = open_contract(REGISTRY, version).bound_models()
    return next(each for each in models if each.__name__ == name)


@pytest.mark.parametrize(
    ("form", "element", "since"),
    [
        ("Exam", "New_Medicare_Beneficiary_ID", "1.1"),
        ("Exam", "File_Version_Number", "1.1"),
        ("Exam", "Lung_RADS_Version", "1.2"),
        ("Exam", "Reason_For_Recall_Spec", "1.2"),
        ("FollowUp", "AJCC_Cancer_Staging_Edition", "1.2"),
        ("LooseFollowUp", "Follow_Up_Unique_ID", "1.2"),
        ("Exam", "Health_Insurance_Other_Spec", "1.5"),
        ("FollowUp", "Tissue_Diagnosis_Other_Spec", "1.5"),
    ],
)
def test_elements_begin_with_their_version(form: str, element: str, since: str) -> None:
    versions = [each.name for each in contract_versions(REGISTRY)]
    having = [each for each in versions if element in bound(each, form).binding.by_name]

    assert having == versions[versions.index(since) :]


@pytest.mark.parametrize(
    ("form", "element", "added", "since"),
    [
        ("Exam", "Reason_For_Recall", {"UC"}, "1.2"),
        ("Exam", "Occupational_Exposures", {"8"}, "1.2"),
        ("FollowUp", "Overall_Stage", {"IA1", "IA2", "IA3", "IIIC", "IVA", "IVB"}, "1.2"),
        ("FollowUp", "T_Status", {"T1mi", "T1c"}, "1.2"),
        ("FollowUp", "M_Status", {"M1c"}, "1.2"),
        ("Exam", "Health_Insurance", {"6", "7"}, "1.5"),
        ("Exam", "Education_Level", {"99"}, "1.5"),
        ("FollowUp", "Tissue_Diagnosis", {"9", "10", "11", "12"}, "1.5"),
        ("Exam", "Lung_RADS_Version", {"2022"}, "1.7"),
    ],
)
def test_codes_begin_with_their_version(
    form: str, element: str, added: set[str], since: str
) -> None:
    versions = [each.name for each in contract_versions(REGISTRY)]
    former = versions[versions.index(since) - 1]

    codes = [set(bound(each, form).binding.codes[element]) for each in (former, since)]

    assert codes[1] - codes[0] == added
    assert codes[0] <= codes[1]


def test_versions_overlap_and_the_current_one_has_no_end() -> None:
    versions = contract_versions(REGISTRY)

    assert versions[-1].accepted_until is None
    for former, later in pairwise(versions):
        assert former.accepted_until is not None
        assert later.released <= former.accepted_until


def test_the_transaction_header_names_the_version_in_any_letter_case(read: ReadExample) -> None:
    header = {"MAPPING_version": "1.5", "registry": "LCSR"}

    contents = read("baseline", {"/payload/transaction_HEADER": header})

    assert contents.version.name == "1.5"


def test_the_header_of_the_submission_goes_before(read: ReadExample) -> None:
    contents = read("annual-with-follow-up", {"/dartheader/contractversion": "1.7"})

    assert contents.version.name == "1.7"


def test_a_version_that_there_never_was_is_refused(read: ReadExample) -> None:
    with pytest.raises(InvalidSubmission) as refused:
        read("annual-with-follow-up", {VERSION: "1.3"})

    assert [each.rule for each in refused.value.findings] == ["HEADER-114"]


@pytest.mark.parametrize(
    ("version", "last_day"),
    [
        ("1.0", date(2019, 9, 30)),
        ("1.2", date(2021, 11, 1)),
        ("1.5", date(2022, 6, 30)),
        ("1.6", date(2024, 12, 7)),
        ("1.7", date(2026, 4, 30)),
    ],
)
def test_a_version_is_taken_until_its_last_day(
    find: FindInExample, version: str, last_day: date
) -> None:
    def closed(received_at: datetime) -> bool:
        findings = find("baseline", {"/dartheader/contractversion": version}, received_at)
        return "HEADER-203" in [each.rule for each in findings]

    at = datetime(last_day.year, last_day.month, last_day.day, 23, 59, tzinfo=UTC)
    assert not closed(at)
    assert closed(datetime.fromtimestamp(at.timestamp() + 120, UTC))


def test_what_a_version_does_not_have_is_not_asked_for(find: FindInExample) -> None:
    changes: dict[str, Any] = {
        VERSION: "1.1",
        FOLLOW_UP + "Overall_Stage": "IA",
        FOLLOW_UP + "AJCC_Cancer_Staging_Edition": None,
        FOLLOW_UP + "Follow_Up_Unique_ID": None,
        EXAM + "Lung_RADS_Version": None,
        EXAM + "History_Of_Cancers": ["4"],
        EXAM + "Patient_SSN": None,
        EXAM + "Refused_To_Answer_SSN": "Y",
    }

    findings = find("annual-with-follow-up", changes, datetime(2019, 6, 1, tzinfo=UTC))

    asked = [each.pointer for each in findings if each.severity == "incomplete"]
    assert asked == []
