"""Makes the example files of a contract: valid and invalid submissions, and examples of each rule.

Only what the contract's own version takes or refuses as it should is among them. Pure.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, findings_data, has_error
from acr_registries.contract import Contract, contract_versions
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, RuleExample, read_rule_examples, read_submissions
from acr_registries.reading import read_contents
from acr_registries.rule_catalogue import RuleText, rule_texts

SHOWN_CHARACTERS_MAX = 60
MINIMAL = "minimal"


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """A rule's examples: the names of the two files, and what has to change to break the rule."""

    breaks: str
    keeps: str
    changes: tuple[str, ...]
    received_at: datetime


def text_of(document: object) -> bytes:
    """Write a document as the bundle has it: two blanks a level, UTF-8, a line feed at the end."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def valid_examples(contract: Contract) -> dict[str, dict[str, Any]]:
    """Give the valid submissions that this version stores, the smallest one first."""
    told = read_submissions(contract.registry.package, "valid")
    found = {}
    for name, body in told.items():
        document = by_version(contract, body)
        findings = findings_of(contract, document, received_for(contract))
        if findings is not None and not has_error(findings):
            found[name] = document
    ordered = sorted(found, key=lambda name: (name != MINIMAL, len(text_of(found[name])), name))
    return {name: found[name] for name in ordered}


def invalid_examples(contract: Contract) -> dict[str, tuple[dict[str, Any], list[dict[str, str]]]]:
    """Give the invalid submissions with the findings that they get."""
    found = {}
    for name, body in read_submissions(contract.registry.package, "invalid").items():
        document = by_version(contract, body)
        findings = findings_of(contract, document, received_for(contract))
        if findings is not None and has_error(findings):
            found[name] = (document, findings_data(findings))
    return found


def received_for(contract: Contract) -> datetime:
    """Tell when the examples are taken to be received: while the version is taken."""
    last_day = contract.version.accepted_until
    if last_day is None or RECEIVED_AT.date() <= last_day:
        return RECEIVED_AT
    return datetime.combine(last_day, RECEIVED_AT.timetz())


def by_version(contract: Contract, body: Mapping[str, Any]) -> dict[str, Any]:
    """Let a submission that names no version name this one, unless it is current anyway."""
    document = copy.deepcopy(dict(body))
    current = contract_versions(contract.registry)[-1] == contract.version
    if not current and isinstance(document.get("dartheader"), dict):
        document["dartheader"].setdefault("contractversion", contract.version.name)
    return document


def findings_of(
    contract: Contract, document: Mapping[str, Any], received_at: datetime
) -> tuple[Finding, ...] | None:
    """Give what the service finds; None where it reads the submission by another version."""
    try:
        contents = read_contents(contract.registry, json.dumps(document).encode(), {})
    except InvalidSubmission as error:
        return tuple(error.findings)
    if contents.version.name != contract.version.name:
        return None
    return examine(contract.registry, contents, received_at)


def rule_files(contract: Contract) -> tuple[dict[str, list[RuleFiles]], dict[str, bytes]]:
    """Give the examples of each rule of the contract, and their files by name."""
    told = read_rule_examples(contract.registry.package)
    by_rule: dict[str, list[RuleFiles]] = {}
    files: dict[str, bytes] = {}
    for rule in rule_texts(contract):
        for example in told.get(rule.rule_id, ()):
            if not _shows(contract, rule, example):
                continue
            place = len(by_rule.setdefault(rule.rule_id, [])) + 1
            name = rule.rule_id if place == 1 else f"{rule.rule_id}-{place}"
            breaks, keeps = (
                f"examples/rules/{name}-breaks.json",
                f"examples/rules/{name}-keeps.json",
            )
            files[breaks] = text_of(by_version(contract, example.breaks))
            files[keeps] = text_of(by_version(contract, example.keeps))
            changes = tuple(changes_between(example.keeps, example.breaks))
            by_rule[rule.rule_id].append(RuleFiles(breaks, keeps, changes, example.received_at))
    return by_rule, files


def _shows(contract: Contract, rule: RuleText, example: RuleExample) -> bool:
    """Tell whether an example breaks and keeps its rule in this version too."""
    breaks = _rules_found(contract, example.breaks, example.received_at)
    keeps = _rules_found(contract, example.keeps, example.received_at)
    return rule.rule_id in breaks and rule.rule_id not in keeps


def _rules_found(
    contract: Contract, body: Mapping[str, Any], received_at: datetime
) -> frozenset[str]:
    """Give the rules that are broken; an example that names another version itself may do so."""
    text = json.dumps(by_version(contract, body)).encode()
    try:
        contents = read_contents(contract.registry, text, {})
    except InvalidSubmission as error:
        return frozenset(each.rule for each in error.findings)
    return frozenset(each.rule for each in examine(contract.registry, contents, received_at))


def changes_between(former: Any, later: Any, pointer: str = "") -> Iterator[str]:
    """Say at which pointers two documents differ, and how, as `pointer: before -> after`."""
    if isinstance(former, dict) and isinstance(later, dict):
        for name in dict.fromkeys((*former, *later)):
            step = name.replace("~", "~0").replace("/", "~1")
            place = f"{pointer}/{step}"
            if name not in later:
                yield f"{place}: {_shown(former[name])} -> left out"
            elif name not in former:
                yield f"{place}: absent -> {_shown(later[name])}"
            else:
                yield from changes_between(former[name], later[name], place)
    elif isinstance(former, list) and isinstance(later, list) and len(former) == len(later):
        for index, (one, other) in enumerate(zip(former, later, strict=True)):
            yield from changes_between(one, other, f"{pointer}/{index}")
    elif former != later or isinstance(former, bool) is not isinstance(later, bool):
        yield f"{pointer}: {_shown(former)} -> {_shown(later)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= SHOWN_CHARACTERS_MAX:
        return text
    if isinstance(value, (list, dict)):
        return f"({'a list' if isinstance(value, list) else 'an object'} of {len(value)})"
    return f"(a text of {len(value)} characters)" if isinstance(value, str) else text
