"""Uploads against answers that are cut, partial, or not of this world: what is sent again, and what is not."""

from typing import Any

import httpx
import pytest

from acr_client.client import AcrClient
from acr_client.sending import Pace
from acr_client.told import SendingFailed
from acr_client.uploads import Upload
from acr_testkit.cut_answers import CutAnswer
from acr_testkit.upload_answers import ID, PACE, SUMMARY, Respond, client_of, progress

OTHER_ID = "0198f3c2-7a10-7000-8000-000000000002"
HEAD = {"Location": f"/v1/uploads/{ID}"}


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no half seconds to wait."""
    monkeypatch.setattr("acr_client.backoff.FIRST_SECONDS", 0.01)
    monkeypatch.setattr("acr_client.backoff.BOUND_SECONDS_MAX", 0.02)
    monkeypatch.setattr("acr_client.uploading.LOOKED_FOR_SECONDS", 0.05)
    monkeypatch.setattr("acr_client.uploading.POLL_SECONDS", 0.01)


def answered(upload_id: str = ID, *, noted: bool = True, **summary: Any) -> httpx.Response:
    members = {"upload_id": upload_id, **SUMMARY, "noted": noted, **summary}
    return httpx.Response(202, headers=HEAD, json=members)


async def uploads_of(respond: Respond, pace: Pace = PACE) -> list[Upload]:
    async with client_of(respond, pace) as client:
        return [upload async for upload in client.upload([b"{}", b"{}"])]


def in_turn(
    *posts: httpx.Response, look: httpx.Response | None = None
) -> tuple[Respond, list[str]]:
    """Answer what is sent one after another, and every look alike; gives what was asked as well."""
    asked: list[str] = []
    left = list(posts)

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        if request.method == "POST":
            return left.pop(0)
        return look if look is not None else httpx.Response(503)

    return respond, asked


async def test_an_upload_whose_answer_is_cut_is_looked_for_and_not_sent_again() -> None:
    respond, asked = in_turn(httpx.Response(202, headers=HEAD, stream=CutAnswer()), look=progress())

    [upload] = await uploads_of(respond)

    assert (upload.upload_id, upload.kept, len(upload.lines)) == (ID, 2, 2)
    assert asked == ["POST", "GET"]


@pytest.mark.parametrize(
    "look",
    [
        progress(ended=False, done=False, summary=None),
        progress(
            summary={**SUMMARY, "complete": False, "next_line": 2, "problem": {"status": 408}}
        ),
        httpx.Response(404),
    ],
)
async def test_one_whose_end_is_not_noted_is_sent_again(look: httpx.Response) -> None:
    cut = httpx.Response(202, headers=HEAD, stream=CutAnswer())
    respond, asked = in_turn(cut, answered(OTHER_ID), look=look)

    [upload] = await uploads_of(respond)

    assert upload.upload_id == OTHER_ID
    assert asked.count("POST") == 2


@pytest.mark.parametrize(
    "first",
    [
        httpx.Response(503, headers={"Retry-After": "0"}),
        answered(noted=False),
        answered(complete=False, next_line=2, problem={"status": 503, "detail": "It stops."}),
        httpx.Response(202, headers=HEAD, text="<html>"),
    ],
)
async def test_what_does_not_count_is_sent_again_as_another(first: httpx.Response) -> None:
    respond, asked = in_turn(first, answered(OTHER_ID))

    [upload] = await uploads_of(respond)

    assert upload.upload_id == OTHER_ID
    assert asked.count("POST") == 2


async def test_a_bound_of_lines_is_gone_on_from() -> None:
    bounded: dict[str, Any] = {"lines": 1, "pending": 1, "complete": False, "next_line": 2}
    full = answered(
        problem={"status": 413, "detail": "An upload has at most about 1 lines."}, **bounded
    )
    respond, asked = in_turn(full, answered(OTHER_ID, lines=1, pending=1))

    first, second = await uploads_of(respond)

    assert [each.number for each in first.lines] == [1]
    assert [each.number for each in second.lines] == [2]
    assert asked == ["POST", "POST"]


async def test_what_a_gateway_takes_at_once_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Goal: not every part is sent in vain beyond the bound. Method: four lines a part, two are taken."""
    monkeypatch.setattr("acr_client.uploading.LINES_MAX", 4)
    counts: list[int] = []

    def respond(request: httpx.Request) -> httpx.Response:
        count = len(request.content.splitlines())
        counts.append(count)
        if count <= 2:
            return answered(lines=count)
        end: dict[str, Any] = {
            "complete": False,
            "next_line": 3,
            "problem": {"status": 413, "detail": "Two."},
        }
        return answered(**end)

    client = AcrClient(
        "http://gateway", "lcsr", compression=None, transport=httpx.MockTransport(respond)
    )
    async with client:
        uploads = [upload async for upload in client.upload([b"{}"] * 8)]

    assert counts == [4, 2, 2, 2]
    assert [line.number for each in uploads for line in each.lines] == [*range(1, 9)]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (httpx.Response(200, text='{"line":1}\n'), "knows no uploads"),
        (httpx.Response(415, json={"detail": "Send application/json."}), "status 415: Send"),
        (
            answered(
                complete=False, next_line=1, lines=0, problem={"status": 400, "detail": "Torn."}
            ),
            "refused: Torn",
        ),
    ],
)
async def test_a_refusal_for_good_says_why(answer: httpx.Response, told: str) -> None:
    respond, _ = in_turn(answer)

    with pytest.raises(SendingFailed, match=told):
        await uploads_of(respond)
