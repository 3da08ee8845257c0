"""Counts and tells what came of a conversion, for people or machines. Values are never written."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from acr_cli.validation_report import printable
from acr_domain.findings import Severity
from acr_registries.conversion import FILE_RULE, CheckedRecord, Remark


@dataclass(slots=True)
class Totals:
    """Counts of one or several files; they grow with files and rules alone."""

    records: int = 0
    converted: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)
    files_unread: int = 0
    rules: Counter[tuple[Severity, str]] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        """Count the records of which nothing was made."""
        return self.records - self.converted

    def note(self, record: CheckedRecord) -> None:
        """Count one record."""
        self.records += 1
        self.converted += record.body is not None
        for remark in record.remarks:
            self.rules[remark.severity, remark.rule] += 1

    def by_rule(self) -> list[dict[str, Any]]:
        """List the rules that spoke: errors first, then the most frequent."""
        order = {severity: place for place, severity in enumerate(Severity)}
        ranked = sorted(
            self.rules.items(), key=lambda each: (order[each[0][0]], -each[1], each[0][1])
        )
        return [
            {"severity": severity.value, "rule": rule, "count": count}
            for (severity, rule), count in ranked
        ]

    def data(self) -> dict[str, Any]:
        """Give the summary as JSON members."""
        return {
            "records": self.records,
            "converted": self.converted,
            "refused": self.refused,
            "files_unread": self.files_unread,
            "files": self.files,
            "rules": self.by_rule(),
        }


class RemarkLines:
    """Writes a line a remark on standard error: `file:line field: message`."""

    def __init__(self, *, problems_only: bool) -> None:
        """Take whether what does not keep a record out is passed over."""
        self._problems_only = problems_only

    def begin(self, _: Mapping[str, str]) -> None:
        """Nothing comes before."""

    def write(self, file: Path, remarks: Iterable[Remark]) -> None:
        """Write the remarks of one record."""
        for each in remarks:
            if self._problems_only and each.severity is not Severity.ERROR:
                continue
            place = f"{file}:{each.line} {each.field}".rstrip()
            kind = "" if each.severity is Severity.ERROR else f"{each.severity.value}: "
            rule = "" if each.rule == FILE_RULE else f" ({each.rule})"
            sys.stderr.write(f"{printable(place)}: {kind}{each.message}{rule}\n")

    def end(self, _: Totals) -> None:
        """Nothing comes after."""


class RemarkDocument:
    """Writes one JSON document on standard output while the remarks come, so that none is held."""

    def __init__(self) -> None:
        """Begin with none."""
        self._written = 0

    def begin(self, about: Mapping[str, str]) -> None:
        """Write what comes before the remarks."""
        members = "".join(
            f"{json.dumps(name)}: {json.dumps(told)},\n" for name, told in about.items()
        )
        sys.stdout.write(f'{{{members}"findings": [')

    def write(self, file: Path, remarks: Iterable[Remark]) -> None:
        """Write the remarks of one record."""
        for each in remarks:
            told = {
                "file": str(file),
                "line": each.line,
                "field": each.field,
                "severity": each.severity.value,
                "rule": each.rule,
                "message": each.message,
            }
            sys.stdout.write((",\n" if self._written else "\n") + json.dumps(told))
            self._written += 1

    def end(self, totals: Totals) -> None:
        """Write the summary and close the document."""
        sys.stdout.write(f'],\n"summary": {json.dumps(totals.data(), indent=2)}}}\n')
