"""Answers of a service that is lost while it tells them, for a client's transport."""

from collections.abc import AsyncIterator

import httpx


class CutAnswer(httpx.AsyncByteStream):
    """An answer that begins and does not end."""

    def __init__(self, begun: bytes = b"") -> None:
        """Give what comes before the cut."""
        self._begun = begun

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._begun
        raise httpx.RemoteProtocolError("peer closed connection")
