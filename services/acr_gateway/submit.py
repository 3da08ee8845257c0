"""The walk of one submission through the gateway: read, check, append, wait, answer.

From the brokers' acknowledgement on, the promise is kept: whatever happens then, the submission
will be settled, and 202 says so where its result is not here in time.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import uuid_utils
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from acr_avro.records import SUBMISSION, encode_submission
from acr_domain.errors import InvalidSubmission, Unavailable
from acr_domain.judgement import Outcome
from acr_domain.submission import LogPosition, Submission
from acr_domain.topics import submissions_topic
from acr_gateway.admission import Admission
from acr_gateway.bodies import JSON, read_body
from acr_gateway.waiters import Waiters
from acr_http.answers import outcome_response, submission_path
from acr_http.app import RETRY_AFTER_SECONDS, invalid, unavailable
from acr_http.preferences import Waiting, read_waiting
from acr_http.problems import Problem
from acr_kafka import header_names
from acr_kafka.records import NewRecord, text_headers
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_registries.registry import Registry
from acr_settings.settings import GatewaySettings
from acr_telemetry import metrics
from acr_telemetry.traces import accept_traceparent


class SubmissionLog(Protocol):
    """What the gateway needs of the log."""

    async def append(self, record: NewRecord) -> LogPosition:
        """Append one record, acknowledged; Unavailable if it is not in time."""


class ReplyPlace(Protocol):
    """Where this gateway listens."""

    @property
    def partition(self) -> int | None:
        """The results partition, or None while it does not listen."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the walk needs."""

    settings: GatewaySettings
    log: SubmissionLog
    admission: Admission
    waiters: Waiters
    replies: ReplyPlace

    async def submit(
        self, request: Request, registry: Registry, expected: Mapping[str, str]
    ) -> Response:
        """Take one submission; ``expected`` is what the address says of its header.

        Raises:
            Problem: for everything that is not kept.
        """
        metrics.SUBMISSIONS_RECEIVED.labels(registry.name).inc()
        try:
            with self.admission.one():
                settings = self.settings
                body = await read_body(
                    request, settings.body_bytes_max, settings.body_timeout_seconds
                )
                waiting = read_waiting(
                    request.headers.getlist("prefer"),
                    settings.wait_seconds_default,
                    settings.wait_seconds_max,
                )
                submission = accept(registry, body, expected)
                with self.waiters.expect(submission.submission_id) as result:
                    await self._append(submission, request.headers.get("traceparent"))
                    outcome = await _wait(request, result, waiting.seconds, registry.name)
                return _answer(submission, outcome, waiting)
        except Problem as problem:
            metrics.SUBMISSIONS_REFUSED.labels(registry.name, problem.kind.slug).inc()
            raise

    async def _append(self, submission: Submission, traceparent: str | None) -> None:
        reply_partition = self.replies.partition
        registry = submission.key.registry
        record = NewRecord(
            submissions_topic(registry),
            submission.key.log_key().encode(),
            encode_submission(submission),
            text_headers(
                {
                    header_names.SUBMISSION_ID: submission.submission_id,
                    header_names.REPLY_PARTITION: reply_partition,
                    header_names.CONTENT_TYPE: submission.content_type,
                    header_names.SCHEMA: SUBMISSION,
                    header_names.TRACEPARENT: accept_traceparent(traceparent),
                }
            ),
        )
        try:
            with metrics.APPEND_SECONDS.labels(registry).time():
                await self.log.append(record)
        except Unavailable:
            detail = "The log did not acknowledge the submission. Send the same again."
            raise unavailable(detail) from None
        metrics.SUBMISSION_BYTES.labels(registry).observe(len(submission.body))


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


async def _wait(
    request: Request, result: "asyncio.Future[Outcome | None]", seconds: float, registry: str
) -> Outcome | None:
    """Wait for the result, not longer than granted, and not for a sender that has gone."""
    if seconds <= 0:
        return None
    started = time.perf_counter()
    hang_up = asyncio.create_task(_hang_up(request))
    first: set[asyncio.Future[Any]] = {result, hang_up}
    await asyncio.wait(first, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if hang_up.done() and not result.done():
        metrics.HANG_UPS.inc()
    hang_up.cancel()
    outcome = result.result() if result.done() else None
    if outcome is not None:
        metrics.RESULT_WAIT_SECONDS.labels(registry).observe(time.perf_counter() - started)
    return outcome


async def _hang_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _answer(submission: Submission, outcome: Outcome | None, waiting: Waiting) -> Response:
    registry = submission.key.registry
    headers = {"Preference-Applied": waiting.applied} if waiting.applied else {}
    if outcome is not None:
        metrics.SUBMISSIONS_ANSWERED.labels(registry, outcome.verdict.value).inc()
        return outcome_response(outcome, headers)
    metrics.SUBMISSIONS_ANSWERED.labels(registry, "pending").inc()
    location = submission_path(submission.submission_id)
    body = {
        "submission_id": submission.submission_id,
        "verdict": "pending",
        "summary": "The submission is kept and will be settled; its status is at Location.",
        "status_url": location,
    }
    return JSONResponse(
        body, 202, headers={**headers, "Location": location, "Retry-After": RETRY_AFTER_SECONDS}
    )
