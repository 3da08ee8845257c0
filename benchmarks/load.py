"""Loads a gateway from this process and times every answer. Knows nothing of what is measured for."""

import asyncio
import contextlib
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from benchmarks.wire import Connection, LoadFailed, RequestMaker

ANSWER_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Latencies:
    """Percentiles by nearest rank, in milliseconds."""

    p50: float
    p90: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Self:
        """Sort and pick; ValueError without a single value."""
        if not seconds:
            raise ValueError("nothing was timed")
        ordered = sorted(seconds)
        return cls(*(ordered[math.ceil(q * len(ordered)) - 1] * 1000 for q in (0.5, 0.9, 0.99)))


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one load: answers by status, the time all of it took, and its latencies."""

    answers: int
    statuses: Mapping[int, int]
    seconds: float
    latencies: Latencies

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class _Tally:
    """Gathers the answers of all connections. ``surprise`` keeps the first that was unexpected."""

    def __init__(self, expected_status: int) -> None:
        self._expected_status = expected_status
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.surprise = b""

    def note(self, status: int, seconds: float, body: bytes) -> None:
        self.seconds.append(seconds)
        self.statuses[status] += 1
        if status != self._expected_status and not self.surprise:
            self.surprise = body

    def require_expected(self) -> None:
        if set(self.statuses) != {self._expected_status}:
            raise LoadFailed(
                f"only status {self._expected_status} was expected, but there came "
                f"{dict(self.statuses)}; the first other answer: {self.surprise.decode()}"
            )


async def send_count(
    url: str, maker: RequestMaker, count: int, *, connections: int = 1, status: int = 201
) -> Load:
    """Send so many submissions; LoadFailed where an answer has another status."""
    return await send_requests(url, (maker.make() for _ in range(count)), connections, status)


async def send_for(
    url: str, maker: RequestMaker, seconds: float, *, connections: int, status: int = 201
) -> Load:
    """Send for so many seconds, then wait for what is on its way; LoadFailed as above."""
    deadline = time.perf_counter() + seconds

    def requests() -> Iterator[bytes]:
        while time.perf_counter() < deadline:
            yield maker.make()

    return await send_requests(url, requests(), connections, status)


async def send_requests(url: str, requests: Iterator[bytes], connections: int, status: int) -> Load:
    """Send whole requests, each on the first connection that is free; LoadFailed as above."""
    address, tally, loop = urlsplit(url), _Tally(status), asyncio.get_running_loop()
    assert address.hostname is not None
    assert address.port is not None
    opened: list[Connection] = []
    started = time.perf_counter()
    with contextlib.ExitStack() as stack:
        for _ in range(connections):
            _, connection = await loop.create_connection(
                lambda: Connection(lambda: next(requests, None), tally.note),
                address.hostname,
                address.port,
            )
            stack.callback(connection.close)
            opened.append(connection)
        await _all_done(opened, tally)
    elapsed = time.perf_counter() - started
    tally.require_expected()
    return Load(len(tally.seconds), tally.statuses, elapsed, Latencies.of(tally.seconds))


async def _all_done(opened: Sequence[Connection], tally: _Tally) -> None:
    """Wait for every connection's end; LoadFailed where one breaks, or no answer comes any more."""
    waiting: set[asyncio.Future[None]] = {connection.done for connection in opened}
    while waiting:
        answers = len(tally.seconds)
        done, waiting = await asyncio.wait(
            waiting, timeout=ANSWER_SECONDS_MAX, return_when=asyncio.FIRST_EXCEPTION
        )
        for each in done:
            each.result()
        if waiting and len(tally.seconds) == answers:
            raise LoadFailed(f"no answer came for {ANSWER_SECONDS_MAX:g} s")
