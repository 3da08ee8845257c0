"""Lists every rule that can say something about a registry's submissions, for people and tests."""

from dataclasses import dataclass

from acr_domain.findings import Severity
from acr_registries.contract import Contract, contract_versions
from acr_registries.elements import Element, Need
from acr_registries.form_words import FORM_RULES
from acr_registries.registry import Contents

_FORM_SOURCE = "data dictionary"
_FORM_SEVERITIES = {
    "FORM-120": Severity.WARNING,
    "FORM-121": Severity.WARNING,
    "FORM-130": Severity.INCOMPLETE,
}
_VERSION_CLOSED = "HEADER-203"


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says, where it looks (a form's name, or the header), and from when to when."""

    rule_id: str
    severity: Severity
    source: str
    looks_at: str
    message: str
    in_force: str = ""


def rule_texts(contract: Contract) -> list[RuleText]:
    """List the rules of a contract: those of its forms, then its own, each once."""
    texts = [
        RuleText(
            rule_id, _FORM_SEVERITIES.get(rule_id, Severity.ERROR), _FORM_SOURCE, "payload", says
        )
        for rule_id, says in FORM_RULES.items()
        if _can_say(contract, rule_id)
    ]
    closed = any(each.accepted_until for each in contract_versions(contract.registry))
    seen: set[str] = set()
    for model, rules in contract.rules.items():
        looks_at = "header" if model is Contents else model.__name__
        for rule in rules:
            if rule.rule_id in seen or (rule.rule_id == _VERSION_CLOSED and not closed):
                continue
            seen.add(rule.rule_id)
            days = f"{rule.days.since} to {rule.days.until}" if rule.days else ""
            texts.append(
                RuleText(rule.rule_id, rule.severity, rule.source, looks_at, rule.message, days)
            )
    return texts


def _can_say(contract: Contract, rule_id: str) -> bool:
    """Tell whether a rule about forms has anything to look at in this contract."""
    elements = [
        (model, element)
        for model in contract.bound_models()
        for element in model.binding.by_name.values()
    ]
    match rule_id:
        case "FORM-106":
            return any(element.pattern for _, element in elements)
        case "FORM-121":
            return any(model.binding.typical for model in contract.bound_models())
        case "FORM-130":
            return any(element.need is Need.COMPLETE for _, element in elements)
        case "FORM-113":
            return any(_has_limits(element) for _, element in elements)
    return bool(elements)


def _has_limits(element: Element) -> bool:
    return any(limit is not None for limit in (element.least, element.most, element.above))
