"""What is told of an upload: progress that never says more than is known, and its lines by pages."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import uuid_utils
from starlette.applications import Starlette
from starlette.routing import Route

from acr_http.app import create_app
from acr_postgres.status import SettledSubmission
from acr_postgres.uploads import UploadLine, UploadProgress
from acr_reader.uploads import NOTED_WITHIN, Uploads, progress_data
from acr_telemetry.health import Health

BEGUN_AT = datetime(2026, 7, 1, 8, tzinfo=UTC)
PROGRESS = UploadProgress(
    registry="cdsr",
    begun_at=BEGUN_AT,
    noted_at=BEGUN_AT + timedelta(seconds=5),
    kept=5,
    refused=2,
    gapless=True,
    summary={"lines": 7, "complete": True},
    verdicts={"created": 4, "duplicate": 1},
)
REFUSAL = {"line": 3, "status": 400, "type": "/problems/invalid-submission"}


@dataclass(slots=True)
class Noted:
    """What is noted of the one upload that there is."""

    known: UploadProgress | None = PROGRESS
    kept: list[UploadLine] = field(default_factory=list)

    async def progress(self, upload_id: uuid.UUID) -> UploadProgress | None:
        return self.known

    async def lines(self, upload_id: uuid.UUID, after: int, count: int) -> list[UploadLine]:
        return [each for each in self.kept if each.number > after][:count]

    async def settled(
        self, submission_ids: Sequence[uuid.UUID]
    ) -> dict[uuid.UUID, SettledSubmission]:
        return {}


def app(noted: Noted) -> Starlette:
    uploads = Uploads(noted)
    routes = [
        Route("/v1/uploads/{upload_id}", uploads.progress),
        Route("/v1/uploads/{upload_id}/results", uploads.results),
    ]
    return create_app(Health(), routes)


async def get(
    noted: Noted, path: str, upload_id: object = None, accept: str = "*/*"
) -> httpx.Response:
    transport = httpx.ASGITransport(app=app(noted))
    async with httpx.AsyncClient(transport=transport, base_url="http://reader") as client:
        address = f"/v1/uploads/{upload_id or uuid_utils.uuid7()}{path}"
        return await client.get(address, headers={"Accept": accept})


def test_an_upload_is_done_when_all_of_it_is_noted_and_settled() -> None:
    told = progress_data("u", PROGRESS)

    assert (told["ended"], told["done"]) == (True, True)
    assert (told["kept"], told["settled"], told["refused"]) == (5, 5, 2)
    assert told["results"] == "/v1/uploads/u/results"


@pytest.mark.parametrize(
    ("changed", "ended"),
    [
        ({"summary": None}, False),
        ({"gapless": False}, False),
        ({"verdicts": {"created": 4}}, True),
    ],
    ids=["no end", "a note is missing", "one is not settled"],
)
def test_what_is_not_known_to_be_done_is_not_done(changed: dict[str, object], ended: bool) -> None:
    told = progress_data("u", replace(PROGRESS, **changed))  # type: ignore[arg-type]

    assert (told["ended"], told["done"]) == (ended, False)


async def test_progress_asks_to_come_again_until_it_is_done() -> None:
    done = await get(Noted(), "")
    under_way = await get(Noted(replace(PROGRESS, summary=None)), "")

    assert "retry-after" not in done.headers
    assert under_way.headers["retry-after"] == "2"


async def test_an_upload_that_just_began_is_not_denied() -> None:
    answer = await get(Noted(None), "")

    assert answer.status_code == httpx.codes.OK
    assert answer.json()["noted"] is False
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize("path", ["", "/results"])
@pytest.mark.parametrize(
    "upload_id",
    [
        "no-id",
        str(uuid.uuid4()),
        str(uuid_utils.uuid7((datetime.now(UTC) - NOTED_WITHIN * 2).timestamp().__int__())),
    ],
    ids=["no id", "none of ours", "long ago"],
)
async def test_no_other_is_known(path: str, upload_id: str) -> None:
    answer = await get(Noted(None), path, upload_id)

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_lines_come_page_by_page() -> None:
    lines = [UploadLine(number, uuid.uuid4(), None) for number in (1, 2, 4, 5)]
    noted = Noted(kept=[*lines[:2], UploadLine(3, None, REFUSAL), *lines[2:]])

    first = (await get(noted, "/results?limit=3")).json()
    last = (await get(noted, "/results?after=3&limit=3")).json()

    assert [each["line"] for each in first["results"]] == [1, 2, 3]
    assert first["results"][2] == REFUSAL
    assert first["results"][0]["verdict"] == "pending"
    assert first["results"][0]["submission_url"].endswith(str(lines[0].submission_id))
    assert first["next"].endswith("/results?after=3&limit=3")
    assert [each["line"] for each in last["results"]] == [4, 5]
    assert "next" not in last


async def test_lines_come_as_lines_to_who_prefers_them() -> None:
    noted = Noted(
        kept=[UploadLine(1, uuid.uuid4(), None), UploadLine(3, None, REFUSAL)],
    )

    document = await get(noted, "/results?limit=2", accept="application/json")
    lines = await get(noted, "/results?limit=2", accept="application/x-ndjson")
    last = await get(noted, "/results?after=3&limit=2", accept="application/x-ndjson")

    assert document.headers["content-type"] == "application/json"
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == document.json()["results"]
    assert lines.links["next"]["url"].endswith("/results?after=3&limit=2")
    assert document.links["next"]["url"].endswith("/results?after=3&limit=2")
    assert lines.headers["vary"] == document.headers["vary"] == "Accept"
    assert (last.status_code, last.content) == (200, b"")
    assert "link" not in last.headers


@pytest.mark.parametrize(
    "query", ["after=x", "limit=1001", "after=-1", "limit=", "after=9999999999"]
)
async def test_parameters_are_bounded(query: str) -> None:
    answer = await get(Noted(), f"/results?{query}")

    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert answer.json()["type"] == "/problems/invalid-parameter"
