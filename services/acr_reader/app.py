"""The reader's addresses: a submission's status, an upload's, a record's versions, a partner's results."""

import asyncio
import hashlib
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from acr_domain.findings import findings_data
from acr_domain.submission import SubmissionKey
from acr_http.answers import submission_path
from acr_http.app import create_app
from acr_http.openapi import openapi_route
from acr_http.preferences import Waiting, read_waiting
from acr_http.problems import Kind, Problem
from acr_postgres.status import SettledSubmission, StoredVersion
from acr_reader.contracts import Contracts
from acr_reader.feeds import Feeds
from acr_reader.pending import may_be_pending
from acr_reader.settled import settled_data
from acr_reader.uploads import Uploads
from acr_registries.registry import Registry
from acr_settings.settings import ReaderSettings
from acr_telemetry.health import Health

LOOK_AGAIN_SECONDS = 0.2
RETRY_AFTER_SECONDS = "1"


class Status(Protocol):
    """What the reader needs of the database."""

    async def submission(self, submission_id: uuid.UUID) -> SettledSubmission | None:
        """Find what became of a submission."""

    async def caught_up_since(self) -> dict[str, datetime]:
        """Tell the time before which all is settled, by registry."""

    async def versions(self, key: SubmissionKey) -> list[StoredVersion]:
        """List a record's versions."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What the addresses need."""

    settings: ReaderSettings
    status: Status
    registries: Mapping[str, Registry]

    async def submission(self, request: Request) -> Response:
        """Tell what became of a submission, or that it is not settled yet.

        Raises:
            Problem: 404 where no submission can have this id.
        """
        try:
            submission_id = uuid.UUID(request.path_params["submission_id"])
        except ValueError:
            raise Problem(Kind.NOT_FOUND, "A submission's id is a UUID.") from None
        waiting = read_waiting(request.headers.getlist("prefer"), 0, self.settings.wait_seconds_max)
        settled = await self._settled(submission_id, waiting.seconds)
        if settled is not None:
            return _tell(request, settled_data(settled), waiting, {})
        skew = timedelta(seconds=self.settings.clock_skew_seconds)
        caught_up = await self.status.caught_up_since()
        if not may_be_pending(submission_id, caught_up, self.registries.keys(), skew):
            raise Problem(Kind.NOT_FOUND, "No submission has this id.")
        pending: dict[str, object] = {
            "submission_id": str(submission_id),
            "verdict": "pending",
            "summary": "Not settled yet. If a gateway answered 202 with this id, it is kept.",
        }
        return _tell(request, pending, waiting, {"Retry-After": RETRY_AFTER_SECONDS})

    async def record(self, request: Request) -> Response:
        """List the versions of a record, and which one is current.

        Raises:
            Problem: 404 where there is no such record.
        """
        registry = request.path_params["registry"]
        if registry not in self.registries:
            raise Problem(Kind.NOT_FOUND, f"The registries are: {', '.join(self.registries)}.")
        try:
            header_id = str(uuid.UUID(request.path_params["header_id"]))
        except ValueError:
            raise Problem(Kind.NOT_FOUND, "A header id is a GUID.") from None
        partner_id = request.path_params["partner_id"]
        # No database text can hold this character, so no record can have it.
        key = SubmissionKey(registry, partner_id.replace("\0", "\ufffd"), header_id)
        versions = await self.status.versions(key)
        if not versions:
            raise Problem(Kind.NOT_FOUND, "There is no such record.")
        nothing_to_wait_for = Waiting(0, None)
        return _tell(request, _record_data(key, versions), nothing_to_wait_for, {})

    async def _settled(self, submission_id: uuid.UUID, seconds: float) -> SettledSubmission | None:
        deadline = time.monotonic() + seconds
        while True:
            settled = await self.status.submission(submission_id)
            left = deadline - time.monotonic()
            if settled is not None or left <= 0:
                return settled
            await asyncio.sleep(min(LOOK_AGAIN_SECONDS, left))


def _record_data(key: SubmissionKey, versions: list[StoredVersion]) -> dict[str, object]:
    return {
        "registry": key.registry,
        "partner_id": key.partner_id,
        "header_id": key.header_id,
        "current_version_no": next(each.version_no for each in versions if each.is_current),
        "versions": [
            {
                "version_no": each.version_no,
                "current": each.is_current,
                "verdict": each.verdict.value,
                "submission_id": each.submission_id,
                "submission_url": submission_path(each.submission_id),
                "position": str(each.position),
                "received_at": each.received_at.isoformat(),
                "settled_at": each.settled_at.isoformat() if each.settled_at else None,
                "findings": findings_data(each.findings),
                "body_bytes": each.body_bytes,
                "amended": each.amended.value if each.amended else None,
            }
            for each in versions
        ],
    }


def _tell(
    request: Request, data: dict[str, object], waiting: Waiting, headers: dict[str, str]
) -> Response:
    """Answer with an entity tag, or that nothing has changed (RFC 9110, 13.1.2)."""
    body = json.dumps(data).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**headers, "ETag": etag, "Cache-Control": "no-cache"}
    if waiting.applied:
        headers["Preference-Applied"] = waiting.applied
    known = [
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    ]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def create_reader_app(reader: Reader, feeds: Feeds, uploads: Uploads, health: Health) -> Starlette:
    """Make the reader's application."""
    contracts = Contracts(reader.registries)
    return create_app(
        health,
        [
            Route("/v1/submissions/{submission_id}", reader.submission),
            Route("/v1/uploads/{upload_id}", uploads.progress),
            Route("/v1/uploads/{upload_id}/results", uploads.results),
            Route("/v1/registries/{registry}/records/{partner_id:path}/{header_id}", reader.record),
            Route("/v1/registries/{registry}/results", feeds.results),
            Route("/v1/registries/{registry}/contract", contracts.index),
            Route("/v1/registries/{registry}/contract.zip", contracts.archive),
            Route("/v1/registries/{registry}/contract/{file:path}", contracts.file),
            openapi_route(reader.registries),
        ],
    )
