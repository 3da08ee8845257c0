"""Uploads looked at: how far they are until they are done, and their results line by line, over cuts and refusals."""

import json
from typing import Any

import httpx
import pytest

from acr_client.sending import Pace
from acr_client.told import SendingFailed, Told, UploadUnknown
from acr_client.uploads import SentLine, Upload, UploadProgress, upload_id_of
from acr_testkit.cut_answers import CutAnswer
from acr_testkit.upload_answers import ID, PACE, Respond, client_of, progress


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no half seconds to wait."""
    monkeypatch.setattr("acr_client.backoff.FIRST_SECONDS", 0.01)
    monkeypatch.setattr("acr_client.backoff.BOUND_SECONDS_MAX", 0.02)
    monkeypatch.setattr("acr_client.following.POLL_SECONDS", 0.01)


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
            return httpx.Response(200, stream=CutAnswer(page(CREATED, PENDING) + b'{"li'))
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
