"""Bad input at full size against a whole running system: what it costs the gateway, and whether others notice.

`python -m benchmarks.bad_input` takes about two minutes and ends with 1 where an answer is not as promised.
Tests do the same in small (tests/unit/acr_gateway/streams, tests/end_to_end/bad_input).
"""

import asyncio
import json
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import psutil
from benchmarks.overload import SMALL, Senders
from benchmarks.running import Running, open_running
from benchmarks.wire import PATH

from acr_settings.settings import GatewaySettings
from acr_testkit.samples import submission
from acr_testkit.stream_sender import StreamSender, as_lines, stream_sender

MIB = 1 << 20
HUGE_LINE_MIB = 100
ENDLESS_MIB = 300
IDLE = 10_000
DRIPPING = 100
DRIP_SECONDS = 15
SAME_LINES = 3000
WRONG = 200
DESCRIPTORS = 2 * IDLE + 2000
ROOM_SECONDS = 5.0

Told = dict[str, object]
Work = Callable[[str], Awaitable[Told]]


async def huge_line(url: str) -> Told:
    """Send one line of 100 MB and a good one behind it."""
    async with stream_sender(url) as sender:
        await sender.head(PATH)
        await sender.answer_head()
        for _ in range(HUGE_LINE_MIB):
            await sender.chunk(b"x" * MIB)
        await sender.raw(b"1\r\n\n\r\n")
        await sender.line(submission())
        await sender.end()
        answers = await sender.answers()
    statuses = [each.get("status") for each in answers[:-1]]
    assert statuses == [413, 201], statuses
    return {"statuses": statuses, "summary": answers[-1]["summary"]}


async def no_line_ends(url: str) -> Told:
    """Send bytes without any line end."""
    async with stream_sender(url) as sender:
        await sender.head(PATH)
        await sender.answer_head()
        for _ in range(ENDLESS_MIB):
            await sender.chunk(b"y" * MIB)
        await sender.end()
        answers = await sender.answers()
    assert [each.get("status") for each in answers[:-1]] == [413], answers
    return {"summary": answers[-1]["summary"]}


async def idle_connections(url: str) -> Told:
    """Open very many connections and say nothing; the gateway closes them in its time."""
    async with AsyncExitStack() as stack:
        began, senders = time.perf_counter(), []
        for _ in range(IDLE // 100):
            opening = [stack.enter_async_context(stream_sender(url)) for _ in range(100)]
            senders += await asyncio.gather(*opening)
        opened = time.perf_counter() - began
        ends = await asyncio.gather(
            *(each.reader.read(1) for each in senders), return_exceptions=True
        )
        closed = time.perf_counter() - began
    assert len(ends) == IDLE
    return {
        "opened": IDLE,
        "opened_seconds": round(opened, 1),
        "all_closed_seconds": round(closed, 1),
    }


async def dripping(url: str) -> Told:
    """Send and read a byte a second on many connections: one whole line, then byte by byte."""

    async def one() -> str:
        async with stream_sender(url) as sender:
            await sender.head(PATH)
            await sender.answer_head()
            await sender.line(submission())
            for byte in as_lines(submission())[:DRIP_SECONDS]:
                await sender.chunk(bytes([byte]))
                await sender.reader.readexactly(1)
                await asyncio.sleep(1)
            return "served"

    found = Counter(await asyncio.gather(*(one() for _ in range(DRIPPING))))
    return dict(found)


async def same_records(url: str) -> Told:
    """Send the same records twice at once: each is created once."""
    lines = as_lines(*(submission() for _ in range(SAME_LINES)))

    async def one() -> Counter[str]:
        async with stream_sender(url) as sender:
            await sender.head(PATH)
            await sender.answer_head()
            sending = asyncio.create_task(_send_all(sender, lines))
            verdicts = Counter(each.get("verdict", "end") for each in await sender.answers())
            await sending
            return verdicts

    both = sum(await asyncio.gather(one(), one()), Counter[str]())
    assert both == {"created": SAME_LINES, "duplicate": SAME_LINES, "end": 2}, both
    return dict(both)


async def _send_all(sender: StreamSender, lines: bytes) -> None:
    for start in range(0, len(lines), MIB // 4):
        await sender.chunk(lines[start : start + MIB // 4])
    await sender.end()


async def wrong_lengths(url: str) -> Told:
    """Send garbage behind a submission, and bodies that are shorter and longer than announced."""
    body = json.dumps(submission()).encode()
    forms = {
        "garbage behind": (len(body), body + b"\x00\xffgarbage\r\n\r\n"),
        "longer than announced": (len(body) - 5, body),
        "shorter than announced": (len(body) + 5, body),
    }

    async def one(form: str) -> str:
        length, data = forms[form]
        async with stream_sender(url) as sender:
            head = "Content-Type: application/json"
            await sender.head(PATH, head, framing=f"Content-Length: {length}")
            await sender.raw(data)
            if length > len(data):
                sender.writer.write_eof()
            answer = await asyncio.wait_for(sender.reader.read(), 40)
            statuses = re.findall(rb"HTTP/1\.1 (\d{3})", answer)
            return f"{form}: {b' '.join(statuses).decode()}"

    told = Counter(await asyncio.gather(*(one(form) for form in forms for _ in range(WRONG))))
    return dict(told)


async def measure(running: Running, report: Callable[[str], None]) -> dict[str, Told]:
    """Do each beside a small sender, whose p99 is told alone and beside."""
    senders = Senders(running)
    gateway = psutil.Process(running.system.gateway.process.pid)
    await senders.send("warm-up", ROOM_SECONDS, {"connections": 32})
    told: dict[str, Told] = {}
    for work in (huge_line, no_line_ends, idle_connections, dripping, same_records, wrong_lengths):
        alone = await senders.send("small", ROOM_SECONDS, SMALL)
        peak = {"rss": 0}
        watching = asyncio.create_task(_watch(gateway, peak))
        before, began = gateway.memory_info().rss, time.perf_counter()
        task = asyncio.create_task(_as_task(work, senders.url))
        beside = await senders.send("small", ROOM_SECONDS, SMALL)
        found = await task
        watching.cancel()
        told[work.__name__] = found | {
            "seconds": round(time.perf_counter() - began, 1),
            "gateway_mib_before": before // MIB,
            "gateway_mib_peak": peak["rss"] // MIB,
            "small_p99_ms_alone": alone["taken_p99_ms"],
            "small_p99_ms_beside": beside["taken_p99_ms"],
            "small_statuses": beside["statuses"],
        }
        report(f"{work.__name__}: {told[work.__name__]}")
    return told


async def _as_task(work: Work, url: str) -> Told:
    return await work(url)


async def _watch(gateway: psutil.Process, peak: dict[str, Any]) -> None:
    while True:
        peak["rss"] = max(peak["rss"], gateway.memory_info().rss)
        await asyncio.sleep(0.05)


def main() -> None:
    """Run all and print JSON."""
    assert GatewaySettings().body_bytes_max < HUGE_LINE_MIB * MIB
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, hard), hard))

    def report(text: str) -> None:
        sys.stderr.write(text + "\n")

    with open_running(report, None) as running:
        told = asyncio.run(measure(running, report))
        sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
