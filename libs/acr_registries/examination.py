"""Applies a contract's rules to the contents of a submission. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from acr_domain.findings import Finding, Severity
from acr_registries.contract import Asked, Contract, open_contract
from acr_registries.form_words import missing_message, untypical_message
from acr_registries.forms import Form, Path
from acr_registries.payloads import bounded
from acr_registries.registry import Contents, Places, Receipt, Registry, Rule

PAYLOAD = "payload"


def examine(registry: Registry, contents: Contents, received_at: datetime) -> tuple[Finding, ...]:
    """Apply every rule of the contract by which the contents were read.

    Findings about the payload's form come first, then those of the rules, form by form.
    ``received_at`` (UTC) is the only "now" that a rule knows.
    """
    contract = open_contract(registry, contents.version.name)
    receipt = Receipt(received_at, contents, contract.figures)
    found = list(contents.notes)
    for check, rule in contract.checks:
        if places := check(contents, receipt):
            found += (_finding(rule, contents, _path(place)) for place in places)
    if contents.form is not None:
        for path, form in _looked_at(contract, contents.form):
            binding = type(form).binding
            if binding.needed_names or binding.typical:
                found += _remarks(contents, form, path)
            if asked := contract.asked[type(form)]:
                for rule, places in _broken(asked, form, receipt):
                    found += _breaches(rule, form, path, places, receipt)
    return bounded(found)


def _looked_at(contract: Contract, form: Form) -> list[tuple[Path, Form]]:
    """List a form and those within it about which the contract can say anything, as `walk` does."""
    found: list[tuple[Path, Form]] = [((PAYLOAD,), form)]
    for path, each in found:  # The list grows while it is walked.
        for nested in contract.within[type(each)]:
            value = getattr(each, nested.attribute)
            if nested.many:
                inner = (*path, nested.name)
                found += [((*inner, index), item) for index, item in enumerate(value)]
            elif value is not None:
                found.append(((*path, nested.name), value))
    return found


def _broken(
    asked: tuple[Asked, ...], form: Form, receipt: Receipt
) -> Iterable[tuple[Rule[Any], Places]]:
    """Give the rules that a form breaks, in their order, and where."""
    broken: list[tuple[int, Rule[Any], Places]] = []
    values = form.__dict__
    for lookup, triggers in asked:
        known = receipt if lookup is None else lookup(form, receipt)
        if known is not None:
            broken += [
                (number, rule, places)
                for number, check, rule in triggers.of(values)
                if (places := check(form, known))
            ]
    if not broken:
        return ()
    by_number = {number: (rule, places) for number, rule, places in broken}
    return (by_number[number] for number in sorted(by_number))


def _breaches(
    rule: Rule[Any], form: Form, path: Path, places: Places, receipt: Receipt
) -> list[Finding]:
    if rule.days is not None and not _in_force(rule, form, receipt.received_at):
        return []
    named = (_names(form, _path(place)) for place in places)
    return [
        _finding(rule, receipt.contents, (*path, *names)) for names in named if names is not None
    ]


def _finding(rule: Rule[Any], contents: Contents, path: Path) -> Finding:
    return Finding(rule.severity, rule.rule_id, contents.pointer(*path), rule.message)


def _path(place: str | Path) -> Path:
    return (place,) if isinstance(place, str) else place


def _in_force(rule: Rule[Any], form: Form, received_at: datetime) -> bool:
    assert rule.days is not None
    return rule.days.holds(form.dated() or received_at.date())


def _remarks(contents: Contents, form: Form, path: Path) -> list[Finding]:
    """Say which elements a complete record lacks, and which numbers are not typical."""
    binding, members = type(form).binding, form.__dict__
    found = []
    values, lists = binding.needed(members), binding.needed_lists(members)
    if None in values or () in lists:
        for name, value in zip(binding.needed_names, (*values, *lists), strict=True):
            if value is None or value == ():
                where = contents.pointer(*path, name)
                message = missing_message(binding.by_name[name])
                found.append(Finding(Severity.INCOMPLETE, "FORM-130", where, message))
    for (element, least, most), value in zip(
        binding.typical, binding.typical_values(members), strict=True
    ):
        if value is not None and not least <= value <= most:
            where = contents.pointer(*path, element.name)
            found.append(Finding(Severity.WARNING, "FORM-121", where, untypical_message(element)))
    return found


def _names(form: Form, steps: Path) -> Path | None:
    """Turn a path of attributes into one of declared names.

    None where this contract version has no such element: no sender can be asked for it.
    """
    names: list[str | int] = []
    here: Any = form
    for step in steps:
        if isinstance(step, int):
            names.append(step)
            here = here[step]
            continue
        name = here.binding.name_of.get(step)
        if name is None:
            assert step in here.binding.declared.model_fields
            return None
        names.append(name)
        here = getattr(here, step)
    return tuple(names)
