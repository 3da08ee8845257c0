"""Reads the usual submission by hand, several times as fast as the library; judges no other bytes.

What does not look as our own gateway writes it is left to the library, which alone says what is
wrong with it. A test compares both, on whole and on damaged bytes.
"""

from datetime import UTC, datetime, timedelta

from acr_domain.findings import Finding, Severity
from acr_domain.submission import Submission, SubmissionKey

DIGEST_BYTES = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_SHIFT, _LONG_BITS = 63, 64


class Unusual(Exception):
    """The bytes are not those of a usual submission; they may be right all the same."""


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


def _number(value: bytes, at: int) -> tuple[int, int]:
    """Read a zigzag varint; gives it and where it ends."""
    byte = value[at]
    at += 1
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
        if size & 0x81:  # Negative, or not in one byte.
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


def _findings(value: bytes, at: int) -> tuple[tuple[Finding, ...], int]:
    """Read the array of findings, in however many blocks."""
    found: list[Finding] = []
    while value[at]:
        count, at = _number(value, at)
        if count < 0:
            raise Unusual
        for _ in range(count):
            (severity, *words), at = _texts(value, at, 4)
            found.append(Finding(Severity(severity), *words))
    return tuple(found), at + 1
