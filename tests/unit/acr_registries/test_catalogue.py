"""A registry is a folder: what is there is found, and holds together."""

import pytest

from acr_registries.catalogue import load_registries

REGISTRIES = load_registries()


def test_the_four_registries_are_found_in_alphabetical_order() -> None:
    assert list(REGISTRIES) == ["cdsr", "grid", "lcsr", "pqrs"]


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_a_registry_has_the_name_of_its_folder_a_title_and_its_own_program_name(name: str) -> None:
    registry = REGISTRIES[name]

    assert registry.name == name
    assert registry.title
    assert registry.codes["programname"] == (name,)


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_codes_are_in_lower_case(name: str) -> None:
    codes = [code for codes in REGISTRIES[name].codes.values() for code in codes]

    assert codes == [code.lower() for code in codes]
