"""Applies a contract's rules to the contents of a submission. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from acr_domain.findings import Finding, Severity
from acr_registries.contract import Contract, open_contract
from acr_registries.form_words import missing_message, untypical_message
from acr_registries.forms import Form, Path
from acr_registries.payloads import bounded
from acr_registries.registry import Contents, Places, Receipt, Registry, Rule
from acr_registries.shapes import Outline

PAYLOAD = "payload"


def examine(registry: Registry, contents: Contents, received_at: datetime) -> tuple[Finding, ...]:
    """Apply every rule of the contract by which the contents were read.

    Findings about the payload's form come first, then those of the rules, form by form.
    ``received_at`` (UTC) is the only "now" that a rule knows.
    """
    contract = open_contract(registry, contents.version.name)
    receipt = Receipt(received_at, contents, contract.figures)
    found = list(contents.notes)
    for unless, checks in contract.checks:
        if unless is not None and unless(contents, receipt):
            continue
        for check, rule in checks:
            if places := check(contents, receipt):
                found += (_finding(rule, contents, _path(place)) for place in places)
    if contents.form is not None:
        found += _examine_forms(contract, contents.form, receipt)
    return bounded(found)


def _examine_forms(contract: Contract, payload: Form, receipt: Receipt) -> list[Finding]:
    """Look at a payload's form and those within it, outer ones first."""
    outlines = contract.outlines
    found: list[Finding] = []
    waiting: list[tuple[Path, Form]] = [((PAYLOAD,), payload)]
    for path, form in waiting:  # The list grows while it is walked.
        outline = outlines[type(form)].of(form)
        values = form.__dict__
        for nested in outline.within:
            if value := values[nested.attribute]:
                inner = (*path, nested.name)
                if nested.many:
                    for index, each in enumerate(value):
                        waiting.append(((*inner, index), each))
                else:
                    waiting.append((inner, value))
        if outline.needed or outline.typical:
            found += _remarks(outline, values, path, receipt.contents)
        if broken := broken_rules(outline, form, receipt):
            found += _breaches(broken, form, path, receipt.contents)
    return found


def _remarks(
    outline: Outline, values: Mapping[str, Any], path: Path, contents: Contents
) -> list[Finding]:
    """Say which elements a complete record lacks, and which numbers are not typical."""
    found = []
    for element in outline.needed:
        if values[element.attribute] in (None, ()):
            where = contents.pointer(*path, element.name)
            message = missing_message(element)
            found.append(Finding(Severity.INCOMPLETE, "FORM-130", where, message))
    for attribute, least, most, element in outline.typical:
        value = values[attribute]
        if value is not None and not least <= value <= most:
            where = contents.pointer(*path, element.name)
            message = untypical_message(element)
            found.append(Finding(Severity.WARNING, "FORM-121", where, message))
    return found


def broken_rules(
    outline: Outline, form: Form, receipt: Receipt
) -> list[tuple[int, Rule[Any], Places]]:
    """Give the rules of an outline that a form breaks, with their number and where; some of them twice."""
    broken: list[tuple[int, Rule[Any], Places]] = []
    for unless, knowers in outline.asked:
        if unless is not None and unless(form, receipt):
            continue
        for lookup, questions, coded in knowers:
            known = receipt if lookup is None else lookup(form, receipt)
            if known is None:
                continue
            if coded is not None:
                questions = (*questions, *coded.of(form.__dict__))
            for number, check, rule in questions:
                places = check(form, known)
                if places and _in_force(rule, form, receipt):
                    broken.append((number, rule, places))
    return broken


def _breaches(
    broken: list[tuple[int, Rule[Any], Places]], form: Form, path: Path, contents: Contents
) -> list[Finding]:
    """Tell of the rules that a form breaks, each once, in their order."""
    found = []
    by_number = {each[0]: each for each in broken} if len(broken) > 1 else {0: broken[0]}
    for number in sorted(by_number):
        _, rule, places = by_number[number]
        for place in places:
            names = _name(form, place) if isinstance(place, str) else _names(form, place)
            if names is not None:
                found.append(_finding(rule, contents, (*path, *names)))
    return found


def _finding(rule: Rule[Any], contents: Contents, path: Path) -> Finding:
    return Finding(rule.severity, rule.rule_id, contents.pointer(*path), rule.message)


def _path(place: str | Path) -> Path:
    return (place,) if isinstance(place, str) else place


def _in_force(rule: Rule[Any], form: Form, receipt: Receipt) -> bool:
    days = rule.days
    return days is None or days.holds(form.dated() or receipt.received_at.date())


def _names(form: Form, steps: Path) -> Path | None:
    """Turn a path of attributes into one of declared names; None as of `_name`."""
    names: Path = ()
    here: Any = form
    for step in steps:
        if isinstance(step, int):
            names += (step,)
            here = here[step]
            continue
        name = _name(here, step)
        if name is None:
            return None
        names += name
        here = getattr(here, step)
    return names


def _name(form: Form, attribute: str) -> tuple[str] | None:
    """Give the declared name of an attribute, as a path.

    None where this contract version has no such element: no sender can be asked for it.
    """
    name = form.binding.name_of.get(attribute)
    if name is None:
        assert attribute in form.binding.declared.model_fields
        return None
    return (name,)
