"""Speaks just enough HTTP/1.1 to load a gateway: requests built beforehand, answers counted.

Not a client for anything else: no redirects, no chunked bodies, one request at a time on a connection.
"""

import asyncio
import itertools
import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from acr_testkit.samples import submission

PATH = "/v1/registries/cdsr/submissions"
RESPOND_ASYNC = "Prefer: respond-async\r\n"
# A stream with respond-async is answered as a whole; with this, line by line when Kafka has it.
NO_WAIT = "Prefer: wait=0\r\n"
HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)\r\n", re.IGNORECASE)
_PARTNER, _GUID = "bench-000000000000", "00000000-0000-4000-8000-000000000000"


class LoadFailed(Exception):
    """The gateway did not answer as it should; the message says how."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of the published sample: what its payload holds."""

    name: str
    payload: Mapping[str, str]


VARIANTS = (
    Variant("0.6 KB", {}),
    Variant("1.8 KB", {f"element{number:02}": "made up " * 4 for number in range(23)}),
)


class RequestMaker:
    """Makes requests that differ in GUID and partner only, so that each has a key of its own."""

    def __init__(self, variant: Variant, preference: str = "") -> None:
        """Build everything that all requests share; ``preference`` is a whole header line or none."""
        made = submission(partner=_PARTNER, header_id=_GUID, payload=dict(variant.payload))
        body = json.dumps(made, separators=(",", ":"))
        self.body = body.encode()
        before, rest = body.split(_PARTNER)
        between, after = rest.split(_GUID)
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n{preference}\r\n"
        )
        self._parts = (head + before, between, after)
        self._series = random.getrandbits(24)
        self._numbers = itertools.count(1)

    def make(self) -> bytes:
        """Make the next request, whole."""
        before, between, after = self._parts
        digits = f"{random.getrandbits(128):032x}"
        guid = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
        partner = f"bench-{self._series:06x}{next(self._numbers):06x}"
        return f"{before}{partner}{between}{guid}{after}".encode()


class Connection(asyncio.Protocol):
    """One connection in a closed loop: the next request goes out when the answer is here."""

    def __init__(
        self,
        next_request: Callable[[], bytes | None],
        note: Callable[[int, float, bytes], None],
    ) -> None:
        """``next_request`` gives None at the end; ``note`` gets status, seconds and body."""
        self._next_request = next_request
        self._note = note
        self._received = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Note an answer that is complete, and send the next request."""
        now = time.perf_counter()
        received = self._received = self._received + data
        head_end = received.find(HEAD_END)
        if head_end < 0:
            return
        length = _LENGTH.search(received, 0, head_end + 2)
        if length is None:
            self._fail(f"an answer without a length: {received[:200]!r}")
            return
        body_start = head_end + len(HEAD_END)
        if len(received) < body_start + int(length[1]):
            return
        self._received = b""
        self._note(int(received[9:12]), now - self._sent_at, received[body_start:])
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell an end that is not ours."""
        self._fail(f"the gateway closed a connection: {exc or 'no reason given'}")

    def close(self) -> None:
        """Close the connection; nothing is told of it."""
        if not self.done.done():
            self.done.cancel()
        if self._transport is not None:
            self._transport.abort()

    def _send(self) -> None:
        request = self._next_request()
        if request is not None and self._transport is not None:
            self._sent_at = time.perf_counter()
            self._transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadFailed(why))
