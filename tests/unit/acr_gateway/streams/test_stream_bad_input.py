"""What no sender should do to a stream: it is bounded, answered where anyone listens, and nobody else notices."""

import asyncio
import contextlib
import json
from contextlib import AsyncExitStack

import httpx
import pytest

from acr_testkit.samples import submission
from acr_testkit.served_gateway import ServedGateway
from acr_testkit.stream_sender import StreamSender, as_lines, stream_sender

PATH = "/v1/registries/cdsr/submissions"
WINDOW_LINES = 20
HUGE_CHUNKS, CHUNK = 80, b"x" * 64 * 1024
IDLE_CONNECTIONS = 300


async def others_are_served(gateway: ServedGateway) -> None:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=10) as client:
        assert (await client.post(PATH, json=submission())).status_code == 201
        assert (await client.get("/livez")).status_code == 200


async def test_a_huge_line_is_passed_over_without_being_held(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    await sender.head(PATH)
    for _ in range(HUGE_CHUNKS):
        await sender.chunk(CHUNK)
    await sender.chunk(b"\n" + as_lines(submission()))
    await sender.end()
    await sender.answer_head()

    first, second, summary = await sender.answers()

    assert sorted([(first["line"], first["status"]), (second["line"], second["status"])]) == [
        (1, 413),
        (2, 201),
    ]
    assert summary["summary"]["complete"]
    await others_are_served(gateway)


async def test_a_stream_without_line_ends_is_one_line_that_is_too_long(
    sender: StreamSender,
) -> None:
    await sender.head(PATH)
    for _ in range(HUGE_CHUNKS):
        await sender.chunk(CHUNK)
    await sender.end()
    await sender.answer_head()

    answers = await sender.answers()

    assert [each.get("status") for each in answers] == [413, None]
    assert answers[-1]["summary"]["lines"] == 1


async def test_a_sender_that_never_reads_is_not_read_from_and_then_cut(
    gateway: ServedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acr_http.http1.READING_SECONDS_MAX", 0.3)
    lines = as_lines(*[{"x" * 3000: each} for each in range(200)])
    sent = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port, limit=1)
    deaf = StreamSender(reader, writer)
    with contextlib.suppress(ConnectionError):
        await deaf.head(PATH)
        while sent < 2000:
            await deaf.chunk(lines)
            sent += 1
    assert sent < 2000
    await others_are_served(gateway)
    writer.transport.abort()


async def test_bytes_behind_a_wrong_length_do_not_hide_the_answers(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    content = as_lines(submission())
    await sender.head(PATH, framing=f"Content-Length: {len(content)}")
    await sender.raw(content + b"\x00garbage\r\n\r\n" * 100)

    assert await sender.answer_head() == 200
    answer, summary = await sender.answers()

    assert answer["verdict"] == "created"
    assert summary["summary"]["complete"]
    assert await sender.reader.read() == b""
    await others_are_served(gateway)


async def test_a_length_that_is_never_reached_ends_with_what_came(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    content = as_lines(submission())
    await sender.head(PATH, framing=f"Content-Length: {len(content) + 1}")
    await sender.raw(content)

    assert await sender.answer_head() == 200
    assert (await sender.answer() or {})["verdict"] == "created"
    summary = await sender.answer()

    assert summary is not None
    assert summary["summary"]["problem"]["type"] == "/problems/body-timeout"
    await others_are_served(gateway)


async def test_a_chunk_that_is_no_chunk_ends_the_connection(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    await sender.head(PATH)
    await sender.line(submission())
    await sender.answer_head()
    await sender.answer()
    await sender.raw(b"zz\r\n")

    async with asyncio.timeout(10):
        rest = await sender.reader.read()
    assert b"summary" not in rest
    assert b"HTTP/" not in rest
    await others_are_served(gateway)


async def test_one_byte_a_time_is_a_stream_like_any_other(sender: StreamSender) -> None:
    await sender.head(PATH)
    for each in as_lines(submission()) * 2:
        await sender.chunk(bytes([each]))
    await sender.end()
    await sender.answer_head()

    assert [each.get("verdict") for each in await sender.answers()] == [
        "created",
        "duplicate",
        None,
    ]


async def test_an_answer_read_byte_by_byte_comes_whole(sender: StreamSender) -> None:
    await sender.head(PATH)
    await sender.line(submission())
    await sender.end()
    got = b""
    while not got.endswith(b"0\r\n\r\n"):
        got += await sender.reader.readexactly(1)

    assert json.loads(got.split(b"\r\n")[-4])["summary"]["created"] == 1


async def test_many_idle_connections_are_closed_in_time_and_hinder_nobody(
    gateway: ServedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acr_http.http1.HEADER_SECONDS_MAX", 1.0)
    async with AsyncExitStack() as stack:
        idle = [
            await stack.enter_async_context(stream_sender(gateway.url))
            for _ in range(IDLE_CONNECTIONS)
        ]
        await others_are_served(gateway)

        async with asyncio.timeout(20):
            for each in idle:
                with contextlib.suppress(ConnectionError):
                    assert await each.reader.read() == b""
    await others_are_served(gateway)
