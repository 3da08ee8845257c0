"""The walk of one submission through the gateway: read, check, append, wait, answer.

From the brokers' acknowledgement on, the promise is kept: whatever happens then, the submission
will be settled, and 202 says so where its result is not here in time.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from acr_domain.errors import Unavailable
from acr_domain.judgement import Outcome
from acr_domain.submission import LogPosition, Submission
from acr_gateway.admission import Admission
from acr_gateway.bodies import SUBMISSION_TYPES, BodyBounds, announced_bytes, read_body
from acr_gateway.closing import Closing
from acr_gateway.log_records import accept, peek_partner, submission_record
from acr_gateway.waiters import Waiters
from acr_http.answers import outcome_response, pending_answer
from acr_http.app import RETRY_AFTER_SECONDS, unavailable
from acr_http.preferences import Waiting, read_waiting
from acr_http.problems import Problem
from acr_kafka.records import NewRecord
from acr_registries.registry import Registry
from acr_settings.settings import GatewaySettings
from acr_telemetry import metrics
from acr_telemetry.traces import accept_traceparent

NOT_ACKNOWLEDGED = "The log did not acknowledge the submission. Send the same again."


class SubmissionLog(Protocol):
    """What the gateway needs of the log."""

    async def append(self, record: NewRecord) -> LogPosition:
        """Append one record, acknowledged; Unavailable if it is not in time."""

    async def append_all(self, records: Sequence[NewRecord]) -> Sequence[LogPosition]:
        """Append records in order, all acknowledged; Unavailable if one is not in time."""


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
    closing: Closing = field(default_factory=Closing)

    def body_bounds(self, *media_types: str) -> BodyBounds:
        """Bound a body by the settings."""
        settings = self.settings
        return BodyBounds(
            settings.body_bytes_max,
            settings.body_timeout_seconds,
            settings.inflate_ratio_max,
            media_types,
        )

    async def submit(
        self, request: Request, registry: Registry, expected: Mapping[str, str]
    ) -> Response:
        """Take one submission; ``expected`` is what the address says of its header.

        Raises:
            Problem: for everything that is not kept.
        """
        metrics.SUBMISSIONS_RECEIVED.labels(registry.name).inc()
        settings = self.settings
        waiting = read_waiting(
            request.headers.getlist("prefer"),
            settings.wait_seconds_default,
            settings.wait_seconds_max,
        )
        try:
            with self.admission.body(announced_bytes(request, settings.body_bytes_max)):
                body = await read_body(request, self.body_bounds(*SUBMISSION_TYPES))
                async with self.admission.place(peek_partner(body)):
                    submission = accept(registry, body, expected)
                    with self.waiters.expect(submission.submission_id) as result:
                        await self._append(submission, trace_of(request))
                        outcome = await _wait(request, result, waiting.seconds, registry.name)
            return _answer(submission, outcome, waiting)
        except Problem as problem:
            metrics.SUBMISSIONS_REFUSED.labels(registry.name, problem.kind.slug).inc()
            raise

    async def _append(self, submission: Submission, traceparent: str) -> None:
        registry = submission.key.registry
        record = submission_record(submission, self.replies.partition, traceparent)
        try:
            with metrics.APPEND_SECONDS.labels(registry).time():
                await self.log.append(record)
        except Unavailable:
            raise unavailable(NOT_ACKNOWLEDGED) from None
        metrics.SUBMISSION_BYTES.labels(registry).observe(len(submission.body))


def trace_of(request: Request) -> str:
    """Give the trace of a request, that of all that it brings."""
    return accept_traceparent(request.headers.get("traceparent"))


async def _wait(
    request: Request, result: "asyncio.Future[Outcome | None]", seconds: float, registry: str
) -> Outcome | None:
    """Wait for the result, not longer than granted, and not for a sender that has gone."""
    if seconds <= 0:
        return None
    started = time.perf_counter()
    # One future that three may end: asyncio.wait takes tens of microseconds to watch over two.
    ending = asyncio.get_running_loop().call_later(seconds, _end_wait, result)
    hang_up = asyncio.create_task(_hang_up(request, result))
    try:
        outcome = await result
    finally:
        ending.cancel()
        hang_up.cancel()
    if outcome is not None:
        metrics.RESULT_WAIT_SECONDS.labels(registry).observe(time.perf_counter() - started)
    return outcome


def _end_wait(result: "asyncio.Future[Outcome | None]") -> bool:
    """Wait no longer for a result that is not here; False where it is."""
    if result.done():
        return False
    result.set_result(None)
    return True


async def _hang_up(request: Request, result: "asyncio.Future[Outcome | None]") -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    if _end_wait(result):
        metrics.HANG_UPS.inc()


def _answer(submission: Submission, outcome: Outcome | None, waiting: Waiting) -> Response:
    registry = submission.key.registry
    headers = {"Preference-Applied": waiting.applied} if waiting.applied else {}
    if outcome is not None:
        metrics.SUBMISSIONS_ANSWERED.labels(registry, outcome.verdict.value).inc()
        return outcome_response(outcome, headers)
    metrics.SUBMISSIONS_ANSWERED.labels(registry, "pending").inc()
    answer = pending_answer(submission.submission_id)
    headers |= {"Location": str(answer.location), "Retry-After": RETRY_AFTER_SECONDS}
    return JSONResponse(answer.data, answer.status, headers=headers)
