"""Log records to arrivals, dead letters and failures."""

import uuid

import pytest

from acr_avro.records import encode_submission
from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.judgement import Verdict
from acr_domain.submission import LogPosition, Submission
from acr_kafka.records import EPOCH, LogRecord
from acr_postgres.settlement import DeadLetter
from acr_settling.arrivals import dead_letter, failure, read_arrival, reply_partition, submission_id
from acr_testkit.stories import REGISTRY, Sent, make_submission

POSITION = LogPosition("acr.lcsr.submissions.v1", 2, 7)
POISON = Poison(ErrorClass.NOT_AVRO, "Why.")
SUBMISSION = make_submission(Sent(), 0)
KEY = SUBMISSION.key.log_key().encode()


def record(value: bytes | None = None, **headers: bytes) -> LogRecord:
    named = tuple((name.replace("_", "-"), each) for name, each in headers.items())
    return LogRecord(POSITION, KEY, value, named, EPOCH)


def refused(submission: Submission) -> str:
    sent = record(encode_submission(submission))._replace(key=submission.key.log_key().encode())
    with pytest.raises(Poison) as caught:
        read_arrival(REGISTRY, sent)
    return caught.value.error_class


def test_a_record_becomes_an_arrival_at_its_position() -> None:
    arrival = read_arrival(
        REGISTRY,
        record(encode_submission(SUBMISSION), acr_reply_partition=b"5", traceparent=b"trace"),
    )

    assert arrival.position == POSITION
    assert arrival.submission == SUBMISSION
    assert (arrival.reply_partition, arrival.traceparent) == (5, "trace")


def test_a_record_of_another_registry_is_poison() -> None:
    key = SUBMISSION.key._replace(registry="grid")

    assert refused(SUBMISSION._replace(key=key)) == "wrong-registry"


def test_a_record_under_another_key_than_its_submissions_is_poison() -> None:
    stray = record(encode_submission(SUBMISSION))._replace(key=b"acme/" + KEY)

    with pytest.raises(Poison) as caught:
        read_arrival(REGISTRY, stray)

    assert caught.value.error_class == "wrong-key"
    assert "acme" not in caught.value.reason


@pytest.mark.parametrize("version_no", [0, -1])
def test_a_version_below_1_is_poison(version_no: int) -> None:
    assert refused(SUBMISSION._replace(version_no=version_no)) == "data-exception"


@pytest.mark.parametrize(
    "guid",
    [
        "",
        "x",
        "541EAE10-150d-4135-a85d-9ac98e734055",
        "{541eae10-150d-4135-a85d-9ac98e734055}",
        "541eae10150d4135a85d9ac98e734055",
    ],
)
def test_an_identifier_that_is_no_guid_in_lower_case_is_poison(guid: str) -> None:
    key = SUBMISSION.key._replace(header_id=guid)

    assert refused(SUBMISSION._replace(key=key)) == "no-guid"
    assert refused(SUBMISSION._replace(submission_id=guid)) == "no-guid"


@pytest.mark.parametrize(
    ("text", "partition"),
    [
        (b"0", 0),
        (b"23", 23),
        (b"2147483647", 2**31 - 1),
        (b"2147483648", None),
        (b"99999999999", None),
        (b"-1", None),
        (b"1.0", None),
        (b" 1", None),
        (b"", None),
        ("\u0661".encode(), None),
        ("\u00b2".encode(), None),
        (b"\xff", None),
    ],
)
def test_a_reply_partition_is_a_number_that_kafka_could_have(
    text: bytes, partition: int | None
) -> None:
    assert reply_partition(record(acr_reply_partition=text)) == partition


def test_the_submission_id_is_the_headers() -> None:
    guid = str(uuid.uuid4())

    assert submission_id(record(acr_submission_id=guid.encode())) == guid


@pytest.mark.parametrize("text", [b"", b"x", b"\xff"])
def test_without_one_it_is_made_of_the_position_and_always_the_same(text: bytes) -> None:
    made = submission_id(record(acr_submission_id=text))

    assert made == submission_id(record())
    assert uuid.UUID(made).version == 5
    elsewhere = record()._replace(position=LogPosition("acr.lcsr.submissions.v1", 2, 8))
    assert made != submission_id(elsewhere)


def test_a_dead_letter_keeps_the_record_as_it_was() -> None:
    kept = record(b"\xff\x00", odd=b"\xfe")

    assert dead_letter(kept, POISON) == DeadLetter(
        POSITION, "not-avro", "Why.", KEY, b"\xff\x00", (("odd", b"\xfe"),), EPOCH
    )


def test_a_failure_is_told_as_far_as_the_record_says_to_whom() -> None:
    guid = str(uuid.uuid4())

    outcome = failure(record(acr_submission_id=guid.encode(), acr_reply_partition=b"3"), POISON)

    assert (outcome.verdict, outcome.reason) == (Verdict.FAILED, "Why.")
    assert (outcome.submission_id, outcome.reply_partition) == (guid, 3)
    assert outcome.key is None
