"""What is counted and written of submissions that were sent."""

import io
import json

from acr_cli.sent_report import LISTED_MAX, SentReport, problem_lines
from acr_client.told import Told
from acr_domain.findings import Finding, Severity

FINDING = Finding(Severity.ERROR, "RULE-1", "/payload/\x1b[2J", "Something is wrong.")


def told(verdict: str, *findings: Finding) -> Told:
    return Told(1, "some:dir/file.ndjson:7", "ab", 400, verdict, findings=findings)


def test_verdicts_and_rules_are_counted_and_only_what_is_not_stored_is_written() -> None:
    written = io.StringIO()
    report = SentReport(written)
    for verdict in ("created", "duplicate", "created", "pending"):
        report.note(told(verdict))
    report.note(told("rejected", FINDING))

    assert (report.sent, report.not_stored, report.incomplete) == (5, 1, True)
    assert report.told() == "2 created, 1 duplicate, 1 pending, 1 rejected"
    entries = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(each["verdict"], each["file"], each["line"]) for each in entries] == [
        ("pending", "some:dir/file.ndjson", 7),
        ("rejected", "some:dir/file.ndjson", 7),
    ]
    data = report.data("lcsr", "it gave up")
    assert [(each["rule"], each["count"]) for each in data["rules"]] == [("RULE-1", 1)]
    assert data["failure"] == "it gave up"


def test_the_list_for_machines_is_bounded() -> None:
    report = SentReport()
    for _ in range(LISTED_MAX + 5):
        report.note(told("rejected"))

    assert len(report.listed) == LISTED_MAX
    assert report.not_stored == LISTED_MAX + 5
    assert not report.incomplete


def test_what_a_terminal_might_obey_is_escaped() -> None:
    assert "\x1b" not in "".join(problem_lines(told("rejected", FINDING)))
