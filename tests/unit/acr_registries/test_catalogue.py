"""A registry is a folder: what is there is found, and holds together."""

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.elements import header_codes, read_measures

REGISTRIES = load_registries()


def test_the_four_registries_are_found_in_alphabetical_order() -> None:
    assert list(REGISTRIES) == ["cdsr", "grid", "lcsr", "pqrs"]


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_a_registry_has_the_name_of_its_folder_a_title_and_its_own_program_name(name: str) -> None:
    registry = REGISTRIES[name]

    assert registry.name == name
    assert registry.title
    assert header_codes(registry.package)["programname"] == (name,)


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_header_codes_are_in_lower_case(name: str) -> None:
    codes = [code for codes in header_codes(REGISTRIES[name].package).values() for code in codes]

    assert codes == [code.lower() for code in codes]


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_every_version_of_a_contract_can_be_opened(name: str) -> None:
    for version in contract_versions(REGISTRIES[name]):
        assert open_contract(REGISTRIES[name], version.name).version == version


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_the_inputs_of_measures_are_elements_or_derived_values(name: str) -> None:
    models = open_contract(REGISTRIES[name]).bound_models()
    known = {
        f"{model.__name__}.{attribute}"
        for model in models
        for attribute in (*model.model_fields, *(each.attribute for each in model.derived))
    }

    unknown = [
        (measure.measure_id, each)
        for measure in read_measures(REGISTRIES[name].package).values()
        for each in measure.inputs
        if each not in known
    ]

    assert not unknown
