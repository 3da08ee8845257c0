"""uvicorn's HTTP/1.1 protocol with the one bound it lacks: the time a sender has for its headers."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS_MAX = 2.0


class TimedHttpToolsProtocol(HttpToolsProtocol):
    """Closes a connection whose request headers are not complete in HEADER_SECONDS_MAX."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._header_deadline: asyncio.TimerHandle | None = None

    def _expect_headers(self) -> None:
        self._headers_settled()
        self._header_deadline = self.loop.call_later(HEADER_SECONDS_MAX, self.transport.abort)

    def _headers_settled(self) -> None:
        if self._header_deadline is not None:
            self._header_deadline.cancel()
            self._header_deadline = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock at once: a client that says nothing is slow too."""
        super().connection_made(transport)
        self._expect_headers()

    def on_message_begin(self) -> None:
        """Start the clock again for each later request of the connection."""
        super().on_message_begin()
        self._expect_headers()

    def on_headers_complete(self) -> None:
        """Stop the clock; the body is the application's to time."""
        self._headers_settled()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock of a connection that is gone."""
        self._headers_settled()
        super().connection_lost(exc)
