"""Finds out which program data choose which model and which form, by asking the registry. Pure.

A registry chooses by functions; a document for vendors needs a table. So every combination of the
coded elements of `programspecificdata` is put to the functions, and, where that is not enough, every
code of the payload's own coded elements. What a function decides by anything else cannot be told so.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from acr_registries.contract import Contract
from acr_registries.forms import Form
from acr_registries.header import ProgramData
from acr_registries.registry import Registry

COMBINATIONS_MAX = 5000
# A payload names its own kind by one of few codes: a list of places or causes never does.
KIND_CODES_MAX = 8

Values: TypeAlias = Mapping[str, str | None]
"""Elements with their codes; None says that it is absent."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen where the elements of the program data and of the payload have these codes.

    Every mapping of ``program`` has all elements that decide; ``chosen`` is None where any JSON is
    taken. ``payload`` maps elements of the payload to a code. What no other choice holds for is
    that of the first one.
    """

    chosen: type[Any] | None
    program: tuple[Values, ...]
    payload: Values


def coded_elements(models: Iterable[type[ProgramData]]) -> dict[str, tuple[str, ...]]:
    """List the coded elements of program data with all codes that any of the models takes."""
    found: dict[str, tuple[str, ...]] = {}
    for model in models:
        for name, schema in model.model_json_schema(by_alias=True)["properties"].items():
            for each in (schema, *schema.get("anyOf", ())):
                codes = each.get("x-codes") or each.get("enum") or [each.get("const")]
                if all(isinstance(code, str) for code in codes):
                    found[name] = tuple(dict.fromkeys((*found.get(name, ()), *codes)))
    return found


def program_choices(registry: Registry) -> list[Choice]:
    """Tell which model of the program data is chosen when; the first one is that of any other."""
    coded = coded_elements(registry.program_models)
    return [
        Choice(chosen, program, {}) for chosen, program in _table(coded, registry.program_model)
    ]


def payload_choices(contract: Contract) -> list[Choice]:
    """Tell which form the payload has when; a choice of None takes any JSON."""
    registry = contract.registry
    if not registry.forms:
        return [Choice(None, (), {})]
    coded = coded_elements(registry.program_models)
    choices = []
    for payload in ({}, *_payload_kinds(contract)):
        table = _table(coded, lambda values, sent=payload: _form(registry, values, sent))  # type: ignore[misc]
        choices += [Choice(chosen, program, payload) for chosen, program in table]
    without = {each.chosen for each in choices if not each.payload}
    # Only what the payload's own codes choose beyond what is chosen without them.
    return [each for each in choices if not each.payload or each.chosen not in without]


def _form(registry: Registry, values: Values, payload: Values) -> type[Form] | None:
    # Elements of no coded kind are absent: a model's own check would ask for them.
    blank: dict[str, Any] = {
        name: None for model in registry.program_models for name in model.model_fields
    }
    program = registry.program_model(values).model_construct(**{**blank, **values})
    try:
        return registry.payload_form(program, dict(payload))
    except KeyError:
        return (
            None  # An element that decides is absent: the header is refused before this is asked.
        )


def _payload_kinds(contract: Contract) -> list[Values]:
    return [
        {name: code}
        for bound in contract.bound.values()
        for name, codes in bound.binding.codes.items()
        if len(codes) <= KIND_CODES_MAX
        for code in codes
    ]


def _table(
    coded: Mapping[str, tuple[str, ...]], ask: Callable[[Values], type[Any] | None]
) -> list[tuple[type[Any] | None, tuple[Values, ...]]]:
    """Group the combinations that choose the same; that of no element at all comes first."""
    groups: dict[type[Any] | None, list[Values]] = {}
    for values in _combinations(_deciding(coded, ask)):
        groups.setdefault(ask(_present(values)), []).append(values)
    return [(chosen, tuple(values)) for chosen, values in groups.items()]


def _combinations(coded: Mapping[str, tuple[str, ...]]) -> list[Values]:
    every = itertools.product(*[(None, *codes) for codes in coded.values()])
    return [
        dict(zip(coded, codes, strict=True)) for codes in itertools.islice(every, COMBINATIONS_MAX)
    ]


def _present(values: Values) -> dict[str, str]:
    return {name: code for name, code in values.items() if code is not None}


def _deciding(
    coded: Mapping[str, tuple[str, ...]], ask: Callable[[Values], type[Any] | None]
) -> dict[str, tuple[str, ...]]:
    """Keep the elements without which something else would be chosen."""
    asked = [(each := _present(values), ask(each)) for values in _combinations(coded)]
    return {
        name: codes
        for name, codes in coded.items()
        if any(
            name in values
            and ask({each: code for each, code in values.items() if each != name}) is not chosen
            for values, chosen in asked
        )
    }
