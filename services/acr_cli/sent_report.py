"""Counts what became of submissions that were sent, and writes what was not stored. Values are never written."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from acr_cli.validation_report import Totals, printable
from acr_client.told import PENDING, REFUSED, Told
from acr_client.uploads import Upload
from acr_domain.findings import findings_data

# A document for machines lists so many of those not stored; the report lists all.
LISTED_MAX = 1000


@dataclass(slots=True)
class SentReport:
    """Grows by verdicts, rules and a bounded list. ``report`` takes a line for each not stored.

    ``uploads`` are those that took part, by id; ``nobody_waits`` is set where what is kept is enough.
    """

    report: IO[str] | None = None
    counts: Counter[str] = field(default_factory=Counter)
    rules: Totals = field(default_factory=Totals)
    listed: list[dict[str, Any]] = field(default_factory=list)
    done_before: int = 0
    not_stored: int = 0
    files_unread: int = 0
    to_send_again: int = 0
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    nobody_waits: bool = False

    def note(self, told: Told) -> None:
        """Count one, and write it where it is not stored."""
        self.counts[told.verdict] += 1
        self.rules.note(told.verdict, told.findings)
        if told.stored:
            return
        self.not_stored += told.verdict != PENDING
        self.to_send_again += told.to_send_again
        entry = problem_entry(told)
        if self.report is not None:
            self.report.write(json.dumps(entry) + "\n")
        if len(self.listed) < LISTED_MAX:
            self.listed.append(entry)

    def note_upload(self, upload: Upload) -> None:
        """Count what an upload took, of which nobody awaits the verdicts."""
        # A count of none would be shown, so that it is not made.
        self.counts.update({PENDING: upload.kept} if upload.kept else {})
        self.counts.update({REFUSED: upload.refused} if upload.refused else {})
        self.not_stored += upload.refused

    @property
    def sent(self) -> int:
        """How many were told their end in this run."""
        return self.counts.total()

    @property
    def incomplete(self) -> bool:
        """Whether something is not settled yet, has to be sent again, or could not be read."""
        pending = self.counts[PENDING] and not self.nobody_waits
        return bool(pending or self.files_unread or self.to_send_again)

    def told(self) -> str:
        """Write the counts in a few words."""
        words = [f"{count:,} {verdict}" for verdict, count in self.counts.most_common()]
        return ", ".join(words)

    def data(self, registry: str | None, failure: str | None) -> dict[str, Any]:
        """Give the whole as one document."""
        return {
            "registry": registry,
            "sent": self.sent,
            "done_before": self.done_before,
            "files_unread": self.files_unread,
            "verdicts": dict(self.counts),
            "rules": self.rules.data()["rules"],
            "not_stored": self.listed,
            "failure": failure,
            **({"uploads": list(self.uploads.values())} if self.uploads else {}),
        }


def problem_entry(told: Told) -> dict[str, Any]:
    """Describe one that is not stored."""
    file, _, line = told.where.rpartition(":")
    entry = {
        "file": file,
        "line": int(line),
        "status": told.status,
        "verdict": told.verdict,
        "submission_id": told.submission_id,
        "digest": told.digest,
        "detail": told.detail or told.title,
        "findings": findings_data(told.findings),
    }
    return {name: value for name, value in entry.items() if value is not None}


def problem_lines(told: Told) -> Iterator[str]:
    """Write one that is not stored for people."""
    reason = told.detail or told.title or ""
    yield f"{printable(told.where)}: {told.status} {told.verdict}. {reason}"
    for each in told.findings:
        yield f"  {each.severity.value} {each.rule} {printable(each.pointer) or '/'}"
        yield f"  {each.message}"


@contextmanager
def opened_report(path: Path | None) -> Iterator[IO[str] | None]:
    """Open the file of those not stored, new each run."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as file:
        yield file
