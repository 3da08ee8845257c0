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
from acr_avro.records import (
    decode_result,
    decode_submission,
    encode_result,
    encode_submission,
)
from acr_domain.errors import Poison
from acr_domain.findings import Finding, Severity
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import LogPosition, Submission, SubmissionKey

DATA = Path(__file__).parent / "data"


@given(data=st.data())
def test_a_submission_comes_back_as_it_was(
    submissions: st.SearchStrategy[Submission], data: st.DataObject
) -> None:
    submission = data.draw(submissions)
    assert decode_submission(encode_submission(submission)) == submission


@given(data=st.data())
def test_a_result_comes_back_as_it_was(
    outcomes: st.SearchStrategy[Outcome], data: st.DataObject
) -> None:
    outcome = data.draw(outcomes)
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


@given(data=st.data())
def test_a_submission_that_breaks_off_is_poison(
    submissions: st.SearchStrategy[Submission], data: st.DataObject
) -> None:
    submission = data.draw(submissions)
    value = encode_submission(submission)
    length = data.draw(st.integers(0, len(value) - 1))

    with pytest.raises(Poison):
        decode_submission(value[:length])


@given(data=st.data())
def test_bytes_left_over_are_poison(
    submissions: st.SearchStrategy[Submission], data: st.DataObject
) -> None:
    submission = data.draw(submissions)
    rest = data.draw(st.binary(min_size=1, max_size=10))
    with pytest.raises(Poison, match="left over"):
        decode_submission(encode_submission(submission) + rest)


@given(data=st.data())
def test_flipped_bits_are_poison_or_another_submission_and_never_anything_else(
    submissions: st.SearchStrategy[Submission], data: st.DataObject
) -> None:
    submission = data.draw(submissions)
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
