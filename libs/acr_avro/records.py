"""Submissions and results as Avro bytes."""

from collections.abc import Mapping
from typing import Any

from acr_avro.plain_reading import Unusual, read_result, read_submission
from acr_avro.plain_writing import result_bytes, submission_bytes
from acr_avro.single_object import codec
from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.findings import findings_data, read_findings
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, Submission, SubmissionKey

SUBMISSION = "submission.v1"
RESULT = "result.v1"


def encode_submission(submission: Submission) -> bytes:
    """Encode a submission for its registry's topic."""
    return codec(SUBMISSION).prefix + submission_bytes(submission)


def decode_submission(value: bytes | None) -> Submission:
    """Decode a submission.

    Raises:
        Poison: if the bytes are no submission.
    """
    prefix = codec(SUBMISSION).prefix
    if value is not None and value.startswith(prefix):
        try:
            return read_submission(value, len(prefix))
        except Unusual:
            pass  # The library says what it is.
    datum = codec(SUBMISSION).decode(value)
    try:
        return Submission(
            submission_id=datum["submission_id"],
            key=SubmissionKey(datum["registry"], datum["partner_id"], datum["header_id"]),
            version_no=datum["version_no"],
            digest=datum["digest"],
            findings=read_findings(datum["findings"]),
            received_at=datum["received_at"],
            content_type=datum["content_type"],
            body=datum["body"],
        )
    except ValueError:
        raise Poison(
            ErrorClass.UNDECODABLE, "A value of the record lies outside its list."
        ) from None


def encode_result(outcome: Outcome, amendment_id: str | None = None) -> bytes:
    """Encode what became of an arrival for the results topic.

    ``amendment_id`` names the later decision that it tells, where it is not the first verdict.
    """
    result_id = amendment_id or str(outcome.position)
    return codec(RESULT).prefix + result_bytes(result_id, outcome)


def decode_result(value: bytes | None) -> Outcome:
    """Decode a result.

    Raises:
        Poison: if the bytes are no result.
    """
    prefix = codec(RESULT).prefix
    if value is not None and value.startswith(prefix):
        try:
            return read_result(value, len(prefix))
        except Unusual:
            pass  # The library says what it is.
    datum = codec(RESULT).decode(value)
    try:
        return read_outcome(datum)
    except ValueError:
        raise Poison(
            ErrorClass.UNDECODABLE, "A value of the result lies outside its list."
        ) from None


def outcome_members(outcome: Outcome) -> dict[str, Any]:
    """Write an outcome as members that results and amendments share."""
    key, first = outcome.key, outcome.first
    return {
        "submission_id": outcome.submission_id,
        "verdict": outcome.verdict.value,
        **_position_data(outcome.position),
        "registry": key.registry if key else None,
        "partner_id": key.partner_id if key else None,
        "header_id": key.header_id if key else None,
        "version_no": outcome.version_no,
        "current_version_no": outcome.current_version_no,
        "findings": findings_data(outcome.findings),
        "first": _first_data(first) if first else None,
        "reason": outcome.reason,
    }


def read_outcome(datum: Mapping[str, Any]) -> Outcome:
    """Read an outcome back from such members.

    Raises:
        ValueError: if a value lies outside its list.
    """
    return Outcome(
        position=_position(datum),
        submission_id=datum["submission_id"],
        verdict=Verdict(datum["verdict"]),
        key=_key(datum),
        version_no=datum["version_no"],
        current_version_no=datum["current_version_no"],
        findings=read_findings(datum["findings"]),
        first=_first(datum["first"]) if datum["first"] else None,
        reason=datum["reason"],
    )


def _position_data(position: LogPosition) -> dict[str, Any]:
    return {
        "topic": position.topic,
        "partition": position.partition,
        "offset": position.offset,
    }


def _position(datum: Mapping[str, Any]) -> LogPosition:
    return LogPosition(datum["topic"], datum["partition"], datum["offset"])


def _key(datum: Mapping[str, Any]) -> SubmissionKey | None:
    if datum["registry"] is None or datum["partner_id"] is None or datum["header_id"] is None:
        return None
    return SubmissionKey(datum["registry"], datum["partner_id"], datum["header_id"])


def _first_data(first: FirstArrival) -> dict[str, Any]:
    return {
        "submission_id": first.submission_id,
        "verdict": first.verdict.value,
        "digest": first.digest,
        **_position_data(first.position),
    }


def _first(datum: Mapping[str, Any]) -> FirstArrival:
    return FirstArrival(
        _position(datum), datum["submission_id"], datum["digest"], Verdict(datum["verdict"])
    )
