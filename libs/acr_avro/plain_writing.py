"""Writes submissions and results by hand, byte for byte as the library does and several times as fast.

Reads nothing.
"""

import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from acr_avro.plain_reading import DIGEST_BYTES
from acr_domain.findings import Finding
from acr_domain.judgement import FirstArrival, Outcome
from acr_domain.submission import LogPosition, Submission, SubmissionKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# The second branch of a union with null (zigzag 1).
_PRESENT, _ABSENT = b"\x02", b"\x00"
_END = b"\x00"
# Numbers from 0 to 63, each in one byte.
_SMALL = tuple(bytes((number << 1,)) for number in range(64))


def submission_bytes(submission: Submission) -> bytes:
    """Write a submission as an Avro datum of `submission.v1`."""
    key, digest, body = submission.key, submission.digest, submission.body
    assert len(digest) == DIGEST_BYTES
    return b"".join(
        (
            _text(submission.submission_id),
            _word(key.registry),
            _text(key.partner_id),
            _text(key.header_id),
            _number(submission.version_no),
            digest,
            _number((submission.received_at - _EPOCH) // _MICROSECOND),
            _word(submission.content_type),
            _findings(submission.findings),
            _number(len(body)),
            body,
        )
    )


def result_bytes(result_id: str, outcome: Outcome) -> bytes:
    """Write a result as an Avro datum of `result.v1`."""
    key, first, reason = outcome.key, outcome.first, outcome.reason
    return b"".join(
        (
            _text(result_id),
            _text(outcome.submission_id),
            _word(outcome.verdict),
            _position(outcome.position),
            _ABSENT * 3 if key is None else _key(key),
            _optional_number(outcome.version_no),
            _optional_number(outcome.current_version_no),
            _findings(outcome.findings),
            _ABSENT if first is None else _PRESENT + _first(first),
            _ABSENT if reason is None else _PRESENT + _text(reason),
        )
    )


def _number(value: int) -> bytes:
    """Write a zigzag varint."""
    if 0 <= value < len(_SMALL):
        return _SMALL[value]
    bits = (value << 1) ^ (value >> 63)
    if bits < 0x4000:
        return bytes((bits & 0x7F | 0x80, bits >> 7))
    written = bytearray()
    while bits >= 0x80:
        written.append(bits & 0x7F | 0x80)
        bits >>= 7
    written.append(bits)
    return bytes(written)


def _text(text: str) -> bytes:
    encoded = text.encode()
    size = len(encoded)
    return (_SMALL[size] if size < len(_SMALL) else _number(size)) + encoded


# Topics, registries, verdicts: few words that come again and again.
_word = functools.lru_cache(maxsize=256)(_text)


def _key(key: SubmissionKey) -> bytes:
    texts = _PRESENT + _text(key.partner_id) + _PRESENT + _text(key.header_id)
    return _PRESENT + _word(key.registry) + texts


def _optional_number(value: int | None) -> bytes:
    return _ABSENT if value is None else _PRESENT + _number(value)


def _position(position: LogPosition) -> bytes:
    return _word(position.topic) + _number(position.partition) + _number(position.offset)


def _findings(findings: Sequence[Finding]) -> bytes:
    if not findings:
        return _END
    return b"".join((_number(len(findings)), *map(_finding, findings), _END))


# What rules say repeats itself, and holds no value of a submission.
@functools.lru_cache(maxsize=1024)
def _finding(finding: Finding) -> bytes:
    words = (finding.severity.value, finding.rule, finding.pointer, finding.message)
    return b"".join(map(_text, words))


def _first(first: FirstArrival) -> bytes:
    return b"".join(
        (
            _text(first.submission_id),
            _word(first.verdict),
            first.digest,
            _position(first.position),
        )
    )
