"""Findings: what the rules have to say about one submission. Values of it are never quoted."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """What a finding does: an error rejects, the others are stored beside the version."""

    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"


class Finding(NamedTuple):
    """One thing a rule has to say. A tuple, since a frozen class takes twice as long to make.

    ``rule`` is a stable id (``HEADER-101``); ``pointer`` an RFC 6901 JSON Pointer into the body as
    it was sent; ``message`` says what is wrong and what to do, without any value of the submission.
    """

    severity: Severity
    rule: str
    pointer: str
    message: str


def has_error(findings: Iterable[Finding]) -> bool:
    """Tell whether any finding rejects the submission."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def findings_data(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Write findings as plain members, as answers, records and tables carry them."""
    return [
        {
            "severity": each.severity.value,
            "rule": each.rule,
            "pointer": each.pointer,
            "message": each.message,
        }
        for each in findings
    ]


def read_findings(data: Iterable[Mapping[str, str]]) -> tuple[Finding, ...]:
    """Read findings back.

    Raises:
        ValueError: if a severity is none of ours.
    """
    return tuple(
        Finding(Severity(each["severity"]), each["rule"], each["pointer"], each["message"])
        for each in data
    )


def pointer(*names: str | int) -> str:
    """Join member names and indexes to a JSON Pointer (RFC 6901, section 3: ~ and / are escaped)."""
    text = ""
    for name in names:
        text = f"{text}/{name}"
    if "~" in text or text.count("/") != len(names):
        steps = map(str, names)
        return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
    return text
