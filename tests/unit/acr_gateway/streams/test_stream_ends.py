"""How streams end: by faults, bounds, hang-ups and stops. What was taken is settled, the rest is told."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from acr_gateway.closing import Closing
from acr_gateway.inflating import inflater
from acr_gateway.log_records import accept
from acr_gateway.stream_body import StreamBody, StreamEnded
from acr_testkit.awaiting import until
from acr_testkit.samples import submission
from acr_testkit.served_gateway import ServedGateway
from acr_testkit.stream_sender import (
    StreamSender,
    as_lines,
    post_lines,
    read_lines,
    stream_sender,
)

PATH = "/v1/registries/cdsr/submissions"
WINDOW_LINES = 20


async def test_answers_kept_for_later_are_bounded(gateway: ServedGateway) -> None:
    bodies = [submission() for _ in range(200)]

    answers, summary = read_lines(
        await post_lines(gateway.url + PATH, as_lines(*bodies), Prefer="answers=after")
    )

    assert not summary["complete"]
    assert summary["problem"]["type"] == "/problems/body-too-large"
    assert sorted(answers) == list(range(1, summary["next_line"]))
    again, rest = read_lines(
        await post_lines(gateway.url + PATH, as_lines(*bodies[summary["next_line"] - 1 :][:5]))
    )
    assert rest["created"] == len(again) == 5


async def test_an_upload_that_is_cut_leaves_every_complete_line_settled(
    gateway: ServedGateway,
) -> None:
    bodies = [submission() for _ in range(WINDOW_LINES * 3)]
    async with stream_sender(gateway.url) as sender:
        await sender.head(PATH, framing="Content-Length: 1000000")
        await sender.raw(as_lines(*bodies) + b'{"dartheader": {"partn')
        sender.writer.close()
        await sender.writer.wait_closed()

    await until(lambda: len(gateway.log.submissions) == len(bodies), "every complete line")
    _, summary = read_lines(await post_lines(gateway.url + PATH, as_lines(*bodies)))
    assert summary["duplicate"] == len(bodies)


async def test_a_log_that_is_away_ends_the_stream_and_says_where(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    await sender.head(PATH)
    await sender.line(submission())
    await sender.answer_head()
    assert (await sender.answer() or {})["verdict"] == "created"
    gateway.log.away = True
    await sender.line(submission())

    refused = await sender.answer()
    summary = await sender.answer()
    await sender.end()

    assert refused is not None
    assert (refused["line"], refused["status"], refused["retry_after"]) == (2, 503, 2)
    assert summary is not None
    assert summary["summary"]["next_line"] == 3
    assert summary["summary"]["problem"]["type"] == "/problems/unavailable"
    assert await sender.answers() == []


async def test_a_stop_settles_what_is_taken_and_says_what_is_not(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    gateway.log.tells.clear()
    await sender.head(PATH)
    await sender.line(submission())
    await until(lambda: gateway.log.batches == [1], "the line")
    gateway.closing.begin()
    gateway.stop.set()
    await sender.answer_head()
    gateway.log.tells.set()

    answer, summary = await sender.answer(), await sender.answer()
    await sender.end()

    assert answer is not None
    assert answer["verdict"] == "created"
    assert summary is not None
    assert summary["summary"]["next_line"] == 2
    assert not summary["summary"]["complete"]
    assert await sender.answers() == []


async def take_a_line_and_stop(gateway: ServedGateway, sender: StreamSender) -> None:
    """Have a line taken whose result does not come, and stop waiting for it."""
    await sender.head(PATH)
    await sender.line(submission())
    await until(lambda: gateway.log.batches == [1], "the line")
    gateway.closing.begin()
    gateway.waiters.give_up()
    await sender.answer_head()


async def test_a_stop_answers_what_is_kept_but_not_settled(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    gateway.log.tells.clear()
    await take_a_line_and_stop(gateway, sender)

    answer = await sender.answer()

    assert answer is not None
    assert answer["status"] == 202
    gateway.log.tells.set()


@pytest.mark.parametrize(("away", "status"), [(True, 503), (False, 202)])
async def test_a_stop_promises_nothing_that_the_log_has_not_acknowledged(
    gateway: ServedGateway, sender: StreamSender, away: bool, status: int
) -> None:
    gateway.log.tells.clear()
    gateway.log.acknowledges.clear()
    await take_a_line_and_stop(gateway, sender)
    gateway.log.away = away
    gateway.log.acknowledges.set()

    answer = await sender.answer()

    assert answer is not None
    assert answer["status"] == status
    gateway.log.tells.set()


async def test_a_read_that_is_being_ended_may_be_ended_again() -> None:
    async def receive() -> Message:
        return await asyncio.Future()

    closing = Closing()
    body = StreamBody(Request({"type": "http"}, receive), inflater("identity", 1), 60, closing)
    reading = asyncio.ensure_future(body.read())
    await asyncio.sleep(0)
    closing.begin()
    body.interrupt()
    await asyncio.sleep(0)

    body.interrupt()

    with pytest.raises(StreamEnded, match="stops"):
        await reading


@pytest.mark.parametrize("sent", [b"", b'{"dartheader"'], ids=["silent", "in a line"])
async def test_a_stream_without_progress_ends(sender: StreamSender, sent: bytes) -> None:
    await sender.head(PATH)
    if sent:
        await sender.chunk(sent)

    await sender.answer_head()
    summary = await sender.answer()
    await sender.end()

    assert summary is not None
    assert summary["summary"]["next_line"] == 1
    assert summary["summary"]["problem"]["type"] == "/problems/body-timeout"
    assert await sender.answers() == []
    assert await sender.reader.read() == b""


async def test_too_many_streams_are_refused(gateway: ServedGateway) -> None:
    async with stream_sender(gateway.url) as one, stream_sender(gateway.url) as two:
        for each in (one, two):
            await each.head(PATH)
            await each.answer_head()
            await each.chunk(b"\n")

        answer = await post_lines(gateway.url + PATH, as_lines(submission()))

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_a_fault_in_one_line_is_its_own(
    gateway: ServedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(registry: Any, body: bytes, expected: Any) -> Any:
        if b"fault" in body:
            raise ZeroDivisionError
        return accept(registry, body, expected)

    monkeypatch.setattr("acr_gateway.stream_walk.accept", faulty)
    bodies = [submission(), submission(payload={"fault": 1}), submission()]

    answers, _ = read_lines(await post_lines(gateway.url + PATH, as_lines(*bodies)))

    assert [answers[line]["status"] for line in (1, 2, 3)] == [201, 500, 201]
