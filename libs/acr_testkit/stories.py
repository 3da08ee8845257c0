"""Stories: what was sent to a registry's topic, in a few words each, and the log that they make."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from acr_avro.records import encode_submission
from acr_domain.findings import Finding, Severity
from acr_domain.submission import Submission, SubmissionKey
from acr_domain.topics import submissions_topic
from acr_kafka import header_names
from acr_kafka.records import NewRecord, text_headers

REGISTRY = "lcsr"
RECEIVED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BROKEN_RULE = Finding(Severity.ERROR, "TEST-1", "/payload", "Broken on purpose.")


class Kind(Enum):
    """What a record of the log is."""

    PLAIN = "a submission"
    REJECTED = "a submission that breaks an error rule"
    NOT_AVRO = "bytes of another program"
    TOMBSTONE = "no value"
    FOREIGN = "a submission of another registry"
    UNSTORABLE = "a submission that only the database refuses"


POISON_KINDS = frozenset({Kind.NOT_AVRO, Kind.TOMBSTONE, Kind.FOREIGN, Kind.UNSTORABLE})


@dataclass(frozen=True, slots=True)
class Sent:
    """One record: its kind, and by small numbers its partner, record, version and content."""

    kind: Kind = Kind.PLAIN
    partner: int = 0
    record: int = 0
    version_no: int = 1
    content: int = 0


def make_submission(sent: Sent, index: int) -> Submission:
    """Make the submission that a word of a story means; ``index`` makes its id its own."""
    body = f'{{"content": {sent.content}}}'.encode()
    return Submission(
        submission_id=str(uuid.UUID(int=index + 1)),
        key=SubmissionKey(
            "cdsr" if sent.kind is Kind.FOREIGN else REGISTRY,
            f"partner-{sent.partner}",
            str(uuid.UUID(int=1000 + sent.record)),
        ),
        version_no=sent.version_no,
        digest=hashlib.sha256(body).digest(),
        findings=(BROKEN_RULE,) if sent.kind is Kind.REJECTED else (),
        received_at=RECEIVED_AT,
        content_type="a\0b" if sent.kind is Kind.UNSTORABLE else "application/json",
        body=body,
    )


def make_record(sent: Sent, index: int) -> NewRecord:
    """Make the record that a gateway, or another program, would append."""
    submission = make_submission(sent, index)
    value: bytes | None = encode_submission(submission)
    if sent.kind in {Kind.NOT_AVRO, Kind.TOMBSTONE}:
        value = b"no avro" if sent.kind is Kind.NOT_AVRO else None
    headers: dict[str, str | int | None] = {
        header_names.SUBMISSION_ID: submission.submission_id,
        header_names.REPLY_PARTITION: index % 2,
        header_names.TRACEPARENT: f"trace-{index}" if index % 3 else None,
    }
    key = submission.key.log_key().encode()
    return NewRecord(submissions_topic(REGISTRY), key, value, text_headers(headers))


def make_records(story: Sequence[Sent]) -> list[NewRecord]:
    """Make all records of a story."""
    return [make_record(sent, index) for index, sent in enumerate(story)]
