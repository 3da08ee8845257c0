"""A contract: one version of a registry's forms, codes, thresholds and rules, ready to be used."""

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from acr_registries.binding import Dictionary, bind
from acr_registries.elements import (
    BadDeclaration,
    CodeList,
    FormText,
    Threshold,
    Version,
    read_code_lists,
    read_forms,
    read_thresholds,
    read_versions,
)
from acr_registries.forms import Form, Nested
from acr_registries.plain_forms import plain_class
from acr_registries.registry import Contents, Registry, Rule
from acr_registries.shapes import Check, Outlines, Unless


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """One version of a registry's contract.

    ``bound`` has the bound model of each form that can be a payload; ``rules`` the rules of each
    bound model within them, and of `Contents`, with thresholds filled into their messages.
    ``checks`` has those of `Contents` behind their checks, next to each other those that share an
    ``unless``; ``outlines`` what is to be looked at in the forms.
    """

    registry: Registry
    version: Version
    forms: Mapping[str, FormText]
    codes: Mapping[str, CodeList]
    thresholds: Mapping[str, Threshold]
    bound: Mapping[type[Form], type[Form]]
    rules: Mapping[type[Any], tuple[Rule[Any], ...]]
    checks: tuple[tuple[Unless | None, tuple[tuple[Check, Rule[Any]], ...]], ...]
    outlines: Mapping[type[Any], Outlines]
    figures: Mapping[str, float]

    def bound_models(self) -> list[type[Form]]:
        """List every bound model, outer ones before those within them, each once."""
        found: dict[type[Form], None] = {}
        waiting = list(self.bound.values())
        while waiting:
            model = waiting.pop(0)
            if model not in found:
                found[model] = None
                waiting += [nested.form for nested in model.binding.nested]
        return list(found)


def contract_versions(registry: Registry) -> tuple[Version, ...]:
    """List the versions of a registry's contract, oldest first; the last one is current."""
    return _versions(registry.package)


def open_contract(registry: Registry, version: str | None = None) -> Contract:
    """Give a registry's contract, made once; without a version, the current one.

    Raises:
        KeyError: if there is no such version.
        BadDeclaration: if the registry's models and data files do not fit together.
    """
    return _contract(registry, version or contract_versions(registry)[-1].name)


@functools.cache
def _versions(package: str) -> tuple[Version, ...]:
    return read_versions(package)


@functools.cache
def _contract(registry: Registry, version: str) -> Contract:
    order = {each.name: place for place, each in enumerate(contract_versions(registry))}
    here = order[version]

    def in_version(since: str, until: str) -> bool:
        return order.get(since, -1) <= here <= order.get(until, len(order))

    forms, codes = read_forms(registry.package), read_code_lists(registry.package)
    thresholds = read_thresholds(registry.package)
    dictionary = Dictionary(forms, codes, in_version)
    bound = {form: bind(form, dictionary) for form in registry.forms}
    _check_versions(registry, forms, codes, order)
    contract = Contract(
        registry=registry,
        version=contract_versions(registry)[here],
        forms=forms,
        codes=codes,
        thresholds=thresholds,
        bound=bound,
        rules={},
        checks=(),
        outlines={},
        figures={name: each.value for name, each in thresholds.items()},
    )
    rules = [_worded(rule, contract.figures) for rule in registry.rules]
    models: list[type[Any]] = [Contents, *contract.bound_models()]
    by_model = {
        model: tuple(rule for rule in rules if issubclass(model, rule.form)) for model in models
    }
    checks = tuple(
        (unless, tuple((rule.check, rule) for rule in alike))
        for unless, alike in itertools.groupby(by_model[Contents], key=lambda rule: rule.unless)
    )
    outlines = {
        plain_class(model): Outlines(model, by_model[model], _within(model, by_model))
        for model in contract.bound_models()
    }
    return replace(contract, rules=by_model, checks=checks, outlines=outlines)


def _within(
    model: type[Form], rules: Mapping[type[Any], tuple[Rule[Any], ...]]
) -> tuple[Nested, ...]:
    """Give the elements that hold forms about which, or about forms within which, anything is said."""

    def told(form: type[Form]) -> bool:
        binding = form.binding
        own = rules[form] or binding.needed_names or binding.typical
        return bool(own) or any(told(each.form) for each in binding.nested)

    return tuple(each for each in model.binding.nested if told(each.form))


def _worded(rule: Rule[Any], figures: Mapping[str, float]) -> Rule[Any]:
    told = {name: f"{value:.12g}" for name, value in figures.items()}
    try:
        return replace(rule, message=rule.message.format_map(told))
    except (KeyError, ValueError) as error:
        raise BadDeclaration(f"{rule.rule_id}: its message names no threshold: {error}") from None


def _check_versions(
    registry: Registry,
    forms: Mapping[str, FormText],
    codes: Mapping[str, CodeList],
    known: Mapping[str, int],
) -> None:
    named = {
        name
        for form in forms.values()
        for element in form.elements.values()
        for name in (element.since, element.until)
    } | {
        name for each in codes.values() for code in each.codes for name in (code.since, code.until)
    }
    if unknown := sorted(named - known.keys() - {""}):
        raise BadDeclaration(f"{registry.name}: no contract version is named {', '.join(unknown)}")
