"""What CDSR computes of a consultation, on its own examples and small changes to them."""

from collections.abc import Mapping
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.cdsr import lookups
from acr_registries.examples import changed, read_submissions
from acr_registries.forms import Form
from acr_registries.reading import read_contents
from acr_registries.registry import Contents
from acr_testkit.samples import as_bytes

REGISTRY = load_registries()["cdsr"]
VALID = read_submissions(REGISTRY.package, "valid")
R, D, F, C = "/payload/requests", "/payload/decision", "/payload/furnished", "/payload/consultation"
CHANGED = "changed-after-alternative"
MIDDLE: Mapping[str, Any] = {f"{R}/1/rating": "maybe_appropriate", f"{R}/1/score": 5}


def contents_of(of: str, changes: Mapping[str, Any]) -> Contents:
    contents = read_contents(REGISTRY, as_bytes(changed(VALID[of], changes)), {})
    assert contents.form is not None, contents.notes
    return contents


def derived_of(form: Form | None, contents: Contents) -> dict[str, object]:
    assert form is not None
    return {each.attribute: each.compute(form, contents) for each in type(form).derived}


def derived(of: str, changes: Mapping[str, Any] | None = None) -> dict[str, object]:
    contents = contents_of(of, changes or {})
    return derived_of(contents.form, contents)


def test_a_changed_order_tells_both_ratings_and_what_became_better() -> None:
    assert derived(CHANGED) == {
        "first_rating": "not_appropriate",
        "first_score": 2,
        "final_rating": "appropriate",
        "final_score": 8,
        "final_procedurecode": "72148",
        "final_modality": "mr",
        "final_adherence": "adherent",
        "expected_modifier": "ME",
        "advanced_imaging": True,
        "auc_eligible": True,
        "priority_area": "low_back_pain",
        "ordered": True,
        "not_ordered": False,
        "changed": True,
        "changed_exam": False,
        "shown": True,
        "change_counted": True,
        "alternatives_shown": True,
        "improved": True,
        "overridden": False,
        "performed_as_changed": False,
        "exception_claimed": False,
        "consultation_unknown": False,
        "consultation_told": True,
        "text_suspect": False,
    }


def test_while_the_decision_is_to_come_nothing_is_said_of_it() -> None:
    told = derived("decision-to-come")

    unknown = {name for name, value in told.items() if value is None}
    assert unknown == {
        *("final_rating", "final_score", "final_procedurecode", "final_modality"),
        *("final_adherence", "expected_modifier", "first_score", "priority_area"),
        *("ordered", "not_ordered", "changed", "changed_exam", "change_counted"),
        *("improved", "overridden", "performed_as_changed"),
    }
    assert (told["first_rating"], told["advanced_imaging"]) == ("no_criteria", True)


@pytest.mark.parametrize(
    ("of", "changes", "attribute", "value"),
    [
        ("no-criterion", {}, "expected_modifier", "MG"),
        ("no-criterion", {}, "final_adherence", "no_criterion"),
        ("no-criterion", {}, "auc_eligible", False),  # The payer is commercial.
        ("no-criterion", {"/payload/patient/payertype": "medicare_ffs"}, "auc_eligible", True),
        (CHANGED, {"/payload/ordersetting": "inpatient"}, "auc_eligible", False),
        (CHANGED, {"/payload/ordersetting": "idtf"}, "auc_eligible", True),
        (CHANGED, {f"{R}/1/modality": "us"}, "auc_eligible", False),
        (CHANGED, {f"{R}/1/modality": "us"}, "advanced_imaging", False),
        (CHANGED, {f"{R}/1/modality": "pet"}, "advanced_imaging", True),
        (CHANGED, {f"{R}/1/indicationcode": "Q99.9"}, "priority_area", None),
        (CHANGED, {f"{R}/1/indicationsystem": "snomed"}, "priority_area", None),
        (CHANGED, {f"{R}/1/prioritarea": "pe"}, "priority_area", "low_back_pain"),
        (CHANGED, MIDDLE, "final_adherence", "adherent"),
        (CHANGED, {**MIDDLE, f"{R}/1/adherence": "not_adherent"}, "expected_modifier", "MF"),
        (CHANGED, {f"{R}/1/rating": "incomplete", f"{R}/1/score": None}, "improved", None),
        (CHANGED, {f"{R}/0/score": 3, f"{R}/1/score": 7}, "improved", True),
        (CHANGED, {f"{C}/mode": "silent"}, "change_counted", False),
        (CHANGED, {f"{C}/mode": "silent"}, "alternatives_shown", False),
        (CHANGED, {f"{R}/0/alternatives": None}, "alternatives_shown", False),
        (CHANGED, {f"{D}/finalaction": "changed_protocol"}, "changed_exam", True),
        (CHANGED, {f"{F}/performedcode": "72158"}, "performed_as_changed", True),
        (CHANGED, {F: None}, "performed_as_changed", None),
        (CHANGED, {f"{F}/reportedmodifier": "MB"}, "exception_claimed", True),
        (CHANGED, {f"{F}/reportedmodifier": "MH"}, "consultation_unknown", True),
        ("override", {}, "overridden", True),
        ("override", {}, "change_counted", False),
        ("override", {}, "improved", None),
        ("override", {f"{D}/overridetext": "born 1951"}, "text_suspect", True),
        ("given-up", {}, "not_ordered", True),
        ("given-up", {}, "change_counted", True),
        ("given-up", {}, "overridden", False),
        ("given-up", {}, "final_score", 2),
        ("emergency-exception", {}, "expected_modifier", "MA"),
        ("emergency-exception", {}, "exception_claimed", True),
        ("emergency-exception", {}, "consultation_told", True),
        ("emergency-exception", {f"{R}/0/rating": "incomplete"}, "first_rating", "incomplete"),
        ("no-criterion", {f"{R}/0/rating": "incomplete"}, "consultation_told", False),
    ],
)
def test_a_value_follows_its_definition(
    of: str, changes: Mapping[str, Any], attribute: str, value: object
) -> None:
    assert derived(of, changes)[attribute] == value


def test_each_request_has_its_own_outcome_and_area() -> None:
    contents = contents_of(CHANGED, {f"{R}/0/modality": "xr", f"{R}/0/indicationcode": "m25.551"})
    assert contents.form is not None

    assert [derived_of(each, contents) for each in contents.form.requests] == [  # type: ignore[attr-defined]
        {
            "adherence_outcome": "not_adherent",
            "advanced_imaging": False,
            "priority_area": "hip_pain",
        },
        {
            "adherence_outcome": "adherent",
            "advanced_imaging": True,
            "priority_area": "low_back_pain",
        },
    ]


def test_an_operator_may_let_the_middle_band_not_adhere(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = {**lookups.figures(), "middle_band_adherent": 0.0}
    monkeypatch.setattr("acr_registries.cdsr.derived_ratings.figures", lambda: figures)

    told = derived(CHANGED, MIDDLE)

    assert (told["final_adherence"], told["expected_modifier"]) == ("not_adherent", "MF")
