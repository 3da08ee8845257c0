"""Applies a contract's rules to the contents of a submission. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from acr_domain.findings import Finding, Severity
from acr_registries.contract import open_contract
from acr_registries.elements import Element
from acr_registries.form_words import missing_message, untypical_message
from acr_registries.forms import Form, Path, walk
from acr_registries.payloads import complete
from acr_registries.registry import Contents, Places, Receipt, Registry, Rule

PAYLOAD = "payload"


def examine(registry: Registry, contents: Contents, received_at: datetime) -> tuple[Finding, ...]:
    """Apply every rule of the contract by which the contents were read.

    Findings about the payload's form come first, then those of the rules, form by form.
    ``received_at`` (UTC) is the only "now" that a rule knows.
    """
    return complete(_findings(registry, contents, received_at))


def _findings(registry: Registry, contents: Contents, received_at: datetime) -> Iterator[Finding]:
    contract = open_contract(registry, contents.version.name)
    receipt = Receipt(received_at, contents, contract.figures)
    yield from contents.notes
    for check, rule in contract.checks[Contents]:
        for place in check(contents, receipt):
            path = (place,) if isinstance(place, str) else place
            yield Finding(rule.severity, rule.rule_id, contents.pointer(*path), rule.message)
    if contents.form is None:
        return
    for path, form in walk(contents.form, (PAYLOAD,)):
        yield from _remarks(contents, form, path)
        for check, rule in contract.checks[type(form)]:
            if places := check(form, receipt):
                yield from _breaches(rule, form, path, places, receipt)


def _breaches(
    rule: Rule[Any], form: Form, path: Path, places: Places, receipt: Receipt
) -> Iterator[Finding]:
    if rule.days is not None and not _in_force(rule, form, receipt.received_at):
        return
    contents = receipt.contents
    for place in places:
        where = contents.pointer(*path, *_names(form, place))
        yield Finding(rule.severity, rule.rule_id, where, rule.message)


def _in_force(rule: Rule[Any], form: Form, received_at: datetime) -> bool:
    assert rule.days is not None
    return rule.days.holds(form.dated() or received_at.date())


def _remarks(contents: Contents, form: Form, path: Path) -> Iterator[Finding]:
    """Say which elements a complete record lacks, and which numbers are not typical."""
    binding = type(form).binding
    values = binding.needed(form)
    if None in values or () in values:
        for name, value in zip(binding.needed_names, values, strict=True):
            if value is None or value == ():
                where = contents.pointer(*path, name)
                message = missing_message(binding.by_name[name])
                yield Finding(Severity.INCOMPLETE, "FORM-130", where, message)
    for element, value in zip(binding.typical, binding.typical_values(form), strict=True):
        if value is not None and _untypical(element, value):
            where = contents.pointer(*path, element.name)
            yield Finding(Severity.WARNING, "FORM-121", where, untypical_message(element))


def _untypical(element: Element, value: float) -> bool:
    least, most = element.typical_least, element.typical_most
    return (least is not None and value < least) or (most is not None and value > most)


def _names(form: Form, place: str | Path) -> Path:
    """Turn a path of attributes into one of declared names."""
    steps = (place,) if isinstance(place, str) else place
    names: list[str | int] = []
    here: Any = form
    for step in steps:
        if isinstance(step, int):
            names.append(step)
            here = here[step]
            continue
        names.append(here.binding.name_of[step])
        here = getattr(here, step)
    return tuple(names)
