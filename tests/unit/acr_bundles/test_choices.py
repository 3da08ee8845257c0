"""What a registry chooses by functions is found out by asking, for the schema and for people."""

from collections.abc import Mapping
from typing import Annotated, Any

import pytest
from pydantic import StrictStr

from acr_bundles.choices import coded_elements, payload_choices, program_choices
from acr_bundles.exchange import choice_words
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.header import ProgramData, one_of
from acr_registries.registry import Registry


class Anyone(ProgramData):
    kind: Annotated[StrictStr, one_of("a", "b", "c")]
    level: Annotated[StrictStr, one_of("one", "two")] | None = None
    note: str | None = None


class Special(Anyone):
    note: str


def special_by_two(program: Mapping[str, Any]) -> type[Anyone]:
    return Special if program.get("kind") == "b" and program.get("level") == "two" else Anyone


def test_coded_elements_are_found_whether_optional_or_not() -> None:
    assert coded_elements([Anyone, Special]) == {"kind": ("a", "b", "c"), "level": ("one", "two")}


def test_two_elements_may_decide_together() -> None:
    registry = Registry("r", "R", __name__, special_by_two, (Anyone, Special))

    first, second = program_choices(registry)

    assert first.chosen is Anyone
    assert second.chosen is Special
    assert second.program == ({"kind": "b", "level": "two"},)
    assert choice_words(second, [first, second]) == "kind is b, level is two"


def test_a_registry_without_choice_has_one() -> None:
    registry = Registry("r", "R", __name__, lambda _: Anyone, (Anyone,))

    (only,) = program_choices(registry)

    assert only.chosen is Anyone
    assert only.program == ({},)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [("cdsr", {"payload.schema is cdsr-payload-1"}), ("lcsr", {""})],
)
def test_payloads_are_told_by_what_chooses_them(name: str, chosen: set[str]) -> None:
    choices = payload_choices(open_contract(load_registries()[name]))

    assert {choice_words(each, choices) for each in choices if each.chosen} == chosen


@pytest.mark.parametrize("name", sorted(load_registries()))
def test_every_form_is_chosen_by_something(name: str) -> None:
    registry = load_registries()[name]

    chosen = {each.chosen for each in payload_choices(open_contract(registry))}

    assert chosen - {None} == set(registry.forms)
