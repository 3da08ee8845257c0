"""Converts a legacy file and checks each record as the gateway would, telling findings by file and field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, TypeVar

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity, has_error
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_registries.registry import ConversionProblem, Converted, Registry

FILE_RULE = "FILE"

TellT = TypeVar("TellT")


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say of a place of a file. ``rule`` is `FILE` for what the file's form refuses."""

    severity: Severity
    rule: str
    line: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """One record of a file. ``body`` is its submission, None where nothing could be made of it or
    it would be rejected."""

    line: int
    body: bytes | None
    remarks: tuple[Remark, ...]


def convert_file(
    registry: Registry,
    form: str,
    file: BinaryIO,
    header: Mapping[str, Any],
    received_at: datetime,
) -> Iterator[CheckedRecord]:
    """Give each record of a file as a submission that would be stored, or what keeps it from that.

    Problems of the same record come together. The file is only read.

    Raises:
        KeyError: if the registry has no such file form.
    """
    problems: list[ConversionProblem] = []
    for each in registry.converters[form](file, header):
        if problems and not _of_same_record(each, problems[0]):
            yield _refused(registry, problems, received_at)
            problems = []
        if isinstance(each, Converted):
            yield _checked(registry, each, received_at)
        else:
            problems.append(each)
    if problems:
        yield _refused(registry, problems, received_at)


def _of_same_record(each: Converted | ConversionProblem, first: ConversionProblem) -> bool:
    if isinstance(each, Converted):
        return False
    return each.rest is first.rest and (first.rest is not None or each.line == first.line)


def _refused(
    registry: Registry, problems: list[ConversionProblem], received_at: datetime
) -> CheckedRecord:
    remarks = [
        Remark(Severity.ERROR, FILE_RULE, each.line, each.field, each.message) for each in problems
    ]
    if rest := problems[0].rest:
        told = {each.field for each in problems}
        found = _checked(registry, rest, received_at).remarks
        # A field at fault is missing from the rest; what follows from that is no news.
        remarks += (
            each for each in found if each.severity is Severity.ERROR and each.field not in told
        )
    return CheckedRecord(problems[0].line, None, tuple(remarks))


def _checked(registry: Registry, record: Converted, received_at: datetime) -> CheckedRecord:
    body = json.dumps(record.submission, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        contents = read_contents(registry, body, {})
        findings = examine(registry, contents, received_at)
    except InvalidSubmission as refusal:
        findings = tuple(refusal.findings)
    remarks = tuple(_remark(record, each) for each in findings)
    return CheckedRecord(record.line, None if has_error(findings) else body, remarks)


def _remark(record: Converted, finding: Finding) -> Remark:
    line, _ = _nearest(record.lines, finding.pointer) or (record.line, "")
    field, within = _nearest(record.fields, finding.pointer) or (finding.pointer, "")
    return Remark(finding.severity, finding.rule, line, f"{field}{within}", finding.message)


def _nearest(told: Mapping[str, TellT], pointer: str) -> tuple[TellT, str] | None:
    """Give what is told of a place, or of the nearest that holds it, and the way on from there."""
    place = pointer
    while place:
        if place in told:
            return told[place], pointer.removeprefix(place)
        place = place.rpartition("/")[0]
    return None
