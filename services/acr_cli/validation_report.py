"""Gathers what a validation found and writes it, for people or machines. Values are never written."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from acr_cli.submission_lines import Line
from acr_domain.findings import Finding, Severity, findings_data
from acr_registries.form_words import FORM_RULES

_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(slots=True)
class RuleCount:
    """How often a rule spoke, and what it says."""

    severity: Severity
    rule: str
    message: str
    count: int = 0


@dataclass(slots=True)
class Totals:
    """Counts of submissions by what they would become, and of findings by rule. It grows by rules alone."""

    submissions: int = 0
    complete: int = 0
    incomplete: int = 0
    other_status: int = 0
    rejected: int = 0
    unreadable: int = 0
    files_unread: int = 0
    rules: dict[tuple[Severity, str], RuleCount] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Tell whether anything would not be stored."""
        return self.rejected + self.unreadable + self.files_unread > 0

    def note(self, outcome: str, findings: Iterable[Finding]) -> None:
        """Count one submission: complete, incomplete, rejected, unreadable or another status."""
        self.submissions += 1
        name = outcome if outcome in _OUTCOMES else "other_status"
        setattr(self, name, getattr(self, name) + 1)
        for finding in findings:
            key = (finding.severity, finding.rule)
            if key not in self.rules:
                says = FORM_RULES.get(finding.rule, finding.message)
                self.rules[key] = RuleCount(finding.severity, finding.rule, says)
            self.rules[key].count += 1

    def by_rule(self) -> list[RuleCount]:
        """List the rules that spoke: errors first, then the most frequent."""
        counts = self.rules.values()
        return sorted(counts, key=lambda each: (_ORDER[each.severity], -each.count, each.rule))

    def data(self) -> dict[str, Any]:
        """Give the summary as JSON members."""
        return {
            "submissions": self.submissions,
            "stored": self.submissions - self.rejected - self.unreadable,
            "complete": self.complete,
            "incomplete": self.incomplete,
            "rejected": self.rejected,
            "unreadable": self.unreadable,
            "files_unread": self.files_unread,
            "rules": [
                {
                    "rule": each.rule,
                    "severity": each.severity.value,
                    "count": each.count,
                    "message": each.message,
                }
                for each in self.by_rule()
            ],
        }


_OUTCOMES = frozenset({"complete", "incomplete", "rejected", "unreadable"})


class FindingLines:
    """Writes one line a finding: `file:line severity rule pointer message`."""

    def write(self, line: Line, findings: Iterable[Finding]) -> None:
        """Write the findings of one submission."""
        for each in findings:
            place = printable(f"{line.file}:{line.number}")
            pointer = printable(each.pointer) or "/"
            told = f"{place} {each.severity.value} {each.rule} {pointer} {each.message}"
            sys.stdout.write(told + "\n")


@dataclass(slots=True)
class FindingDocument:
    """Writes one JSON document while the findings come, so that none has to be held."""

    written: int = 0

    def begin(self, registry: str) -> None:
        """Write what comes before the findings."""
        sys.stdout.write(f'{{"registry": {json.dumps(registry)},\n"findings": [')

    def write(self, line: Line, findings: Iterable[Finding]) -> None:
        """Write the findings of one submission."""
        for each in findings_data(findings):
            told = {"file": line.file, "line": line.number, **each}
            sys.stdout.write((",\n" if self.written else "\n") + json.dumps(told))
            self.written += 1

    def end(self, totals: Totals) -> None:
        """Write the summary and close the document."""
        sys.stdout.write(f'],\n"summary": {json.dumps(totals.data(), indent=2)}}}\n')


def printable(text: str) -> str:
    """Escape what a terminal might obey: names of elements are the sender's to choose."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
