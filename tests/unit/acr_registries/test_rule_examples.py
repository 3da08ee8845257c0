"""Each rule of each registry: one example that breaks it, one that keeps it. A rule without fails."""

from dataclasses import dataclass

import pytest

from acr_domain.findings import Finding, Severity, has_error
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, RuleExample, read_rule_examples, read_submissions
from acr_registries.reading import read_contents
from acr_registries.rule_catalogue import RuleText, rule_texts
from acr_testkit.samples import as_bytes

REGISTRIES = load_registries()


@dataclass(frozen=True, slots=True)
class Case:
    registry: str
    rule: RuleText
    example: RuleExample

    def findings(self, body: object) -> list[Finding]:
        registry = REGISTRIES[self.registry]
        contents = read_contents(registry, as_bytes(body), {})
        found = examine(registry, contents, self.example.received_at)
        return [each for each in found if each.rule == self.rule.rule_id]


def cases() -> list[Case]:
    found = []
    for name, registry in REGISTRIES.items():
        examples = read_rule_examples(registry.package)
        for rule in rule_texts(open_contract(registry)):
            found += [Case(name, rule, each) for each in examples.get(rule.rule_id, [])]
    return found


CASES = cases()


def case_id(case: Case) -> str:
    return f"{case.registry}-{case.rule.rule_id}"


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_an_example_breaks_its_rule(case: Case) -> None:
    found = case.findings(case.example.breaks)

    assert found
    assert {each.severity for each in found} == {case.rule.severity}
    if case.example.at is not None:
        assert case.example.at in [each.pointer for each in found]


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_an_example_keeps_its_rule(case: Case) -> None:
    assert case.findings(case.example.keeps) == []


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_every_rule_has_an_example(name: str) -> None:
    rules = [rule.rule_id for rule in rule_texts(open_contract(REGISTRIES[name]))]
    examples = read_rule_examples(REGISTRIES[name].package)

    assert [rule for rule in rules if rule not in examples] == []


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_every_example_belongs_to_a_rule(name: str) -> None:
    rules = {rule.rule_id for rule in rule_texts(open_contract(REGISTRIES[name]))}

    assert [
        rule for rule in read_rule_examples(REGISTRIES[name].package) if rule not in rules
    ] == []


@pytest.mark.parametrize("name", sorted(REGISTRIES))
def test_valid_submissions_are_taken_and_invalid_ones_rejected(name: str) -> None:
    registry = REGISTRIES[name]
    valid, invalid = (read_submissions(registry.package, kind) for kind in ("valid", "invalid"))

    def rejected(body: object) -> list[Finding]:
        contents = read_contents(registry, as_bytes(body), {})
        found = examine(registry, contents, RECEIVED_AT)
        return [each for each in found if each.severity is Severity.ERROR]

    assert valid
    assert {each: rejected(body) for each, body in valid.items() if rejected(body)} == {}
    assert invalid
    assert [each for each, body in invalid.items() if not has_error(rejected(body))] == []
