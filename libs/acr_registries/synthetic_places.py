"""Finds the elements of a synthetic payload by its contract, as they stand in the JSON. Nothing is changed.

Synthetic payloads are without faults and spell names as declared, so that they need not be read first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from acr_registries.contract import open_contract
from acr_registries.elements import Element
from acr_registries.forms import Form, Path
from acr_registries.header import HEADER, PAYLOAD, PROGRAM
from acr_registries.registry import Registry


@dataclass(frozen=True, slots=True)
class Place:
    """An element that has a value: its path in the body, and its codes, if it is coded."""

    path: Path
    element: Element
    value: Any
    codes: tuple[str, ...]


def find_places(registry: Registry, body: Mapping[str, Any]) -> list[Place]:
    """List the elements of the payload that have a value; none where the registry takes any JSON."""
    program, payload = body[HEADER][PROGRAM], body[PAYLOAD]
    members = {name.lower(): value for name, value in program.items()}
    typed = registry.program_model(members).model_validate(members)
    declared = registry.payload_form(typed, payload)
    if declared is None:
        return []
    return list(_places(open_contract(registry).bound[declared], payload, (PAYLOAD,)))


def _places(model: type[Form], form: Any, path: Path) -> Iterator[Place]:
    if not isinstance(form, dict):
        return  # A form may be sent as something shorter.
    binding = model.binding
    for name, value in form.items():
        element = binding.by_name.get(name)
        if element is not None and value is not None and value != []:
            yield Place((*path, name), element, value, binding.codes.get(name, ()))
    for nested in binding.nested:
        value = form.get(nested.name)
        if isinstance(value, list):
            for index, each in enumerate(value):
                yield from _places(nested.form, each, (*path, nested.name, index))
        elif value is not None:
            yield from _places(nested.form, value, (*path, nested.name))
