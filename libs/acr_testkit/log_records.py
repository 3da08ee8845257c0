"""Makes records of a registry's topic as a gateway would append them. Appends nothing itself."""

import functools
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from acr_avro.records import SUBMISSION, encode_submission
from acr_domain.submission import Submission
from acr_domain.topics import submissions_topic
from acr_kafka import header_names
from acr_kafka.records import Header, NewRecord, text_headers
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_registries.registry import Registry
from acr_testkit.samples import as_bytes, submission


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends to a registry of a test's own, and hears on a partition.

    Without a declaration the registry has the rules of LCSR.
    """

    registry: str
    reply_partition: int | None = None
    declared: Registry | None = None

    def submission(self, body: bytes) -> Submission:
        """Accept a body as a gateway does."""
        registry = self.declared or _like_lcsr(self.registry)
        received_at = datetime.now(UTC)
        contents = read_contents(registry, body, {})
        return Submission(
            submission_id=str(uuid.uuid4()),
            key=contents.key,
            version_no=contents.version_no,
            digest=contents.digest,
            findings=examine(registry, contents, received_at),
            received_at=received_at,
            content_type="application/json",
            body=body,
        )

    def record(self, **fields: Any) -> NewRecord:
        """Make the record of a valid submission; ``fields`` are those of `samples.submission`."""
        return self.record_of(self.submission(as_bytes(submission("lcsr", **fields))))

    def record_of(self, accepted: Submission, **changes: Any) -> NewRecord:
        """Make the record of a submission, with changes that no gateway would let pass."""
        changed = accepted._replace(**changes)
        return NewRecord(
            submissions_topic(self.registry),
            changed.key.log_key().encode(),
            encode_submission(changed),
            self.headers(changed.submission_id),
        )

    def raw(
        self, key: bytes | None, value: bytes | None, headers: Iterable[Header] = ()
    ) -> NewRecord:
        """Make a record of any bytes."""
        return NewRecord(submissions_topic(self.registry), key, value, list(headers))

    def headers(self, submission_id: str) -> list[Header]:
        """Give the headers that a gateway adds."""
        return text_headers(
            {
                header_names.SUBMISSION_ID: submission_id,
                header_names.REPLY_PARTITION: self.reply_partition,
                header_names.CONTENT_TYPE: "application/json",
                header_names.SCHEMA: SUBMISSION,
            }
        )


# A contract is opened anew for each registry that is made, which takes a tenth of a second.
@functools.cache
def _like_lcsr(name: str) -> Registry:
    return replace(load_registries()["lcsr"], name=name)
