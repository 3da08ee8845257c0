"""What a rule says of when it can find anything hides nothing that it would find."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from acr_domain.errors import InvalidSubmission
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions, open_contract
from acr_registries.examples import RECEIVED_AT, read_rule_examples
from acr_registries.forms import walk
from acr_registries.reading import read_contents
from acr_registries.registry import Receipt, Registry
from acr_testkit.generated_documents import Generator
from acr_testkit.samples import as_bytes

REGISTRIES = load_registries()
GENERATED = 150


def documents(registry: Registry) -> Iterator[Any]:
    for told in read_rule_examples(registry.package).values():
        for each in told:
            yield from (each.breaks, each.keeps)
    for version in contract_versions(registry):
        generator = Generator(open_contract(registry, version.name), random.Random(version.name))
        yield from generator.documents(GENERATED)


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_every_rule_that_finds_something_is_asked(name: str) -> None:
    registry = REGISTRIES[name]
    broken: set[str] = set()
    spared = 0
    for body in documents(registry):
        try:
            contents = read_contents(registry, as_bytes(body), {})
        except InvalidSubmission:
            continue
        if contents.form is None:
            continue
        contract = open_contract(registry, contents.version.name)
        receipt = Receipt(RECEIVED_AT, contents, contract.figures)
        for _, form in walk(contents.form):
            asked = {
                question.rule.rule_id
                for _, always, coded in contract.outlines[type(form)].of(form).asked
                for question in (*always, *(coded.of(form.__dict__) if coded else ()))
            }
            rules = contract.rules[form.__class__]
            found = {rule.rule_id for rule in rules if rule.check(form, receipt)}

            assert found <= asked

            broken |= found
            spared += len(rules) - len(asked)

    told = {rule.rule_id for rule in registry.rules if rule.when is not None}
    assert told <= broken  # No trigger is taken on trust: each rule found something.
    assert bool(told) is bool(spared)
