"""Writes `docs/registries.md`: what each registry declares, counted, and what it leaves out, and why.

Run from the root of the checkout: python -m acr_testkit.registry_overview
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.contract import Contract, contract_versions, open_contract
from acr_registries.elements import read_measures
from acr_registries.examples import read_rule_examples, read_submissions
from acr_registries.header import DartHeader
from acr_registries.registry import Registry
from acr_registries.rule_catalogue import rule_texts
from acr_testkit.reference_names import read_reference_names

PAGE = Path("docs/registries.md")
REFERENCES = Path("tests/unit/acr_registries")
PLAIN_RULES = re.compile(r"[A-Z]+-\d{3}(?:(?:, ?| and |, and )[A-Z]+-\d{3})*")
HEAD = """# The four registries, counted

This page is written by `python -m acr_testkit.registry_overview`; a test fails when it is out of
date. It counts the current version of each registry's contract.
"""


def overview(root: Path) -> str:
    """Write the page; ``root`` is the checkout's."""
    registries = load_registries()
    counted = {name: dict(_counts(registry)) for name, registry in registries.items()}
    rows = list(next(iter(counted.values())))
    lines = [HEAD, f"| | {' | '.join(counted)} |", f"|---|{'---:|' * len(counted)}"]
    lines += [
        f"| {row} | {' | '.join(str(counts[row]) for counts in counted.values())} |" for row in rows
    ]
    for name, registry in registries.items():
        lines += ["", *_left_out(registry, root / REFERENCES / name)]
    return "\n".join(lines) + "\n"


def _counts(registry: Registry) -> Iterator[tuple[str, int]]:
    contract = open_contract(registry)
    # A form that stands in several places counts once.
    models = list({each.binding.declared: each for each in contract.bound_models()}.values())
    yield "contract versions", len(contract_versions(registry))
    yield "header elements", len(DartHeader.model_fields)
    program = {name for model in registry.program_models for name in model.model_fields}
    yield "`programspecificdata` elements", len(program)
    yield "forms of the payload", len(models)
    yield "elements of the payload", sum(len(model.binding.by_name) for model in models)
    yield "derived values", sum(len(model.derived) for model in models)
    yield "code lists", len(contract.codes)
    yield "codes", sum(len(each.codes) for each in contract.codes.values())
    yield "thresholds", len(contract.thresholds)
    yield from _rule_counts(contract)
    measures = read_measures(registry.package).values()
    yield "measures", len(measures)
    yield "inputs of measures", len({each for measure in measures for each in measure.inputs})


def _rule_counts(contract: Contract) -> Iterator[tuple[str, int]]:
    package = contract.registry.package
    severities = Counter(rule.severity for rule in rule_texts(contract))
    yield "rules", severities.total()
    for severity in Severity:
        yield f"rules of severity `{severity.value}`", severities[severity]
    yield "examples of rules", sum(2 * len(each) for each in read_rule_examples(package).values())
    yield (
        "whole examples",
        sum(len(read_submissions(package, kind)) for kind in ("valid", "invalid")),
    )


def _left_out(registry: Registry, folder: Path) -> Iterator[str]:
    names = read_reference_names(folder)
    yield f"## {registry.title} ({registry.name})"
    yield ""
    yield (
        f"The reference names {len(names.fields)} fields, {len(names.rules)} rules and "
        f"{len(names.measures)} measures. Left out, or told otherwise:"
    )
    yield ""
    left_out = {**names.missing_fields, **names.missing_measures, **_other_rules(names.rules)}
    if not left_out:
        yield "Nothing."
        return
    yield "| what | instead, or why |"
    yield "|---|---|"
    for name, reason in left_out.items():
        yield f"| `{name}` | {reason} |"


def _other_rules(rules: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is simply a rule, or several rules, of ours."""
    return {name: told for name, told in rules.items() if not PLAIN_RULES.fullmatch(told)}


if __name__ == "__main__":
    PAGE.write_text(overview(Path()), encoding="utf-8")
