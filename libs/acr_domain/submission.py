"""What a sender sends, once it has been read. Past these types the form needs no second look.

They are tuples, since a frozen class takes three times as long to make: a consumer makes all of them
for each arrival.
"""

import re
from datetime import datetime
from typing import NamedTuple

from acr_domain.findings import Finding

VERSION_NO_MAX = 2**63 - 1  # Avro long and PostgreSQL bigint end here.
# RFC 9562, section 4: 8-4-4-4-12 digits of base 16.
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class SubmissionKey(NamedTuple):
    """Whose record this is. The partner belongs to it: no vendor can touch another's records.

    ``header_id`` is the GUID of the header in lower case (RFC 9562: letter case has no meaning).
    """

    registry: str
    partner_id: str
    header_id: str

    def log_key(self) -> str:
        """Give the key of the log record; the topic already names the registry."""
        return f"{self.partner_id}/{self.header_id}"


class Submission(NamedTuple):
    """One submission as the log keeps it.

    ``digest`` is SHA-256 over the canonical content (32 bytes), ``received_at`` the gateway's time
    (UTC), ``body`` the bytes exactly as they came. ``findings`` are those of the rules in force at
    receipt: they are part of the log, so that the verdict is a function of the log alone.
    """

    submission_id: str
    key: SubmissionKey
    version_no: int
    digest: bytes
    findings: tuple[Finding, ...]
    received_at: datetime
    content_type: str
    body: bytes


class LogPosition(NamedTuple):
    """Where an arrival stands in the log. ``offset`` grows within one topic and partition."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


class Arrival(NamedTuple):
    """A submission at a log position, and the results partition on which its sender listens.

    ``traceparent`` is the sender's trace (W3C Trace Context), carried through to the result.
    """

    position: LogPosition
    submission: Submission
    reply_partition: int | None = None
    traceparent: str | None = None


def is_guid(text: str) -> bool:
    """Tell whether a text is a GUID in lower case, as keys and submission ids are."""
    return _GUID.fullmatch(text) is not None
