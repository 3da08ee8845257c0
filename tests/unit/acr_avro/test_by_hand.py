"""Submissions and results by hand and by the library: the same, damaged bytes included."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from acr_avro.plain_reading import Unusual, read_result, read_submission
from acr_avro.plain_writing import result_bytes, submission_bytes
from acr_avro.records import (
    RESULT,
    SUBMISSION,
    encode_result,
    encode_submission,
    outcome_members,
    read_outcome,
)
from acr_avro.single_object import codec
from acr_domain.errors import Poison
from acr_domain.findings import findings_data, read_findings
from acr_domain.judgement import Outcome
from acr_domain.submission import Submission, SubmissionKey

DATA = Path(__file__).parent / "data"


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


@given(data=st.data())
def test_by_hand_a_submission_is_what_the_library_reads(
    submissions: st.SearchStrategy[Submission], data: st.DataObject
) -> None:
    submission = data.draw(submissions)
    value = encode_submission(submission)

    assert read_by_hand(value) == read_by_library(value) == submission


def test_the_bytes_of_a_gateway_are_not_left_to_the_library() -> None:
    for file in DATA.glob("submission.v1.*.bin"):
        assert read_by_hand(file.read_bytes()) is not None


@given(data=st.data())
def test_damaged_bytes_are_left_to_the_library_or_read_alike(
    submissions: st.SearchStrategy[Submission], data: st.DataObject
) -> None:
    submission = data.draw(submissions)
    value = bytearray(encode_submission(submission))
    start = len(codec(SUBMISSION).prefix)
    at = data.draw(st.integers(start, len(value) - 1))
    value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))

    by_hand = read_by_hand(bytes(value))

    assert by_hand is None or by_hand == read_by_library(bytes(value))


@given(data=st.data())
def test_by_hand_a_result_is_what_the_library_writes(
    outcomes: st.SearchStrategy[Outcome], data: st.DataObject
) -> None:
    outcome = data.draw(outcomes)
    result_id = data.draw(st.text(max_size=20, alphabet=st.characters(exclude_categories=["Cs"])))
    by_library = codec(RESULT).encode({"result_id": result_id, **outcome_members(outcome)})

    assert codec(RESULT).prefix + result_bytes(result_id, outcome) == by_library


@given(data=st.data())
def test_by_hand_a_submission_is_what_the_library_writes(
    submissions: st.SearchStrategy[Submission], data: st.DataObject
) -> None:
    submission = data.draw(submissions)
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


@given(data=st.data())
def test_by_hand_a_result_is_what_the_library_reads(
    outcomes: st.SearchStrategy[Outcome], data: st.DataObject
) -> None:
    outcome = data.draw(outcomes)
    amendment_id = data.draw(st.text(st.characters(exclude_categories=["Cs"])))
    value = encode_result(outcome, amendment_id or None)

    assert result_by_hand(value) == result_by_library(value) == outcome


def test_the_bytes_of_a_consumer_are_not_left_to_the_library() -> None:
    for file in DATA.glob("result.v1.*.bin"):
        assert result_by_hand(file.read_bytes()) is not None


@given(data=st.data())
def test_damaged_results_are_left_to_the_library_or_read_alike(
    outcomes: st.SearchStrategy[Outcome], data: st.DataObject
) -> None:
    outcome = data.draw(outcomes)
    value = bytearray(encode_result(outcome))
    start = len(codec(RESULT).prefix)
    at = data.draw(st.integers(start, len(value) - 1))
    value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))

    by_hand = result_by_hand(bytes(value))

    assert by_hand is None or by_hand == result_by_library(bytes(value))
