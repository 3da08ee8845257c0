"""Reads usual submissions and results by hand, several times as fast as the library; judges no other bytes.

What does not look as our own services write it is left to the library, which alone says what is
wrong with it. A test compares both, on whole and on damaged bytes.
"""

import functools
from datetime import UTC, datetime, timedelta

from acr_domain.findings import Finding, Severity
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, Submission, SubmissionKey

DIGEST_BYTES = 32
FINDING_TEXTS = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_SHIFT, _LONG_BITS = 63, 64
# The two branches of a union with null.
_ABSENT, _PRESENT = 0, 2
# A number in one byte is positive where this is 0.
_NOT_SMALL = 0x81


class Unusual(Exception):
    """The bytes are not those of a usual submission or result; they may be right all the same."""


def read_submission(value: bytes, at: int) -> Submission:
    """Read an Avro datum of `submission.v1` that begins at ``at`` and ends with the bytes.

    Raises:
        Unusual: if the library has to look at it.
    """
    try:
        (submission_id, registry, partner_id, header_id), at = _texts(value, at, 4)
        version_no, at = _number(value, at)
        digest = value[at : at + DIGEST_BYTES]
        micros, at = _number(value, at + DIGEST_BYTES)
        (content_type,), at = _texts(value, at, 1)
        findings, at = _findings(value, at)
        size, at = _number(value, at)
        received_at = _EPOCH + micros * _MICROSECOND
    except (IndexError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise Unusual from error
    if size < 0 or at + size != len(value):
        raise Unusual
    return Submission(
        submission_id,
        SubmissionKey(registry, partner_id, header_id),
        version_no,
        digest,
        findings,
        received_at,
        content_type,
        value[at:],
    )


def read_result(value: bytes, at: int) -> Outcome:
    """Read an Avro datum of `result.v1` that begins at ``at`` and ends with the bytes.

    Raises:
        Unusual: if the library has to look at it.
    """
    try:
        (_, submission_id, verdict), at = _texts(value, at, 3)
        position, at = _position(value, at)
        key, at = _key(value, at)
        version_no, at = _optional_number(value, at)
        current_version_no, at = _optional_number(value, at)
        findings, at = _findings(value, at)
        first, at = _first(value, at)
        reason, at = _optional_text(value, at)
        judged = Verdict(verdict)
    except (IndexError, UnicodeDecodeError, ValueError) as error:
        raise Unusual from error
    if at != len(value):
        raise Unusual
    return Outcome(
        position,
        submission_id,
        judged,
        key,
        version_no,
        current_version_no,
        findings,
        first,
        reason,
    )


def _number(value: bytes, at: int) -> tuple[int, int]:
    """Read a zigzag varint; gives it and where it ends."""
    byte = value[at]
    at += 1
    if not byte & _NOT_SMALL:
        return byte >> 1, at
    bits, shift = byte & 0x7F, 7
    while byte & 0x80:
        if shift > _LAST_SHIFT:
            raise Unusual
        byte = value[at]
        at += 1
        bits |= (byte & 0x7F) << shift
        shift += 7
    if bits >> _LONG_BITS:
        raise Unusual
    return (bits >> 1) ^ -(bits & 1), at


def _texts(value: bytes, at: int, count: int) -> tuple[list[str], int]:
    """Read so many texts, one behind the other; gives them and where the last ends."""
    texts = []
    for _ in range(count):
        size = value[at]
        if size & _NOT_SMALL:
            long, at = _number(value, at)
            end = at + long
        else:
            at += 1
            end = at + (size >> 1)
        if not at <= end <= len(value):
            raise Unusual
        texts.append(value[at:end].decode())
        at = end
    return texts, at


def _optional_text(value: bytes, at: int) -> tuple[str | None, int]:
    if value[at] == _ABSENT:
        return None, at + 1
    if value[at] != _PRESENT:
        raise Unusual
    (text,), at = _texts(value, at + 1, 1)
    return text, at


def _optional_number(value: bytes, at: int) -> tuple[int | None, int]:
    if value[at] == _ABSENT:
        return None, at + 1
    if value[at] != _PRESENT:
        raise Unusual
    return _number(value, at + 1)


def _position(value: bytes, at: int) -> tuple[LogPosition, int]:
    (topic,), at = _texts(value, at, 1)
    partition, at = _number(value, at)
    offset, at = _number(value, at)
    return LogPosition(topic, partition, offset), at


def _key(value: bytes, at: int) -> tuple[SubmissionKey | None, int]:
    registry, at = _optional_text(value, at)
    partner_id, at = _optional_text(value, at)
    header_id, at = _optional_text(value, at)
    if registry is None or partner_id is None or header_id is None:
        return None, at
    return SubmissionKey(registry, partner_id, header_id), at


def _first(value: bytes, at: int) -> tuple[FirstArrival | None, int]:
    if value[at] == _ABSENT:
        return None, at + 1
    if value[at] != _PRESENT:
        raise Unusual
    (submission_id, verdict), at = _texts(value, at + 1, 2)
    digest = value[at : at + DIGEST_BYTES]
    position, at = _position(value, at + DIGEST_BYTES)
    return FirstArrival(position, submission_id, digest, Verdict(verdict)), at


def _findings(value: bytes, at: int) -> tuple[tuple[Finding, ...], int]:
    """Read the array of findings, in however many blocks."""
    found: list[Finding] = []
    while value[at]:
        count, at = _number(value, at)
        if count < 0:
            raise Unusual
        for _ in range(count):
            end = _past_texts(value, at, FINDING_TEXTS)
            found.append(_finding(value[at:end]))
            at = end
    return tuple(found), at + 1


def _past_texts(value: bytes, at: int, count: int) -> int:
    """Tell where so many texts, one behind the other, end."""
    for _ in range(count):
        size = value[at]
        if size & _NOT_SMALL:
            long, at = _number(value, at)
            if long < 0:
                raise Unusual
            at += long
        else:
            at += 1 + (size >> 1)
    return at


# What rules say repeats itself, and holds no value of a submission.
@functools.lru_cache(maxsize=1024)
def _finding(value: bytes) -> Finding:
    (severity, *words), _ = _texts(value, 0, FINDING_TEXTS)
    return Finding(Severity(severity), *words)
