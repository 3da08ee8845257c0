"""uvicorn's HTTP/1.1 with the bounds it lacks, and with problems for what is no HTTP. No routes."""

import asyncio
from typing import Any

import httptools
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from acr_http.joined_writes import JoinedWrites
from acr_http.problems import Kind, Problem

HEADER_SECONDS_MAX = 10.0
HEADER_BYTES_MAX = 64 * 1024
# A sender gets this long to read some tens of kilobytes of its answer.
READING_SECONDS_MAX = 30.0
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
# The ASGI extension that tells an application of its connection.
EXTENSION = "acr"


class Connection:
    """What an application may know of and ask of its connection, beyond ASGI."""

    def __init__(self, cycle: RequestResponseCycle) -> None:
        """Wrap the request in work."""
        self._cycle = cycle

    def left_behind(self) -> tuple[bytes, bool]:
        """Give the bytes that came before the sender went, and whether they are the body's last."""
        data, self._cycle.body = bytes(self._cycle.body), bytearray()
        return data, not self._cycle.more_body

    def close_after_answer(self) -> None:
        """Take no other request on this connection."""
        self._cycle.keep_alive = False


def connection_of(scope: Scope) -> Connection | None:
    """Give a request's connection; None where another server than ours asks."""
    connection = scope.get("extensions", {}).get(EXTENSION, {}).get("connection")
    return connection if isinstance(connection, Connection) else None


class BoundedHttpToolsProtocol(HttpToolsProtocol):
    """Bounds the time and the size of a sender's headers, the time it takes to read, and offers to upgrade."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin without a deadline."""
        super().__init__(*args, **kwargs)
        self._header_deadline: asyncio.TimerHandle | None = None
        self._reading_deadline: asyncio.TimerHandle | None = None
        self._header_bytes = 0
        self._repeating_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock at once: a client that says nothing is slow too."""
        super().connection_made(JoinedWrites(transport, self.loop))
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock of a connection that is gone."""
        self._headers_settled()
        self._answer_moves()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and count what comes without completing the headers."""
        self._unset_keepalive_if_required()
        awaited = self._header_deadline
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self.send_400_response("")
            return
        if awaited is None or self._header_deadline is None:
            return
        self._header_bytes += len(data)
        if self._header_bytes > HEADER_BYTES_MAX:
            detail = f"The header fields may have about {HEADER_BYTES_MAX} bytes."
            self._refuse(Problem(Kind.HEADERS_TOO_LARGE, detail))

    def on_message_begin(self) -> None:
        """Start the clock again for each later request of the connection."""
        if not self._repeating_head:
            super().on_message_begin()
            self._expect_headers()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        if not self._repeating_head:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field."""
        if not self._repeating_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Stop the clock; the body is the application's to time."""
        if not self._repeating_head:
            self._headers_settled()
            super().on_headers_complete()
            # The scope is the application's only at the next turn of the loop.
            self.scope["extensions"] = {EXTENSION: {"connection": Connection(self.cycle)}}

    def on_message_complete(self) -> None:
        """Take the end of a request, but not where the parser only stops at an offer to upgrade."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def pause_writing(self) -> None:
        """Start the clock of a sender that does not read its answer."""
        super().pause_writing()
        self._answer_must_move()

    def resume_writing(self) -> None:
        """Stop that clock: some of the answer was read."""
        self._answer_moves()
        super().resume_writing()

    def on_response_complete(self) -> None:
        """Let a connection that is to be closed not wait for ever for its last bytes to be read."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._answer_must_move()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, also one whose last answer was never read."""
        super().timeout_keep_alive_handler()
        self._answer_must_move()

    def send_400_response(self, msg: str) -> None:
        """Say that these bytes are no request, once all requests before them are answered."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            # Within an answer that has begun, nothing can be said; what is cut off is not whole.
            self.transport.close()
            return
        self._refuse(Problem(Kind.MALFORMED, "These bytes are not a request of HTTP/1.1."))

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as offer:
                data = data[offer.args[0] :]
                self._pass_over_offer()

    def _pass_over_offer(self) -> None:
        """Go on behind a head that offers to upgrade, as RFC 9110, 7.8, allows: with its body.

        Java's client offers HTTP/2 with the first request of each connection. The parser takes
        what follows for the other protocol, so a new one is told the head without the offer.
        """
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        fields = [b"%s: %s\r\n" % field for field in self.headers if field[0] in _FRAMING]
        self._repeating_head = True
        self.parser.feed_data(b"".join([b"POST / HTTP/1.1\r\n", *fields, b"\r\n"]))
        self._repeating_head = False

    def _refuse(self, problem: Problem) -> None:
        answer = problem.response()
        fields = [*answer.raw_headers, (b"connection", b"close")]
        lines = [STATUS_LINE[answer.status_code], *(b"%s: %s\r\n" % field for field in fields)]
        self.transport.write(b"".join([*lines, b"\r\n", bytes(answer.body)]))
        self._headers_settled()
        self.transport.close()

    def _answer_must_move(self) -> None:
        self._answer_moves()
        self._reading_deadline = self.loop.call_later(READING_SECONDS_MAX, self.transport.abort)

    def _answer_moves(self) -> None:
        if self._reading_deadline is not None:
            self._reading_deadline.cancel()
            self._reading_deadline = None

    def _expect_headers(self) -> None:
        self._headers_settled()
        self._header_bytes = 0
        self._header_deadline = self.loop.call_later(HEADER_SECONDS_MAX, self.transport.abort)

    def _headers_settled(self) -> None:
        if self._header_deadline is not None:
            self._header_deadline.cancel()
            self._header_deadline = None
