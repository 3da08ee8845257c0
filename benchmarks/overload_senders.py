"""Senders as a process of their own, told what to do in JSON: so that they do not time themselves with others.

`python -m benchmarks.overload_senders '{"url": ..., "partner": ..., "connections": 64, "seconds": 8}'`
prints what they saw, and what they cost. `rate` sends at that rate whatever comes back (an open loop),
`streams` sends lines instead, `honours` waits as long as Retry-After says.
"""

import asyncio
import json
import os
import random
import re
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import uvloop
from benchmarks.load import Latencies
from benchmarks.wire import HEAD_END, PATH, VARIANTS, RequestMaker

from acr_testkit.samples import submission
from acr_testkit.stream_sender import stream_sender

CHUNK_LINES = 50
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)\r\n", re.IGNORECASE)
_RETRY_AFTER = re.compile(rb"\r\nretry-after:[ \t]*(\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Orders:
    """What to send: so many connections in closed loops, or a rate, or streams; for ``seconds``."""

    url: str
    partner: str
    seconds: float
    connections: int = 0
    rate: float = 0.0
    streams: int = 0
    honours: bool = False
    niceness: int = 0


@dataclass(slots=True)
class Seen:
    """What the senders saw. It changes with each answer; only what was taken counts as taken."""

    began: float = field(default_factory=time.perf_counter)
    taken: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def note(self, status: int, seconds: float) -> None:
        """Count one answer."""
        self.statuses[str(status)] += 1
        (self.taken if status < 300 else self.refused).append(seconds)

    def told(self) -> dict[str, object]:
        """Give rates a second, latencies in milliseconds, and the CPU that sending took."""
        elapsed, used = time.perf_counter() - self.began, time.process_time()
        members: dict[str, object] = {
            "taken_per_second": round(len(self.taken) / elapsed, 1),
            "statuses": dict(self.statuses),
            "sender_cpu_share": round(used / elapsed, 2),
        }
        for name, seconds in (("taken", self.taken), ("refused", self.refused)):
            if seconds:
                of = Latencies.of(seconds)
                members |= {f"{name}_p50_ms": round(of.p50, 1), f"{name}_p99_ms": round(of.p99, 1)}
        return members


class OnePartner(RequestMaker):
    """Makes requests of one partner."""

    def __init__(self, partner: str) -> None:
        """Build what all of them share."""
        super().__init__(VARIANTS[1])
        before, between, after = self._parts
        self._parts = (before + partner.ljust(18, "x") + between, "", after)

    def make(self) -> bytes:
        """Make the next one."""
        before, _, after = self._parts
        return f"{before}{_guid()}{after}".encode()

    def lines(self, count: int) -> bytes:
        """Make so many lines of a stream."""
        before, _, after = self._parts
        start = before.partition("\r\n\r\n")[2]
        return "".join(f"{start}{_guid()}{after}\n" for _ in range(count)).encode()


class Lane(asyncio.Protocol):
    """One connection, opened anew where it was closed; one request at a time."""

    def __init__(self, url: str) -> None:
        """Connect with the first request only."""
        self._address = urlsplit(url)
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None

    async def ask(self, request: bytes) -> tuple[int, float]:
        """Send; gives the status, 0 where the connection broke, and Retry-After in seconds."""
        loop = asyncio.get_running_loop()
        self._answer = loop.create_future()
        try:
            if self._transport is None or self._transport.is_closing():
                self._received = b""
                host, port = str(self._address.hostname), self._address.port or 80
                await loop.create_connection(lambda: self, host, port)
            assert self._transport is not None
            self._transport.write(request)
            head = await self._answer
        except OSError:
            self._transport = None
            return 0, 0.0
        after = _RETRY_AFTER.search(head)
        return int(head[9:12]), float(after[1]) if after else 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to send."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand over an answer that is whole."""
        self._received += data
        end = self._received.find(HEAD_END)
        length = _LENGTH.search(self._received, 0, end + 2) if end >= 0 else None
        if length is None or len(self._received) < end + 4 + int(length[1]):
            return
        head, self._received = self._received[: end + 2], b""
        if b"\r\nconnection: close\r\n" in head.lower() and self._transport is not None:
            self._transport.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(head)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits for an answer."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())


async def closed_loops(orders: Orders, seen: Seen) -> None:
    """Send the next when the last is answered, on each connection."""
    maker, deadline = OnePartner(orders.partner), time.perf_counter() + orders.seconds

    async def loop() -> None:
        lane = Lane(orders.url)
        while (began := time.perf_counter()) < deadline:
            status, retry_after = await lane.ask(maker.make())
            seen.note(status, time.perf_counter() - began)
            if orders.honours and retry_after:
                await asyncio.sleep(retry_after * random.uniform(1, 1.5))

    await asyncio.gather(*(loop() for _ in range(orders.connections)))


async def open_loop(orders: Orders, seen: Seen) -> None:
    """Send at a rate; what is asked late counts from when it should have been."""
    maker, began = OnePartner(orders.partner), time.perf_counter()
    idle: list[Lane] = []
    sending: set[asyncio.Task[None]] = set()

    async def one(due: float) -> None:
        lane = idle.pop() if idle else Lane(orders.url)
        status, _ = await lane.ask(maker.make())
        seen.note(status, time.perf_counter() - due)
        idle.append(lane)

    for number in range(int(orders.rate * orders.seconds)):
        due = began + number / orders.rate
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        if len(sending) >= orders.connections:
            seen.statuses["not sent: no connection left"] += 1
            continue
        task = asyncio.create_task(one(due))
        sending.add(task)
        task.add_done_callback(sending.discard)
    await asyncio.gather(*sending)


async def stream(orders: Orders, seen: Seen) -> None:
    """Send one stream for a while, and read its answers meanwhile."""
    maker, deadline = OnePartner(orders.partner), time.perf_counter() + orders.seconds
    async with stream_sender(orders.url) as sender:
        await sender.head(PATH)
        await sender.answer_head()

        async def upload() -> None:
            while time.perf_counter() < deadline:
                await sender.chunk(maker.lines(CHUNK_LINES))
            await sender.end()

        uploading = asyncio.create_task(upload())
        while (answer := await sender.answer()) is not None:
            if "status" in answer:
                seen.note(answer["status"], 0.0)
        await uploading


async def obey(orders: Orders) -> dict[str, object]:
    """Send as ordered; gives what was seen."""
    seen = Seen()
    if orders.streams:
        await asyncio.gather(*(stream(orders, seen) for _ in range(orders.streams)))
    elif orders.rate:
        await open_loop(orders, seen)
    else:
        await closed_loops(orders, seen)
    return seen.told()


def _guid() -> str:
    made: str = submission()["dartheader"]["id"]
    return made


def main() -> None:
    """Read orders, send, print."""
    orders = Orders(**json.loads(sys.argv[1]))
    os.nice(orders.niceness)
    with (
        suppress(KeyboardInterrupt),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        sys.stdout.write(json.dumps(runner.run(obey(orders))) + "\n")


if __name__ == "__main__":
    main()
