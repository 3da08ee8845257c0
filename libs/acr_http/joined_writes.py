"""A transport that sends the head of an answer together with what follows at once. Changes no byte.

uvicorn writes the head and the body of an answer one after the other, and uvloop gives each to the
kernel at once: two calls and two packets, where whoever waits for the answer is woken twice.
"""

import asyncio
from typing import Any

_HEAD = b"HTTP/1."


class JoinedWrites(asyncio.Transport):
    """Holds a head back until the next write, the connection's end, or the loop's next turn."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        """Wrap a connection's transport."""
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: Any) -> None:
        """Hold a head; send anything else, behind the head that is held."""
        if not self._held and data[: len(_HEAD)] == _HEAD:
            self._held = bytes(data)
            self._loop.call_soon(self._flush)
            return
        held, self._held = self._held, b""
        self._transport.write(held + data if held else data)

    def close(self) -> None:
        """Close it when all is sent."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close it at once."""
        self._held = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Tell whether it is closed or about to be."""
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        """Take no more from the other side."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on taking."""
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Tell of the connection."""
        return self._transport.get_extra_info(name, default)

    def _flush(self) -> None:
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)
