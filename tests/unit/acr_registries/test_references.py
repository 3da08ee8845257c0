"""Row by row: what the registries' references name is declared, or left out with a reason.

The names were extracted from the references' tables and are kept beside each registry's tests.
"""

import re
from pathlib import Path

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.contract import Contract, open_contract
from acr_registries.elements import header_codes, read_measures
from acr_registries.header import DartHeader
from acr_registries.header_dictionary import HEADER_FORM_RULES
from acr_registries.rule_catalogue import rule_texts
from acr_testkit.reference_names import ReferenceNames, read_reference_names
from acr_testkit.registry_overview import overview

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
REGISTRIES = load_registries()
NAMES = sorted(REGISTRIES)
RULE_ID = re.compile(r"\b(?:[A-Z]{4,6}|FORM|JSON|HEADER)-\d{3}\b")
VIEW = re.compile(r"view: (?:\w+\.)?(\w+)")
FEWEST_FIELDS = {"cdsr": 75, "grid": 140, "lcsr": 100, "pqrs": 90}


def names_of(name: str) -> ReferenceNames:
    return read_reference_names(HERE / name)


def attribute(field: str) -> str:
    """Take the last name of a field as the reference writes it, as an attribute."""
    return re.split(r"[.\s]", field.replace("[]", ""))[-1].lower().replace("-", "_")


def declared_attributes(contract: Contract) -> set[str]:
    registry = contract.registry
    found = set(DartHeader.model_fields)
    for program in registry.program_models:
        found |= program.model_fields.keys()
    for form in contract.forms.values():
        found |= form.elements.keys() | {attribute(each.name) for each in form.elements.values()}
    for model in contract.bound_models():
        found |= {each.attribute for each in model.derived}
    return found


def declared_codes(contract: Contract, field: str) -> set[str]:
    """List the codes of every element of that name, whatever the form and version."""
    codes = set(header_codes(contract.registry.package).get(attribute(field), ()))
    for form in contract.forms.values():
        for element in form.elements.values():
            if attribute(element.name) == attribute(field) and element.codes:
                codes |= {each.code for each in contract.codes[element.codes].codes}
    return codes


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_declared_or_left_out_with_a_reason(name: str) -> None:
    names, declared = names_of(name), declared_attributes(open_contract(REGISTRIES[name]))

    assert len(set(names.fields)) >= FEWEST_FIELDS[name]
    assert [
        field
        for field in names.fields
        if attribute(field) not in declared and not names.missing_fields.get(field)
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_reason_is_given_for_a_field_that_is_declared(name: str) -> None:
    names, declared = names_of(name), declared_attributes(open_contract(REGISTRIES[name]))

    assert [field for field in names.missing_fields if attribute(field) in declared] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_code_is_in_the_list_of_its_field(name: str) -> None:
    contract = open_contract(REGISTRIES[name])
    missing = {
        field: sorted(set(codes) - found)
        for field, codes in names_of(name).code_lists.items()
        if not set(codes) <= (found := declared_codes(contract, field))
    }

    assert missing == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_became_of_every_rule_is_there(name: str) -> None:
    contract, names = open_contract(REGISTRIES[name]), names_of(name)
    rules = {each.rule_id for each in rule_texts(contract)} | HEADER_FORM_RULES.keys()
    derived = {
        f"{model.__name__}.{each.attribute}"
        for model in contract.bound_models()
        for each in model.derived
    }
    views_file = ROOT / "libs" / "acr_registries" / name / "views.sql"
    views = set(re.findall(rf"CREATE VIEW {name}\.(\w+)", views_file.read_text()))

    lost = [
        (rule, told)
        for rule, became in names.rules.items()
        for told in [
            *(each for each in RULE_ID.findall(became) if each not in rules),
            *(each for each in re.findall(r"derived: ([\w.]+\w)", became) if each not in derived),
            *(each for each in VIEW.findall(became) if each not in views),
        ]
    ]

    assert names.rules
    assert all(names.rules.values())
    assert lost == []


@pytest.mark.parametrize("name", NAMES)
def test_every_measure_is_described(name: str) -> None:
    names, described = names_of(name), read_measures(REGISTRIES[name].package)

    assert names.measures
    assert [
        each
        for each in names.measures
        if each not in described and not names.missing_measures.get(each)
    ] == []


def test_the_page_that_counts_all_this_is_up_to_date() -> None:
    page = (ROOT / "docs" / "registries.md").read_text(encoding="utf-8")

    assert page == overview(ROOT), "run python -m acr_testkit.registry_overview"
