"""Uploads against answers that are cut, late, or not of this world; progress and results as a reader tells them."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from acr_client.client import AcrClient
from acr_client.sending import Pace
from acr_client.told import SendingFailed, Told, UploadUnknown
from acr_client.uploads import SentLine, Upload, UploadProgress, upload_id_of

ID, OTHER_ID = "0198f3c2-7a10-7000-8000-1d2e3f405162", "0198f3c2-7a10-7000-8000-000000000002"
SUMMARY = {"lines": 2, "blank": 0, "pending": 2, "complete": True}
HEAD = {"Location": f"/v1/uploads/{ID}"}
PACE = Pace(settle_seconds=5, patience_seconds=5)
Respond = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no half seconds to wait."""
    monkeypatch.setattr("acr_client.backoff.FIRST_SECONDS", 0.01)
    monkeypatch.setattr("acr_client.backoff.BOUND_SECONDS_MAX", 0.02)
    monkeypatch.setattr("acr_client.uploading.LOOKED_FOR_SECONDS", 0.05)
    for module in ("uploading", "following"):
        monkeypatch.setattr(f"acr_client.{module}.POLL_SECONDS", 0.01)


class Cut(httpx.AsyncByteStream):
    """An answer that begins and does not end."""

    def __init__(self, begun: bytes = b"") -> None:
        self.begun = begun

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.begun
        raise httpx.RemoteProtocolError("peer closed connection")


def answered(upload_id: str = ID, *, noted: bool = True, **summary: Any) -> httpx.Response:
    members = {"upload_id": upload_id, **SUMMARY, "noted": noted, **summary}
    return httpx.Response(202, headers=HEAD, json=members)


def progress(**members: Any) -> httpx.Response:
    told = {"registry": "lcsr", "kept": 2, "settled": 2, "verdicts": {"created": 2}, "refused": 0}
    told |= {"ended": True, "done": True, "summary": SUMMARY, "noted_at": "2026-07-01"}
    return httpx.Response(200, json=told | members)


def client_of(respond: Respond, pace: Pace = PACE) -> AcrClient:
    return AcrClient("http://gateway", "lcsr", pace=pace, transport=httpx.MockTransport(respond))


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
    respond, asked = in_turn(httpx.Response(202, headers=HEAD, stream=Cut()), look=progress())

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
    cut = httpx.Response(202, headers=HEAD, stream=Cut())
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


async def followed(respond: Respond, pace: Pace = PACE) -> list[UploadProgress]:
    async with client_of(respond, pace) as client:
        return [each async for each in client.follow(client.upload_of(ID))]


async def test_it_is_followed_until_it_is_done() -> None:
    looks = [
        httpx.Response(200, json={"upload_id": ID, "ended": False, "done": False, "noted": False}),
        httpx.Response(503),
        progress(settled=1, done=False),
        progress(),
    ]

    told = await followed(lambda _: looks.pop(0))

    assert [(each.settled, each.done) for each in told] == [(0, False), (1, False), (2, True)]
    assert told[-1].verdicts == {"created": 2}
    assert told[-1].complete


async def test_it_asks_again_when_the_reader_says(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("acr_client.following.asyncio.sleep", sleep)
    waiting = progress(done=False)
    waiting.headers["Retry-After"] = "3"
    looks = [waiting, progress()]

    await followed(lambda _: looks.pop(0))

    assert slept == [3.0]


async def test_what_does_not_move_is_not_followed_for_ever() -> None:
    stuck = await followed(lambda _: progress(settled=1, done=False), Pace(settle_seconds=0.05))

    assert len(stuck) > 1
    assert not stuck[-1].done
    with pytest.raises(SendingFailed, match=r"gave up after 0\.05 s: status 503"):
        await followed(lambda _: httpx.Response(503), Pace(settle_seconds=0.05))


async def test_what_moves_is_followed_for_as_long_as_it_takes() -> None:
    looks = [progress(kept=30, settled=n, done=n == 30) for n in range(31)]

    told = await followed(lambda _: looks.pop(0), Pace(settle_seconds=0.1))

    assert told[-1].done


async def test_an_unknown_upload_says_so() -> None:
    gone = httpx.Response(404, json={"detail": "No upload of the last days has this id."})

    with pytest.raises(UploadUnknown, match="No upload of the last days"):
        await followed(lambda _: gone)


async def test_something_else_is_no_upload() -> None:
    with pytest.raises(SendingFailed, match="is no upload"):
        await followed(lambda _: httpx.Response(200, text="hello"))


def page(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in lines)


CREATED = {"line": 1, "verdict": "created", "submission_id": "s1", "summary": "Stored."}
PENDING = {"line": 2, "verdict": "pending", "submission_id": "s2"}
REJECTED = {"line": 3, "verdict": "rejected", "submission_id": "s3", "findings": []}
REFUSED = {"line": 4, "status": 503, "title": "Unavailable", "detail": "Later.", "retry_after": 1}


async def results_of(respond: Respond, upload: Upload, after: int = 0) -> list[Told]:
    async with client_of(respond) as client:
        return [told async for told in client.upload_results(upload, after)]


async def test_results_are_told_as_those_of_lines_that_were_waited_for() -> None:
    lines = [SentLine(10 * n, f"file:{n}", f"digest {n}") for n in range(1, 5)]
    content = page(CREATED, PENDING, REJECTED, REFUSED)

    told = await results_of(lambda _: httpx.Response(200, content=content), Upload(ID, "", lines))

    assert [(each.number, each.status, each.verdict) for each in told] == [
        (10, 201, "created"),
        (20, 202, "pending"),
        (30, 400, "rejected"),
        (40, 503, "refused"),
    ]
    assert [each.to_send_again for each in told] == [False, False, False, True]
    assert (told[2].where, told[2].digest, told[2].submission_id) == ("file:3", "digest 3", "s3")


async def test_a_page_that_is_cut_is_gone_on_from_and_nothing_is_told_twice() -> None:
    """Goal: each line once, over pages and cuts. Method: the first page is cut behind its second line."""
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["after"])
        assert request.headers["accept"] == "application/x-ndjson"
        if len(asked) == 1:
            return httpx.Response(200, stream=Cut(page(CREATED, PENDING) + b'{"li'))
        if len(asked) == 2:
            link = {"Link": f'</v1/uploads/{ID}/results?after=3&limit=1>; rel="next"'}
            return httpx.Response(200, content=page(REJECTED), headers=link)
        return httpx.Response(200, content=page(REFUSED))

    told = await results_of(respond, Upload(ID, ""))

    assert [each.number for each in told] == [1, 2, 3, 4]
    assert asked == ["0", "2", "3"]


@pytest.mark.parametrize(
    "address", [ID, f"/v1/uploads/{ID}", f"https://g.example/v1/uploads/{ID}/results?after=1"]
)
def test_an_id_is_found_in_every_form_of_an_address(address: str) -> None:
    assert upload_id_of(address) == ID
