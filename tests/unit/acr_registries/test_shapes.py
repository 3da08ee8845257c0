"""What is to be looked at in a form depends on the elements that are there, and on nothing else."""

from typing import Any

import pytest

from acr_registries import shapes
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.examples import read_submissions
from acr_registries.forms import Form
from acr_registries.lcsr.model import LcsrPayload
from acr_registries.shapes import Outline, Outlines
from acr_registries.triggers import given, has, lacking
from acr_testkit.forms import read

FULL = {
    "Patient_Race": ["1"],
    "Number_Of_Packs_Year_Smoking": 30,
    "Other_Abnormalities_Spec": "a text",
}


def exam(elements: dict[str, Any]) -> tuple[Outlines, Form]:
    """Read an exam with these elements; give it with the outlines of its kind."""
    registry = load_registries()["lcsr"]
    body: Any = dict(read_submissions(registry.package, "valid")["baseline"])
    sent = {name: value for name, value in body["payload"]["Exams"][0].items() if name not in FULL}
    body["payload"] = body["payload"] | {"Exams": [sent | elements]}
    contents = read(body, "lcsr")
    assert isinstance(contents.form, LcsrPayload)
    form = contents.form.exams[0]
    return open_contract(registry, contents.version.name).outlines[type(form)], form


def outline(elements: dict[str, Any]) -> Outline:
    outlines, form = exam(elements)
    return outlines.of(form)


def test_what_the_elements_hold_changes_nothing() -> None:
    assert outline(FULL | {"Patient_Race": ["2", "3"], "Other_Abnormalities_Spec": "b"}) is outline(
        FULL
    )


def test_zero_is_there() -> None:
    assert outline(FULL | {"Number_Of_Packs_Year_Smoking": 0}) == outline(FULL)


@pytest.mark.parametrize("name", sorted(FULL))
def test_what_is_sent_as_null_or_as_an_empty_list_is_not_there(name: str) -> None:
    empty: Any = [] if isinstance(FULL[name], list) else None
    left_out = {each: value for each, value in FULL.items() if each != name}

    assert outline(FULL | {name: empty}) == outline(left_out)
    assert outline(left_out) is not outline(FULL)


def test_no_more_shapes_are_remembered_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "SHAPES_MAX", 2)
    outlines, _ = exam(FULL)
    for size in range(len(FULL) + 1):
        _, form = exam(dict([*FULL.items()][:size]))

        again = outlines.of(form)

        assert again == outlines.of(form)
        assert outlines.remembered <= 2


def test_all_that_a_rule_says_must_hold() -> None:
    when = has("status", "1") & given("years", "packs") & lacking("text", "code")

    assert when.may_hold({"status", "packs", "code"})
    assert not when.may_hold({"packs", "code"})
    assert not when.may_hold({"status", "code"})
    assert not when.may_hold({"status", "years", "text", "code"})
