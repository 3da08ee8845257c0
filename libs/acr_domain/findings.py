"""Findings: what the rules have to say about one submission. Values of it are never quoted."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does: an error rejects, the others are stored beside the version."""

    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule has to say.

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


def pointer(*names: str | int) -> str:
    """Join member names and indexes to a JSON Pointer (RFC 6901, section 3: ~ and / are escaped)."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)
