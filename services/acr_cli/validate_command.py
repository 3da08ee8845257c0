"""The command that checks submissions before they are sent. Nothing leaves this machine."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_cli.registry_names import RegistryName, find_registry
from acr_cli.submission_lines import STANDARD_INPUT, Line, listed, read_file
from acr_cli.validation_report import FindingDocument, FindingLines, Totals
from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity
from acr_registries.checking import check_submission, naming_contract
from acr_registries.contract import contract_versions
from acr_registries.registry import Registry
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import GatewaySettings

UNREADABLE = "unreadable"
_STYLES = {Severity.ERROR: "red", Severity.INCOMPLETE: "yellow", Severity.WARNING: None}


def validate(
    registry: RegistryName,
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Submissions: .json files hold one, .ndjson and .jsonl one a line, as does "
            "standard input (-); of a folder, all such files in it."
        ),
    ],
    contract: Annotated[
        str | None, typer.Option(help="Contract version to check by, whatever the header names.")
    ] = None,
    summary_only: Annotated[
        bool, typer.Option("--summary-only", help="Tell counts by rule, not each finding.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Tell by the exit status alone.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check submissions as the gateway would, without sending them.

    Exits with 1 where one would not be stored. Example: acr-connect validate lcsr exams.ndjson
    """
    output = Output(as_json=as_json)
    found = find_registry(registry, output)
    versions = [each.name for each in contract_versions(found)]
    if contract is not None and contract not in versions:
        output.fail(
            f"{registry} has no contract version {contract}; name one of {', '.join(versions)}"
        )
    try:
        work = _Work(found, contract, read_settings(GatewaySettings).body_bytes_max)
        paths = listed(files)
    except (BadSettings, OSError) as error:
        output.fail(str(error))
    totals = _run(work, paths, output, told=not (summary_only or quiet), quiet=quiet)
    if not quiet and not as_json:
        _summarize(totals, output)
    if totals.refused:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Work:
    registry: Registry
    contract: str | None
    bytes_max: int

    def check(self, line: Line) -> tuple[str, tuple[Finding, ...]]:
        """Give what one submission would become, and its findings."""
        if line.body is None:
            message = f"The submission is larger than {self.bytes_max} bytes. Split its data."
            return UNREADABLE, (Finding(Severity.ERROR, "body-too-large", "", message),)
        body = naming_contract(line.body, self.contract) if self.contract else line.body
        try:
            check = check_submission(self.registry, body, datetime.now(UTC))
        except InvalidSubmission as error:
            return UNREADABLE, tuple(error.findings)
        return check.status or check.verdict_if_sent, check.findings


def _run(work: _Work, paths: list[Path], output: Output, *, told: bool, quiet: bool) -> Totals:
    totals = Totals()
    document = FindingDocument() if output.as_json and not quiet else None
    report = document or FindingLines()
    if document is not None:
        document.begin(work.registry.name)
    total = None if Path(STANDARD_INPUT) in paths else sum(map(_size, paths))
    # A document on a terminal has the terminal to itself.
    shown = not quiet and not (output.as_json and sys.stdout.isatty())
    with progress_of("checked", total, shown=shown) as advance:
        for line, done in _lines(work, paths, totals, output):
            outcome, findings = work.check(line)
            totals.note(outcome, findings)
            if told and findings:
                report.write(line, findings)
            advance(totals.submissions, done)
    if document is not None:
        document.end(totals)
    return totals


def _lines(
    work: _Work, paths: list[Path], totals: Totals, output: Output
) -> Iterator[tuple[Line, int]]:
    """Give each line and the bytes of all files before it; a file that cannot be read is told."""
    before = 0
    for path in paths:
        done = 0
        try:
            for line in read_file(path, sys.stdin.buffer, work.bytes_max):
                done = line.read_bytes
                yield line, before + done
        except OSError as error:
            totals.files_unread += 1
            output.complain(f"{path}: {error.strerror}")
        before += done


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # Told when it is to be read.


def _summarize(totals: Totals, output: Output) -> None:
    for each in totals.by_rule():
        told = f"{each.count:>9,}  {each.severity.value:<10}  {each.rule:<14}  {each.message}"
        output.say(told, _STYLES[each.severity])
    stored = totals.submissions - totals.rejected - totals.unreadable
    output.say(
        f"{totals.submissions:,} submissions: {stored:,} would be stored "
        f"({totals.incomplete:,} of them incomplete), {totals.rejected:,} rejected, "
        f"{totals.unreadable:,} cannot be read",
        "red" if totals.refused else "green",
    )
