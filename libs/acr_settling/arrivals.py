"""Log records to arrivals. Pure. What cannot be read as one is a dead letter with its reason."""

import uuid

from acr_avro.records import decode_submission
from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import Arrival, is_guid
from acr_kafka import header_names
from acr_kafka.records import LogRecord, as_text
from acr_postgres.settlement import DeadLetter

# Namespace of the ids given to records that carry none: a function of the position (RFC 9562, 5.5).
_NAMESPACE = uuid.UUID("6f1f8f0c-6f0c-5d0b-9d5e-3a6b1f0f7a11")
_INT32_MAX = 2**31 - 1


def read_arrival(registry: str, record: LogRecord) -> Arrival:
    """Read a record as an arrival.

    Raises:
        Poison: if it is none, or one of another registry.
    """
    submission = decode_submission(record.value)
    if submission.key.registry != registry:
        raise Poison(ErrorClass.WRONG_REGISTRY, "The record belongs to another registry.")
    if not (is_guid(submission.key.header_id) and is_guid(submission.submission_id)):
        # Another spelling would be another key here and the same row in the database.
        raise Poison(ErrorClass.NO_GUID, "An identifier of the record is no GUID in lower case.")
    if record.key != submission.key.log_key().encode():
        # Perhaps in another partition than its other versions: its place in their order is unknown.
        raise Poison(ErrorClass.WRONG_KEY, "The record's key is not that of its submission.")
    if submission.version_no < 1:
        raise Poison(ErrorClass.DATA_EXCEPTION, "The version number is below 1.")
    # One look for both: the last of a name counts.
    headers = dict(record.headers)
    return Arrival(
        record.position,
        submission,
        _partition_number(headers.get(header_names.REPLY_PARTITION)),
        as_text(headers.get(header_names.TRACEPARENT)),
    )


def dead_letter(record: LogRecord, poison: Poison) -> DeadLetter:
    """Keep a record as it was, with the reason for which it cannot be settled."""
    return DeadLetter(
        position=record.position,
        error_class=poison.error_class,
        reason=poison.reason,
        key=record.key,
        value=record.value,
        headers=record.headers,
        appended_at=record.timestamp,
    )


def failure(record: LogRecord, poison: Poison) -> Outcome:
    """Tell the sender of a dead letter that it failed, as far as the record says who that is."""
    return Outcome(
        position=record.position,
        submission_id=submission_id(record),
        verdict=Verdict.FAILED,
        reason=poison.reason,
        reply_partition=reply_partition(record),
    )


def submission_id(record: LogRecord) -> str:
    """Give the submission id that the record's header carries, else one made of its position."""
    try:
        return str(uuid.UUID(record.header(header_names.SUBMISSION_ID) or ""))
    except ValueError:
        return str(uuid.uuid5(_NAMESPACE, str(record.position)))


def reply_partition(record: LogRecord) -> int | None:
    """Give the results partition on which the sender's gateway listens, if a header names one."""
    return _partition_number(dict(record.headers).get(header_names.REPLY_PARTITION))


def _partition_number(digits: bytes | None) -> int | None:
    if digits is None or len(digits) > 10 or not digits.isdigit():
        return None
    number = int(digits)
    return number if number <= _INT32_MAX else None
