"""Makes the table of a contract's rules, each with examples that break and keep it. Pure."""

from collections.abc import Mapping, Sequence

from acr_bundles.example_files import RuleFiles
from acr_bundles.tables import Column, Table
from acr_registries.contract import Contract
from acr_registries.rule_catalogue import rule_texts

_WHAT_IT_DOES = {
    "error": "error: rejected",
    "incomplete": "incomplete: stored as incomplete",
    "warning": "warning: stored",
}

RULE_COLUMNS = (
    Column("rule", "Rule"),
    Column("severity", "Severity"),
    Column("looks_at", "Looks at", leads_to="dictionary.html"),
    Column("message", "Message"),
    Column("in_force", "In force", "Days on which it is in force; empty: always."),
    Column("source", "Source"),
    Column(
        "to_break",
        "To break it",
        "How the submission that keeps the rule becomes one that breaks it.",
    ),
    Column("breaks", "Breaks it", "A whole submission that breaks the rule.", link=True),
    Column("keeps", "Keeps it", "A whole submission that keeps the rule.", link=True),
    Column("received", "Received", "When the two are taken to be received."),
)


def rules_table(contract: Contract, examples: Mapping[str, Sequence[RuleFiles]]) -> Table:
    """List the rules of a contract."""
    rows = []
    forms = _forms_of(contract)
    for rule in rule_texts(contract):
        files = examples.get(rule.rule_id, ())
        rows.append(
            (
                rule.rule_id,
                _WHAT_IT_DOES[rule.severity.value],
                forms.get(rule.rule_id, rule.looks_at),
                rule.message,
                rule.in_force,
                rule.source,
                " | ".join(change for each in files[:1] for change in each.changes),
                files[0].breaks if files else "",
                files[0].keeps if files else "",
                files[0].received_at.isoformat() if files else "",
            )
        )
    return Table(
        "rules",
        "Rules",
        "What is checked beside the form of each element. A finding names its rule and points at the "
        "value. Rules of the form of an element (FORM-1xx) say in the answer what exactly is wrong.",
        RULE_COLUMNS,
        tuple(rows),
        anchors=frozenset(form.__name__ for form in contract.bound_models()),
        row_anchor="rule",
        see=tuple((f"{each.name}.html", each.title) for each in contract.registry.lookups()),
    )


def _forms_of(contract: Contract) -> Mapping[str, str]:
    """Say which forms each rule looks at: forms that are alike share theirs."""
    forms: dict[str, list[str]] = {}
    bound = {form.__name__ for form in contract.bound_models()}
    for form, rules in contract.rules.items():
        for rule in rules:
            if form.__name__ in bound:
                forms.setdefault(rule.rule_id, []).append(form.__name__)
    return {rule_id: ", ".join(names) for rule_id, names in forms.items()}
