"""A registry's examples: whole submissions, and for each rule one that breaks it and one that does not.

They stand in the registry's folder `examples`: `valid/*.json` and `invalid/*.json` are submissions;
`rules.json` tells, for each rule id, how to change a valid one.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from acr_registries.data_files import file_names

# When the examples are taken to be received, unless one says another time.
RECEIVED_AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RuleExample:
    """One rule's examples: a submission that breaks it, and one that keeps it.

    ``at`` is the pointer at which the breach is found, where the example names it.
    """

    rule_id: str
    breaks: Mapping[str, Any]
    keeps: Mapping[str, Any]
    received_at: datetime
    at: str | None


def read_submissions(package: str, kind: str) -> dict[str, dict[str, Any]]:
    """Read the examples of a kind (`valid` or `invalid`) by name."""
    return {
        name.removesuffix(".json"): _read(package, kind, name)
        for name in file_names(package, f"examples/{kind}", ".json")
    }


def read_rule_examples(package: str) -> dict[str, list[RuleExample]]:
    """Read the examples of rules, by rule id.

    `rules.json` maps a rule id to one example or a list of them: `of` names a valid submission,
    `breaks` and `keeps` map JSON Pointers to new values, null removing the member. Without `keeps`
    the valid submission itself keeps the rule.
    """
    valid = read_submissions(package, "valid")
    examples: dict[str, list[RuleExample]] = {}
    for rule_id, told in _read(package, "rules.json").items():
        for each in told if isinstance(told, list) else [told]:
            received_at = each.get("received_at")
            examples.setdefault(rule_id, []).append(
                RuleExample(
                    rule_id,
                    changed(valid[each["of"]], each["breaks"]),
                    changed(valid[each["of"]], each.get("keeps", {})),
                    datetime.fromisoformat(received_at) if received_at else RECEIVED_AT,
                    each.get("at"),
                )
            )
    return examples


def changed(submission: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Change a submission at JSON Pointers (RFC 6901); null removes, `-` appends to a list."""
    result: dict[str, Any] = copy.deepcopy(dict(submission))
    for place, value in changes.items():
        *way, last = [step.replace("~1", "/").replace("~0", "~") for step in place.split("/")[1:]]
        holder: Any = result
        for step in way:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if isinstance(holder, list):
            _change_item(holder, last, value)
        elif value is None:
            holder.pop(last, None)
        else:
            holder[last] = value
    return result


def _change_item(holder: list[Any], last: str, value: Any) -> None:
    if last == "-":
        holder.append(value)
    elif value is None:
        del holder[int(last)]
    else:
        holder[int(last)] = value


def _read(package: str, *names: str) -> dict[str, Any]:
    file = resources.files(package).joinpath("examples", *names)
    if not file.is_file():
        return {}
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read
