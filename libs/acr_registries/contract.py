"""A contract: one version of a registry's forms, codes, thresholds and rules, ready to be used."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

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
from acr_registries.registry import Contents, Knowing, Places, Receipt, Registry, Rule
from acr_registries.triggers import Triggers, When, compile_triggers

Check: TypeAlias = Callable[[Any, Any], Places]
Lookup: TypeAlias = Callable[[Any, Receipt], Any]


class Question(NamedTuple):
    """A rule behind its check, and its place among the rules of its form."""

    number: int
    check: Check
    rule: Rule[Any]


class Asked(NamedTuple):
    """The rules of a form that share a lookup; None where they are given the receipt."""

    lookup: Lookup | None
    triggers: Triggers[Question]


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """One version of a registry's contract.

    ``bound`` has the bound model of each form that can be a payload; ``rules`` the rules of each
    bound model within them, and of `Contents`, with thresholds filled into their messages.
    ``checks`` has those of `Contents` behind their checks, ``asked`` those of the forms, ready to be
    asked. ``within`` has the elements of each that hold forms of which anything can be said.
    """

    registry: Registry
    version: Version
    forms: Mapping[str, FormText]
    codes: Mapping[str, CodeList]
    thresholds: Mapping[str, Threshold]
    bound: Mapping[type[Form], type[Form]]
    rules: Mapping[type[Any], tuple[Rule[Any], ...]]
    checks: tuple[tuple[Check, Rule[Any]], ...]
    asked: Mapping[type[Any], tuple[Asked, ...]]
    within: Mapping[type[Any], tuple[Nested, ...]]
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
        asked={},
        within={},
        figures={name: each.value for name, each in thresholds.items()},
    )
    rules = [_worded(rule, contract.figures) for rule in registry.rules]
    models: list[type[Any]] = [Contents, *contract.bound_models()]
    by_model = {
        model: tuple(rule for rule in rules if issubclass(model, rule.form)) for model in models
    }
    checks = tuple((rule.check, rule) for rule in by_model[Contents])
    asked = {
        plain_class(model): _asked(model, by_model[model]) for model in contract.bound_models()
    }
    within = {plain_class(model): _within(model, by_model) for model in contract.bound_models()}
    return replace(contract, rules=by_model, checks=checks, asked=asked, within=within)


def _within(
    model: type[Form], rules: Mapping[type[Any], tuple[Rule[Any], ...]]
) -> tuple[Nested, ...]:
    """Give the elements that hold forms about which, or about forms within which, anything is said."""

    def told(form: type[Form]) -> bool:
        binding = form.binding
        own = rules[form] or binding.needed_names or binding.typical
        return bool(own) or any(told(each.form) for each in binding.nested)

    return tuple(each for each in model.binding.nested if told(each.form))


def _asked(model: type[Form], rules: tuple[Rule[Any], ...]) -> tuple[Asked, ...]:
    by_lookup: dict[Lookup | None, list[tuple[When | None, Question]]] = {}
    for number, rule in enumerate(rules):
        lookup, check = None, rule.check
        if isinstance(check, Knowing):
            lookup, check = check.lookup, check.check
        by_lookup.setdefault(lookup, []).append((rule.when, Question(number, check, rule)))
    return tuple(Asked(lookup, compile_triggers(model, told)) for lookup, told in by_lookup.items())


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
