"""What a rule says of when it can find anything, and when not, hides nothing that it would find."""

import random
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import pytest

from acr_domain.errors import InvalidSubmission
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.examples import RECEIVED_AT, read_rule_examples
from acr_registries.forms import Form, walk
from acr_registries.reading import read_contents
from acr_registries.registry import Contents, Receipt, Registry, Rule
from acr_registries.shapes import Outline
from acr_testkit.generated_documents import Generator
from acr_testkit.samples import as_bytes

REGISTRIES = load_registries()
GENERATED = 150
VERSION_CLOSED = "HEADER-203"  # Nobody breaks it where no version has a last day.


def documents(registry: Registry) -> Iterator[tuple[Any, datetime]]:
    for told in read_rule_examples(registry.package).values():
        for each in told:
            yield each.breaks, each.received_at
            yield each.keeps, each.received_at
    for version in contract_versions(registry):
        generator = Generator(open_contract(registry, version.name), random.Random(version.name))
        yield from ((each, RECEIVED_AT) for each in generator.documents(GENERATED))


def in_force(rule: Rule[Any], form: Form, received_at: datetime) -> bool:
    return rule.days is None or rule.days.holds(form.dated() or received_at.date())


def rules_asked(outline: Outline, form: Form, clear: Collection[object]) -> set[str]:
    """Name the rules that are asked of a form which is clear of some."""
    return {
        question.rule.rule_id
        for group in outline.asked
        if group.unless not in clear
        for each in group.knowers
        for question in (*each.always, *(each.coded.of(form.__dict__) if each.coded else ()))
    }


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_every_rule_that_finds_something_is_asked(name: str) -> None:
    registry = REGISTRIES[name]
    broken: set[str] = set()
    clearing: set[object] = set()
    spared = 0
    for body, received_at in documents(registry):
        try:
            contents = read_contents(registry, as_bytes(body), {})
        except InvalidSubmission:
            continue
        if contents.form is None:
            continue
        contract = open_contract(registry, contents.version.name)
        receipt = Receipt(received_at, contents, contract.figures)
        for _, form in walk(contents.form):
            outline = contract.outlines[type(form)].of(form)
            looks = {each.unless for each in outline.asked}
            clear = {unless for unless in looks if unless and unless(form, receipt)}
            asked = rules_asked(outline, form, clear)
            rules = contract.rules[form.__class__]
            found = {
                rule.rule_id
                for rule in rules
                if rule.check(form, receipt) and in_force(rule, form, received_at)
            }

            assert found <= asked

            broken |= found
            clearing |= clear
            spared += len(rules) - len(asked)

    of_forms = [rule for rule in registry.rules if rule.form is not Contents]
    told = {rule.rule_id for rule in of_forms if rule.when or rule.unless}
    assert told <= broken  # No trigger is taken on trust: each rule found something.
    assert bool(told) is bool(spared)
    assert clearing == {rule.unless for rule in of_forms} - {None}


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_a_look_at_the_header_spares_no_rule_that_finds_something(name: str) -> None:
    registry = REGISTRIES[name]
    looking = [rule for rule in registry.rules if rule.form is Contents and rule.unless]
    broken: set[str] = set()
    clearing: set[object] = set()
    for body, received_at in documents(registry):
        try:
            contents = read_contents(registry, as_bytes(body), {})
        except InvalidSubmission:
            continue
        figures = open_contract(registry, contents.version.name).figures
        receipt = Receipt(received_at, contents, figures)
        for rule in looking:
            found = rule.check(contents, receipt)
            clear = rule.unless is not None and rule.unless(contents, receipt)

            assert not (found and clear)

            broken |= {rule.rule_id} if found else set()
            clearing |= {rule.unless} if clear else set()

    ends = any(version.accepted_until for version in contract_versions(registry))
    assert looking
    assert broken == {rule.rule_id for rule in looking} - (set() if ends else {VERSION_CLOSED})
    assert clearing == {rule.unless for rule in looking}


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_only_rules_about_forms_say_what_must_be_there(name: str) -> None:
    about_header = [rule for rule in REGISTRIES[name].rules if rule.form is Contents]

    assert about_header
    assert not any(rule.when for rule in about_header)
