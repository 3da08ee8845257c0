"""Rows of `arrivals` to outcomes and back."""

import functools
from collections.abc import Iterable, Sequence

import asyncpg
import orjson

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.findings import Finding, findings_data, read_findings
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, SubmissionKey, is_guid

FEW_FINDINGS = 8


def findings_json(findings: Sequence[Finding]) -> str | None:
    """Write findings as JSON; none is NULL."""
    if not findings:
        return None
    return _few_json(tuple(findings)) if len(findings) <= FEW_FINDINGS else _json(findings)


# What rules say repeats itself, and holds no value of a submission.
@functools.lru_cache(maxsize=1024)
def _few_json(findings: tuple[Finding, ...]) -> str:
    return _json(findings)


def _json(findings: Iterable[Finding]) -> str:
    return orjson.dumps(findings_data(findings)).decode()


def findings_of(text: str | None) -> tuple[Finding, ...]:
    """Read findings back from JSON."""
    return read_findings(orjson.loads(text or "[]"))


def outcome(row: asyncpg.Record, topic: str) -> Outcome:
    """Read one row of `arrivals`, joined with its first arrival, as an outcome."""
    return outcome_without_first(row, topic)._replace(first=_first(row, topic))


def outcome_without_first(row: asyncpg.Record, topic: str) -> Outcome:
    """Read one row of `arrivals` alone."""
    key = None
    if row["partner_id"] is not None and row["header_id"] is not None:
        key = SubmissionKey(row["registry"], row["partner_id"], str(row["header_id"]))
    return Outcome(
        position=LogPosition(topic, row["partition"], row["log_offset"]),
        submission_id=str(row["submission_id"]),
        verdict=Verdict(row["verdict"]),
        key=key,
        version_no=row["version_no"],
        current_version_no=row["current_version_no"],
        findings=findings_of(row["findings"]),
        reason=row["reason"],
        reply_partition=row["reply_partition"],
        traceparent=row["traceparent"],
    )


def _first(row: asyncpg.Record, topic: str) -> FirstArrival | None:
    if row["first_offset"] is None or row["first_submission_id"] is None:
        return None
    return FirstArrival(
        LogPosition(topic, row["partition"], row["first_offset"]),
        str(row["first_submission_id"]),
        row["first_digest"],
        Verdict(row["first_verdict"]),
    )


def columns(rows: Iterable[Sequence[object]]) -> list[list[object]]:
    """Turn rows, of which there is at least one, into one list a column, as unnest wants them."""
    return [list(column) for column in zip(*rows, strict=True)]


def as_uuid(text: str) -> str:
    """Look at an identifier of a record of the log; the driver turns the text into a uuid itself.

    Raises:
        Poison: if it is no GUID in lower case; a gateway never appends such a record.
    """
    if not is_guid(text):
        raise Poison(ErrorClass.NO_GUID, "An identifier of the record is no GUID in lower case.")
    return text
