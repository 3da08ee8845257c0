"""Turns a body into a submission, and a submission into the record that the log gets. Appends nothing."""

import functools
import re
from collections.abc import Mapping
from datetime import UTC, datetime

import uuid_utils

from acr_avro.records import SUBMISSION, encode_submission
from acr_domain.errors import InvalidSubmission
from acr_domain.submission import Submission
from acr_domain.topics import submissions_topic
from acr_gateway.bodies import JSON
from acr_http.app import invalid
from acr_kafka import header_names
from acr_kafka.records import Header, NewRecord, text_headers
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_registries.registry import Registry

# Where a header lies far within a body, its partner counts as unnamed for the queue.
PEEK_BYTES = 16 * 1024
PARTNER_BYTES_MAX = 64
_PARTNER = re.compile(rb'"partnerid"\s*:\s*"([^"\\]{1,%d})"' % PARTNER_BYTES_MAX, re.IGNORECASE)


def peek_partner(body: bytes) -> str:
    """Guess whose submission this is before it is read: for the queue only, where nothing is judged."""
    found = _PARTNER.search(body, 0, PEEK_BYTES) or _PARTNER.search(
        body, max(0, len(body) - PEEK_BYTES)
    )
    return found[1].decode("utf-8", "replace") if found else ""


def accept(registry: Registry, body: bytes, expected: Mapping[str, str]) -> Submission:
    """Turn a body into a submission, with the findings of the registry's rules of now.

    Raises:
        Problem: 400 with every finding about its form.
    """
    received_at = datetime.now(UTC)
    try:
        contents = read_contents(registry, body, expected)
    except InvalidSubmission as error:
        raise invalid(error) from None
    return Submission(
        submission_id=str(uuid_utils.uuid7()),
        key=contents.key,
        version_no=contents.version_no,
        digest=contents.digest,
        findings=examine(registry, contents, received_at),
        received_at=received_at,
        content_type=JSON,
        body=body,
    )


def submission_record(
    submission: Submission, reply_partition: int | None, traceparent: str
) -> NewRecord:
    """Write a submission as a record; its result is asked for at ``reply_partition``.

    ``traceparent`` is one that `accept_traceparent` gave.
    """
    return NewRecord(
        submissions_topic(submission.key.registry),
        submission.key.log_key().encode(),
        encode_submission(submission),
        (
            (header_names.SUBMISSION_ID, submission.submission_id.encode()),
            *_headers_alike(reply_partition, submission.content_type, traceparent),
        ),
    )


# The lines of a stream have all but their ids alike.
@functools.lru_cache(maxsize=256)
def _headers_alike(
    reply_partition: int | None, content_type: str, traceparent: str
) -> tuple[Header, ...]:
    values = {
        header_names.REPLY_PARTITION: reply_partition,
        header_names.CONTENT_TYPE: content_type,
        header_names.SCHEMA: SUBMISSION,
        header_names.TRACEPARENT: traceparent,
    }
    return tuple(text_headers(values))
