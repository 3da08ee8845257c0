"""Reads the body of a stream piece by piece: as long as it makes progress, however long it is."""

import asyncio
from collections.abc import Iterator

from starlette.requests import Request
from starlette.types import Message

from acr_gateway.closing import Closing
from acr_gateway.inflating import Inflater
from acr_http.http1 import connection_of
from acr_http.problems import Kind, Problem

DISCARD_SECONDS_MAX = 30.0
# A stopping service has no more time than that for senders that go on sending.
DISCARD_SECONDS_CLOSING = 2.0


class StreamEnded(Exception):
    """The stream ended before its end. ``problem`` is None where the sender is gone."""

    def __init__(self, problem: Problem | None) -> None:
        super().__init__("the sender is gone" if problem is None else problem.detail)
        self.problem = problem


class StreamBody:
    """The body of one request. It changes with each piece."""

    def __init__(
        self, request: Request, inflating: Inflater, line_seconds_max: float, closing: Closing
    ) -> None:
        """Bound the time in which a sender must complete a next line, if only a blank one."""
        self._inflating = inflating
        self._pieces: Iterator[bytes] = iter(())
        self._receive = request.receive
        self._connection = connection_of(request.scope)
        self._line_seconds_max = line_seconds_max
        self._closing = closing
        self._waited_seconds = 0.0
        self._bound: asyncio.Timeout | None = None
        self._complete = False
        self._gone = False

    async def read(self) -> bytes | None:
        """Give the next bytes, or None at the end.

        Raises:
            StreamEnded: if the sender is gone or too slow, sends what cannot be inflated, or the
                service stops.
        """
        try:
            while (piece := next(self._pieces, None)) is None:
                if self._closing.begun:
                    raise StreamEnded(_stopping())
                if self._complete:
                    self._inflating.finish()
                    return None
                if self._gone:
                    raise StreamEnded(None)
                self._pieces = self._inflating.feed(await self._receive_bytes())
        except Problem as problem:
            raise StreamEnded(problem) from None
        return piece

    def note_line(self) -> None:
        """Note that a line was completed: the sender makes progress."""
        self._waited_seconds = 0.0

    def interrupt(self) -> None:
        """End a `read` that waits, because the service is to stop."""
        if self._bound is not None and not self._bound.expired():
            self._bound.reschedule(0)

    async def discard(self) -> None:
        """Read on for a while and keep nothing, so that the sender comes to read its answers."""
        if self._connection is not None:
            self._connection.close_after_answer()
        closing = self._closing.begun
        seconds = DISCARD_SECONDS_CLOSING if closing else DISCARD_SECONDS_MAX
        try:
            async with asyncio.timeout(seconds):
                while not self._complete and not self._gone:
                    message = await self._receive()
                    self._gone = message["type"] == "http.disconnect"
                    self._complete = not message.get("more_body", False)
        except TimeoutError:
            pass

    async def _receive_bytes(self) -> bytes:
        message = await self._receive_in_time()
        if message["type"] == "http.disconnect":
            self._gone = True
            return self._left_behind()
        self._complete = not message.get("more_body", False)
        body: bytes = message.get("body", b"")
        return body

    async def _receive_in_time(self) -> Message:
        loop = asyncio.get_running_loop()
        began = loop.time()
        deadline = began + self._line_seconds_max - self._waited_seconds
        try:
            async with asyncio.timeout_at(deadline) as self._bound:
                message = await self._receive()
        except TimeoutError:
            raise StreamEnded(
                _stopping() if self._closing.begun else _slow(self._line_seconds_max)
            ) from None
        finally:
            self._bound = None
        self._waited_seconds += loop.time() - began
        return message

    def _left_behind(self) -> bytes:
        """Give what came before the sender went: its complete lines are settled all the same."""
        if self._connection is None:
            return b""
        data, self._complete = self._connection.left_behind()
        return data


def _slow(seconds: float) -> Problem:
    detail = (
        f"No line was completed within {seconds:g} seconds. A blank line now and then keeps a "
        "stream open."
    )
    return Problem(Kind.SLOW, detail)


def _stopping() -> Problem:
    return Problem(Kind.UNAVAILABLE, "The service stops. Send the rest again on a new connection.")
