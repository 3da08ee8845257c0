"""Submissions and results as bytes: they come back as they were, and old bytes stay readable."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_avro.amendments import decode_amendment
from acr_avro.plain_reading import Unusual, read_result, read_submission
from acr_avro.plain_writing import result_bytes, submission_bytes
from acr_avro.records import (
    RESULT,
    SUBMISSION,
    decode_result,
    decode_submission,
    encode_result,
    encode_submission,
    outcome_members,
    read_outcome,
)
from acr_avro.single_object import codec
from acr_domain.errors import Poison
from acr_domain.findings import Finding, Severity, findings_data, read_findings
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, Submission, SubmissionKey

DATA = Path(__file__).parent / "data"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
longs = st.integers(-(2**63), 2**63 - 1)
digests = st.binary(min_size=32, max_size=32)
findings = st.lists(
    st.builds(Finding, st.sampled_from(Severity), texts, texts, texts), max_size=3
).map(tuple)
keys = st.builds(SubmissionKey, texts, texts, texts)
positions = st.builds(LogPosition, texts, st.integers(0, 2**31 - 1), st.integers(0, 2**63 - 1))
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
submissions = st.builds(
    Submission,
    submission_id=texts,
    key=keys,
    version_no=longs,
    digest=digests,
    findings=findings,
    received_at=instants,
    content_type=texts,
    body=st.binary(max_size=40),
)
outcomes = st.builds(
    Outcome,
    position=positions,
    submission_id=texts,
    verdict=st.sampled_from(Verdict),
    key=st.none() | keys,
    version_no=st.none() | longs,
    current_version_no=st.none() | longs,
    findings=findings,
    first=st.none() | st.builds(FirstArrival, positions, texts, digests, st.sampled_from(Verdict)),
    reason=st.none() | texts,
    reply_partition=st.none(),
    traceparent=st.none(),
)


@given(submissions)
def test_a_submission_comes_back_as_it_was(submission: Submission) -> None:
    assert decode_submission(encode_submission(submission)) == submission


@given(outcomes)
def test_a_result_comes_back_as_it_was(outcome: Outcome) -> None:
    assert decode_result(encode_result(outcome)) == outcome


def as_json(value: Submission | Outcome) -> dict[str, Any]:
    """Write out a value by hand, so that a change of a class cannot change the expectation."""
    data: dict[str, Any] = {
        "submission_id": value.submission_id,
        "key": [value.key.registry, value.key.partner_id, value.key.header_id]
        if value.key
        else None,
        "version_no": value.version_no,
        "findings": [[f.severity.value, f.rule, f.pointer, f.message] for f in value.findings],
    }
    if isinstance(value, Submission):
        return data | {
            "digest": value.digest.hex(),
            "received_at": value.received_at.isoformat(),
            "content_type": value.content_type,
            "body": value.body.decode(),
        }
    first = value.first
    return data | {
        "position": str(value.position),
        "verdict": value.verdict.value,
        "current_version_no": value.current_version_no,
        "reason": value.reason,
        "first": [str(first.position), first.submission_id, first.digest.hex(), first.verdict.value]
        if first
        else None,
    }


SINGLE_OBJECTS = sorted(p for p in DATA.glob("*.bin") if not p.name.startswith("kept_record."))


@pytest.mark.parametrize("path", SINGLE_OBJECTS, ids=lambda path: path.stem)
def test_bytes_that_were_written_once_stay_readable(path: Path) -> None:
    decode: Mapping[str, Callable[[bytes], Submission | Outcome]] = {
        "submission": decode_submission,
        "result": decode_result,
        "amendment": lambda value: decode_amendment(value).outcome,
    }

    value = decode[path.name.split(".")[0]](path.read_bytes())

    assert as_json(value) == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def test_there_are_old_bytes_of_every_schema_ever_in_use() -> None:
    schemas = Path(__file__).parents[3] / "libs" / "acr_avro" / "schemas"

    kept = {".".join(path.name.split(".")[:2]) for path in DATA.glob("*.bin")}

    assert {path.stem for path in schemas.glob("*.avsc")} <= kept


@given(submissions, st.data())
def test_a_submission_that_breaks_off_is_poison(
    submission: Submission, data: st.DataObject
) -> None:
    value = encode_submission(submission)
    length = data.draw(st.integers(0, len(value) - 1))

    with pytest.raises(Poison):
        decode_submission(value[:length])


@given(submissions, st.binary(min_size=1, max_size=10))
def test_bytes_left_over_are_poison(submission: Submission, rest: bytes) -> None:
    with pytest.raises(Poison, match="left over"):
        decode_submission(encode_submission(submission) + rest)


@given(submissions, st.data())
def test_flipped_bits_are_poison_or_another_submission_and_never_anything_else(
    submission: Submission, data: st.DataObject
) -> None:
    value = bytearray(encode_submission(submission))
    for place in data.draw(st.lists(st.integers(0, len(value) - 1), min_size=1, max_size=3)):
        value[place] ^= data.draw(st.integers(1, 255))

    assert decodes_or_is_poison(bytes(value))


@given(st.binary(max_size=200))
def test_foreign_bytes_behind_a_known_prefix_are_poison_or_a_submission(rest: bytes) -> None:
    prefix = (DATA / "submission.v1.plain.bin").read_bytes()[:10]

    assert decodes_or_is_poison(prefix + rest)


def decodes_or_is_poison(value: bytes) -> bool:
    try:
        return isinstance(decode_submission(value), Submission)
    except Poison:
        return True


@pytest.mark.parametrize(
    ("value", "error_class"),
    [
        (None, "tombstone"),
        (b"", "not-avro"),
        (b"\xc3", "not-avro"),
        (b"\xc3\x01", "not-avro"),
        (b'{"dartheader": {}}', "not-avro"),
        (b"\x00\x00\x00\x00\x01abcdefghij", "not-avro"),
        (b"\xc3\x01" + b"\0" * 8 + b"abc", "unknown-schema"),
    ],
)
def test_what_is_no_single_object_says_why(value: bytes | None, error_class: str) -> None:
    with pytest.raises(Poison) as caught:
        decode_submission(value)

    assert caught.value.error_class == error_class


def test_a_result_is_no_submission() -> None:
    outcome = Outcome(LogPosition("t", 0, 0), "id", Verdict.FAILED)

    with pytest.raises(Poison) as caught:
        decode_submission(encode_result(outcome))

    assert caught.value.error_class == "unknown-schema"


def test_a_severity_outside_the_list_is_poison() -> None:
    finding = Finding(Severity.WARNING, "r", "p", "m")
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=1)
    key = SubmissionKey("lcsr", "p", "h")
    value = encode_submission(Submission("s", key, 1, b"d" * 32, (finding,), at, "c", b""))

    with pytest.raises(Poison, match="outside its list"):
        decode_submission(value.replace(b"warning", b"wARNING"))


# By hand and by the library: the same, damaged bytes included.


def read_by_library(value: bytes) -> Submission | None:
    """Read a submission by the library alone; None for what is none."""
    try:
        datum = codec(SUBMISSION).decode(value)
        return Submission(
            datum["submission_id"],
            SubmissionKey(datum["registry"], datum["partner_id"], datum["header_id"]),
            datum["version_no"],
            datum["digest"],
            read_findings(datum["findings"]),
            datum["received_at"],
            datum["content_type"],
            datum["body"],
        )
    except (Poison, ValueError):
        return None


def read_by_hand(value: bytes) -> Submission | None:
    """Read a submission by hand alone; None for what is left to the library."""
    try:
        return read_submission(value, len(codec(SUBMISSION).prefix))
    except Unusual:
        return None


@given(submissions)
def test_by_hand_a_submission_is_what_the_library_reads(submission: Submission) -> None:
    value = encode_submission(submission)

    assert read_by_hand(value) == read_by_library(value) == submission


def test_the_bytes_of_a_gateway_are_not_left_to_the_library() -> None:
    for file in DATA.glob("submission.v1.*.bin"):
        assert read_by_hand(file.read_bytes()) is not None


@given(submissions, st.data())
def test_damaged_bytes_are_left_to_the_library_or_read_alike(
    submission: Submission, data: st.DataObject
) -> None:
    value = bytearray(encode_submission(submission))
    start = len(codec(SUBMISSION).prefix)
    at = data.draw(st.integers(start, len(value) - 1))
    value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))

    by_hand = read_by_hand(bytes(value))

    assert by_hand is None or by_hand == read_by_library(bytes(value))


@given(outcomes, st.text(max_size=20, alphabet=st.characters(exclude_categories=["Cs"])))
def test_by_hand_a_result_is_what_the_library_writes(outcome: Outcome, result_id: str) -> None:
    by_library = codec(RESULT).encode({"result_id": result_id, **outcome_members(outcome)})

    assert codec(RESULT).prefix + result_bytes(result_id, outcome) == by_library


@given(submissions)
def test_by_hand_a_submission_is_what_the_library_writes(submission: Submission) -> None:
    key = submission.key
    by_library = codec(SUBMISSION).encode(
        {
            "submission_id": submission.submission_id,
            "registry": key.registry,
            "partner_id": key.partner_id,
            "header_id": key.header_id,
            "version_no": submission.version_no,
            "digest": submission.digest,
            "received_at": submission.received_at,
            "content_type": submission.content_type,
            "findings": findings_data(submission.findings),
            "body": submission.body,
        }
    )

    assert codec(SUBMISSION).prefix + submission_bytes(submission) == by_library


def result_by_library(value: bytes) -> Outcome | None:
    """Read a result by the library alone; None for what is none."""
    try:
        return read_outcome(codec(RESULT).decode(value))
    except (Poison, ValueError):
        return None


def result_by_hand(value: bytes) -> Outcome | None:
    """Read a result by hand alone; None for what is left to the library."""
    try:
        return read_result(value, len(codec(RESULT).prefix))
    except Unusual:
        return None


@given(outcomes, texts)
def test_by_hand_a_result_is_what_the_library_reads(outcome: Outcome, amendment_id: str) -> None:
    value = encode_result(outcome, amendment_id or None)

    assert result_by_hand(value) == result_by_library(value) == outcome


def test_the_bytes_of_a_consumer_are_not_left_to_the_library() -> None:
    for file in DATA.glob("result.v1.*.bin"):
        assert result_by_hand(file.read_bytes()) is not None


@given(outcomes, st.data())
def test_damaged_results_are_left_to_the_library_or_read_alike(
    outcome: Outcome, data: st.DataObject
) -> None:
    value = bytearray(encode_result(outcome))
    start = len(codec(RESULT).prefix)
    at = data.draw(st.integers(start, len(value) - 1))
    value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))

    by_hand = result_by_hand(bytes(value))

    assert by_hand is None or by_hand == result_by_library(bytes(value))
