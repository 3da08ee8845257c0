"""The command that turns legacy files into submissions. Nothing is sent; the files are only read."""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from acr_cli.conversion_report import RemarkDocument, RemarkLines, Totals
from acr_cli.converted_output import (
    STANDARD_OUTPUT,
    clash_of,
    open_sink,
    silence_standard_output,
)
from acr_cli.output import AsJson, Output
from acr_cli.progress import Advance, progress_of
from acr_cli.registry_names import RegistryName, find_registry
from acr_registries.conversion import convert_file
from acr_registries.header import HEADER, PROGRAM
from acr_registries.registry import Registry

TEMPLATE_BYTES_MAX = 64 * 1024


Files = Annotated[list[Path], typer.Argument(help="Files to convert; they are only read.")]
FileForm = Annotated[
    str | None, typer.Option(help="Form of the files; needed where the registry has several.")
]
Out = Annotated[Path, typer.Option(help="Folder for a file each, in NDJSON; - is standard output.")]
Partner = Annotated[str | None, typer.Option(help="Partner id of the sender.")]
Facility = Annotated[str | None, typer.Option(help="Facility of the records that name none.")]
Template = Annotated[
    Path | None,
    typer.Option(help="JSON file with further header elements, such as those of a sample."),
]
VersionNo = Annotated[
    int | None, typer.Option(min=1, help="Version number of every record; 1 without it.")
]
FileVersion = Annotated[
    str | None, typer.Option(help="Version of the file's layout, where the file tells none.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Write nothing of a file unless all of it is good.")
]
Remarks = Annotated[
    bool, typer.Option("--remarks", help="Tell warnings and what is incomplete, too.")
]


def convert(
    registry: RegistryName,
    files: Files,
    form: FileForm = None,
    out: Out = STANDARD_OUTPUT,
    partner: Partner = None,
    facility: Facility = None,
    header: Template = None,
    version_no: VersionNo = None,
    file_version: FileVersion = None,
    strict: Strict = False,
    remarks: Remarks = False,
    as_json: AsJson = False,
) -> None:
    """Convert legacy files to submissions, and tell each problem by its line and field.

    Good records are converted beside bad ones. The same record gets the same id in every run, so
    that sending it again changes nothing. Exits with 1 where there is a problem.

    Example: acr-connect convert lcsr --form batch lcsr_exam_may.txt --partner acme --facility 900101 --out converted
    """
    output = Output(as_json=as_json)
    found = find_registry(registry, output)
    if out == STANDARD_OUTPUT and as_json:
        output.fail("name a folder with --out; standard output is for the JSON document alone")
    if clash := clash_of(out, files):
        output.fail(clash)
    work = _Work(
        found,
        _form(found, form, output),
        _header(header, partner, facility, version_no, file_version, output),
        out,
        strict=strict,
    )
    report = RemarkDocument() if as_json else RemarkLines(problems_only=not remarks)
    try:
        totals = _run(work, files, report, output)
    except BrokenPipeError:
        silence_standard_output()  # Whoever read it has enough.
        raise typer.Exit(0) from None
    if totals.refused or totals.files_unread:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Work:
    registry: Registry
    form: str
    header: Mapping[str, Any]
    out: Path
    strict: bool


def _form(registry: Registry, form: str | None, output: Output) -> str:
    known = list(registry.converters)
    if not known:
        output.fail(f"no file form of {registry.name} is known")
    if form is None and len(known) == 1:
        return known[0]
    if form not in known:
        output.fail(f"say --form; the file forms of {registry.name} are: {', '.join(known)}")
    return form


def _header(
    template: Path | None,
    partner: str | None,
    facility: str | None,
    version_no: int | None,
    file_version: str | None,
    output: Output,
) -> dict[str, Any]:
    header = _template(template, output) if template else {}
    told = {"partnerid": partner, "versionno": version_no, "contractversion": file_version}
    header |= {name: value for name, value in told.items() if value is not None}
    program = header.get(PROGRAM, {})
    if facility is not None:
        header[PROGRAM] = {**program, "facilityid": facility}
    if "partnerid" not in header:
        output.fail("say --partner, or name partnerid in the header template")
    return header


def _template(path: Path, output: Output) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            read = json.loads(file.read(TEMPLATE_BYTES_MAX + 1))
        members = _lower(read)
        header = _lower(members.get(HEADER, members))
        return header | ({PROGRAM: _lower(header[PROGRAM])} if PROGRAM in header else {})
    except OSError as error:
        output.fail(f"{path}: {error.strerror}")
    except (ValueError, AttributeError, RecursionError):
        output.fail(f"{path} is no JSON object of header elements")


def _lower(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in members.items()}


def _run(
    work: _Work, files: list[Path], report: RemarkDocument | RemarkLines, output: Output
) -> Totals:
    totals = Totals()
    began = time.monotonic()
    report.begin({"registry": work.registry.name, "form": work.form})
    total = sum(path.stat().st_size for path in files if path.is_file())
    shown = not (output.as_json and sys.stdout.isatty())
    with progress_of("converted", total, shown=shown) as advance:
        before = 0
        for path in files:
            try:
                _convert(work, path, totals, report, _from(before, advance))
                before += path.stat().st_size
            except OSError as error:
                if isinstance(error, BrokenPipeError):
                    raise
                totals.files_unread += 1
                output.complain(f"{error.filename or path}: {error.strerror}")
    report.end(totals)
    if not output.as_json:
        _summarize(totals, time.monotonic() - began, work)
    return totals


def _from(before: int, advance: Advance) -> Advance:
    return lambda records, done: advance(records, before + done)


def _convert(
    work: _Work,
    path: Path,
    totals: Totals,
    report: RemarkDocument | RemarkLines,
    advance: Advance,
) -> None:
    own = Totals()
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="milliseconds")
    # The time of the file's last change: the same file gives the same submissions in every run.
    header = {"creationdate": changed, "modificationdate": changed, **work.header}
    received_at = datetime.now(UTC)
    with path.open("rb") as file, open_sink(work.out, path, whole=work.strict) as sink:
        for record in convert_file(work.registry, work.form, file, header, received_at):
            own.note(record)
            report.write(path, record.remarks)
            if record.body is not None:
                sink.write(record.body)
            advance(totals.records + own.records, file.tell())
        sink.keep = own.converted > 0 and not (work.strict and own.refused)
    kept = own.converted if sink.keep else 0
    totals.files.append({"file": str(path), "records": own.records, "written": kept})
    totals.records += own.records
    totals.converted += own.converted
    totals.rules += own.rules


def _summarize(totals: Totals, seconds: float, work: _Work) -> None:
    people = Output(as_json=True)  # On standard error: standard output may hold the submissions.
    for each in totals.by_rule():
        people.say(f"{each['count']:>9,}  {each['severity']:<10}  {each['rule']}")
    for each in totals.files:
        if work.strict and each["records"] and not each["written"]:
            people.say(f"{each['file']}: nothing is written, since not all of it is good", "red")
    rate = totals.records / seconds if seconds else 0.0
    people.say(
        f"{totals.records:,} records: {totals.converted:,} converted, {totals.refused:,} refused; "
        f"{rate:,.0f}/s",
        "red" if totals.refused or totals.files_unread else "green",
    )
