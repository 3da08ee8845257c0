"""What an upload has come to for which nobody waited: its progress, and its lines page by page."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from acr_http.answers import submission_path, upload_path
from acr_http.media_ranges import prefers
from acr_http.problems import Kind, Problem
from acr_postgres.status import SettledSubmission
from acr_postgres.uploads import UploadLine, UploadProgress
from acr_reader.pending import may_be_pending
from acr_reader.settled import settled_data

JSON, NDJSON = "application/json", "application/x-ndjson"
LINES_DEFAULT = 100
LINES_MAX = 1000
LINE_NUMBER_MAX = 2**31 - 1
# Notes pass the log and a consumer on their way here.
NOTED_WITHIN = timedelta(minutes=10)
RETRY_AFTER = {"Retry-After": "2", "Cache-Control": "no-cache"}


class UploadNotes(Protocol):
    """What is needed of the database."""

    async def progress(self, upload_id: uuid.UUID) -> UploadProgress | None:
        """Tell how far an upload is."""

    async def lines(self, upload_id: uuid.UUID, after: int, count: int) -> list[UploadLine]:
        """Give the next lines."""

    async def settled(
        self, submission_ids: Sequence[uuid.UUID]
    ) -> dict[uuid.UUID, SettledSubmission]:
        """Find what became of submissions."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """The addresses of uploads. Whoever knows an upload's id may read it, as with submissions."""

    notes: UploadNotes

    async def progress(self, request: Request) -> Response:
        """Tell how far an upload is.

        Raises:
            Problem: 404 where no upload has this id, or its notes are gone.
        """
        upload_id = _upload_id(request)
        progress = await self.notes.progress(upload_id)
        if progress is None:
            return JSONResponse(_not_noted(upload_id), headers=RETRY_AFTER)
        data = progress_data(str(upload_id), progress)
        return JSONResponse(data, headers={} if data["done"] else RETRY_AFTER)

    async def results(self, request: Request) -> Response:
        """List the lines of an upload by their numbers, some at a time.

        As one document, or one a line where `Accept` prefers that; `Link` names the next page in both.

        Raises:
            Problem: 400 for parameters that are none; 404 as above.
        """
        upload_id = _upload_id(request)
        after = _number(request, "after", 0, LINE_NUMBER_MAX)
        count = max(_number(request, "limit", LINES_DEFAULT, LINES_MAX), 1)
        lines = await self.notes.lines(upload_id, after, count)
        if not lines and await self.notes.progress(upload_id) is None:
            _not_noted(upload_id)
        settled = await self.notes.settled(
            [each.submission_id for each in lines if each.submission_id]
        )
        address = f"{upload_path(str(upload_id))}/results"
        following = (
            f"{address}?after={lines[-1].number}&limit={count}" if len(lines) == count else None
        )
        return _page(request, [_line_data(each, settled) for each in lines], following)


def progress_data(upload_id: str, progress: UploadProgress) -> dict[str, object]:
    """Describe an upload's progress. `ended` means that no line comes any more, `done` that all is settled."""
    summary = progress.summary
    settled = sum(progress.verdicts.values())
    ended = summary is not None and progress.gapless
    return {
        "upload_id": upload_id,
        "registry": progress.registry,
        "begun_at": progress.begun_at.isoformat(),
        "noted_at": progress.noted_at.isoformat(),
        "kept": progress.kept,
        "settled": settled,
        "verdicts": dict(progress.verdicts),
        "refused": progress.refused,
        "ended": ended,
        "done": ended and settled >= progress.kept,
        **({"summary": dict(summary)} if summary is not None else {}),
        "results": f"{upload_path(upload_id)}/results",
    }


def _not_noted(upload_id: uuid.UUID) -> dict[str, object]:
    """Describe an upload that may be under way; 404 for one of which something would be noted."""
    registries = {"any": datetime.now(UTC) - NOTED_WITHIN}
    if not may_be_pending(upload_id, registries, registries, timedelta()):
        raise Problem(Kind.NOT_FOUND, "No upload of the last days has this id.")
    return {"upload_id": str(upload_id), "ended": False, "done": False, "noted": False}


def _line_data(
    line: UploadLine, settled: Mapping[uuid.UUID, SettledSubmission]
) -> dict[str, object]:
    if line.submission_id is None:
        return dict(line.refusal or {"line": line.number})
    found = settled.get(line.submission_id)
    submission_id = str(line.submission_id)
    data: dict[str, object] = {"submission_id": submission_id, "verdict": "pending"}
    if found is not None:
        data = settled_data(found)
    return {"line": line.number, **data, "submission_url": submission_path(submission_id)}


def _page(
    request: Request, results: Sequence[Mapping[str, object]], following: str | None
) -> Response:
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    if following is not None:
        headers["Link"] = f'<{following}>; rel="next"'
    if prefers(request.headers.get("accept"), NDJSON, JSON):
        lines = b"".join(orjson.dumps(each) + b"\n" for each in results)
        return Response(lines, headers=headers, media_type=NDJSON)
    page: dict[str, object] = {"results": results}
    if following is not None:
        page["next"] = following
    return JSONResponse(page, headers=headers)


def _upload_id(request: Request) -> uuid.UUID:
    try:
        return uuid.UUID(request.path_params["upload_id"])
    except ValueError:
        raise Problem(Kind.NOT_FOUND, "An upload's id is a UUID.") from None


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > most:
        raise Problem(Kind.PARAMETER, f"{name} is a number from 0 to {most}.")
    return int(text)
