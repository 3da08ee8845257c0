"""The header's dictionary says of each element what the models enforce, and of each rule its meaning."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import acr_domain
import acr_registries
from acr_registries.catalogue import load_registries
from acr_registries.elements import Need
from acr_registries.header import DartHeader
from acr_registries.header_dictionary import HEADER_FORM_RULES, header_text, program_text

REGISTRIES = load_registries()
FORM_RULE = re.compile(r'"((?:HEADER|JSON)-1\d\d)"')


def test_the_dictionary_has_the_elements_of_the_header_and_no_others() -> None:
    assert list(header_text().elements) == list(DartHeader.model_fields)


def test_an_element_is_needed_to_store_where_the_header_cannot_do_without() -> None:
    needed = {name for name, each in header_text().elements.items() if each.need is Need.STORE}

    assert needed == {name for name, each in DartHeader.model_fields.items() if each.is_required()}


def test_lengths_and_patterns_are_those_of_the_model() -> None:
    schema: dict[str, dict[str, Any]] = DartHeader.model_json_schema()["properties"]
    elements = header_text().elements
    bounded = [name for name, told in schema.items() if "maxLength" in told]
    spelt = [name for name, each in elements.items() if each.pattern and "pattern" in schema[name]]

    assert [elements[name].length_most for name in bounded] == [
        schema[name]["maxLength"] for name in bounded
    ]
    assert [elements[name].pattern for name in spelt] == [schema[name]["pattern"] for name in spelt]
    assert spelt == ["dartprojectid", "programdartid", "id"]


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_program_data_is_described_as_its_models_have_it(name: str) -> None:
    registry = REGISTRIES[name]
    fields = set(chain.from_iterable(each.model_fields for each in registry.program_models))

    assert set(program_text(registry).elements) == fields


def test_every_rule_about_the_form_of_body_and_header_has_its_meaning() -> None:
    folders = (Path(package.__path__[0]) for package in (acr_domain, acr_registries))
    sources = [each.read_text("utf-8") for folder in folders for each in folder.glob("*.py")]
    said = {
        rule
        for source in sources
        if "HEADER_FORM_RULES:" not in source
        for rule in FORM_RULE.findall(source)
    }

    assert said == HEADER_FORM_RULES.keys()
    assert all(text.endswith(".") for text in HEADER_FORM_RULES.values())
