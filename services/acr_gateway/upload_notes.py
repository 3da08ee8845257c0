"""Answers of an upload that nobody waits for: notes in the log instead of lines on the connection.

A note is what a sender of lines would have read, NDJSON and all. So an upload can be looked at later,
whatever became of its connection or of this process. Keeps nothing itself, and decides nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import orjson
import uuid_utils
from starlette.types import Send

from acr_domain.errors import Unavailable
from acr_domain.topics import uploads_topic
from acr_gateway.bodies import JSON, NDJSON
from acr_gateway.submit import SubmissionLog
from acr_http.answers import upload_path
from acr_http.app import RETRY_AFTER_SECONDS, unavailable
from acr_http.problems import Kind, Problem
from acr_kafka import header_names
from acr_kafka.records import NewRecord, text_headers
from acr_telemetry import metrics

NOTE_BYTES_MAX = 256 * 1024
NOT_NOTED = (
    "The log did not acknowledge how far the upload is. Send the rest again as another upload."
)


class NotedUpload:
    """Takes the answers of one upload. It changes with each note."""

    def __init__(
        self,
        send: Send,
        fields: Mapping[str, str],
        log: SubmissionLog,
        registry: str,
        lines_max: int,
    ) -> None:
        """Name the upload; ``lines_max`` bounds its lines that are not blank."""
        self.upload_id = str(uuid_utils.uuid7())
        self._send = send
        self._fields = fields
        self._log = log
        self._registry = registry
        self._lines_max = lines_max
        self._lines = 0
        self._notes = 0
        self._unnoted: list[NewRecord] = []
        self.trouble: Problem | None = None

    async def begin(self) -> None:
        """Note that there is such an upload, then tell its address: the sender may lose us later.

        Raises:
            Problem: 503 where the log is away; nothing was read then.
        """
        begun = {"upload": {"registry": self._registry, "begun_at": datetime.now(UTC).isoformat()}}
        await self._note([orjson.dumps(begun) + b"\n"])
        if self.trouble is not None:
            raise self.trouble
        fields = {
            "Content-Type": JSON,
            "Location": upload_path(self.upload_id),
            "Retry-After": RETRY_AFTER_SECONDS,
            "X-Accel-Buffering": "no",
            **self._fields,
        }
        headers = [(name.lower().encode(), value.encode()) for name, value in fields.items()]
        await self._send({"type": "http.response.start", "status": 202, "headers": headers})

    async def write(self, answers: bytes) -> None:
        """Note answers, in whole lines."""
        lines = answers.splitlines(keepends=True)
        self._lines += len(lines)
        await self._note(lines)
        if self._lines >= self._lines_max and self.trouble is None:
            detail = (
                f"An upload has at most about {self._lines_max} lines. Send the rest as another."
            )
            self.trouble = Problem(Kind.TOO_LARGE, detail)

    async def finish(self, summary: bytes) -> None:
        """Note the end, and tell it; `noted` is false where the log did not take all notes."""
        await self._note([summary])
        members = {
            "upload_id": self.upload_id,
            "location": upload_path(self.upload_id),
            **orjson.loads(summary)["summary"],
            "noted": not self._unnoted,
        }
        body = orjson.dumps(members) + b"\n"
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def _note(self, lines: Sequence[bytes]) -> None:
        """Append; what the log does not take is tried again with the next note, in its order."""
        self._unnoted += [self._record(part) for part in _parts(lines)]
        try:
            while self._unnoted:
                await self._log.append(self._unnoted[0])
                del self._unnoted[0]
                metrics.UPLOAD_NOTES.labels(self._registry, "noted").inc()
        except Unavailable:
            self.trouble = self.trouble or unavailable(NOT_NOTED)

    def _record(self, value: bytes) -> NewRecord:
        note = self._notes
        self._notes += 1
        return NewRecord(
            uploads_topic(self._registry),
            self.upload_id.encode(),
            value,
            text_headers(
                {
                    header_names.UPLOAD_ID: self.upload_id,
                    header_names.UPLOAD_NOTE: note,
                    header_names.CONTENT_TYPE: NDJSON,
                }
            ),
        )


def _parts(lines: Sequence[bytes]) -> list[bytes]:
    """Join lines to values of about a bound, so that no record is too large for the brokers."""
    parts: list[list[bytes]] = [[]]
    size = 0
    for line in lines:
        if size and size + len(line) > NOTE_BYTES_MAX:
            parts.append([])
            size = 0
        parts[-1].append(line)
        size += len(line)
    return [b"".join(each) for each in parts if each]
