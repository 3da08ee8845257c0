"""Ways in which the answers of a stream reach its sender: at once, or all after the upload."""

import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self

from starlette.types import Send

from acr_gateway.bodies import NDJSON
from acr_gateway.stream_values import spool_full
from acr_http.problems import Problem

MEMORY_BYTES_MAX = 1024 * 1024
PIECE_BYTES = 64 * 1024


class AnswerWay(Protocol):
    """Takes answers, in whole lines."""

    @property
    def trouble(self) -> Problem | None:
        """Why no more answers can be taken, if so."""

    async def begin(self) -> None:
        """Say that answers are to come."""

    async def write(self, answers: bytes) -> None:
        """Take answers; waits where the sender does not read them."""

    async def finish(self, summary: bytes) -> None:
        """Send what is left, and the summary."""


class AtOnce:
    """Answers flow while the upload goes on."""

    trouble = None

    def __init__(self, send: Send, fields: Mapping[str, str]) -> None:
        """Send to an ASGI server, with further header fields."""
        self._send = send
        self._fields = fields

    async def begin(self) -> None:
        """Send the head now: some senders wait for it before they send anything."""
        await _send_head(self._send, self._fields)

    async def write(self, answers: bytes) -> None:
        """Send; waits while the sender does not read."""
        await _send_part(self._send, answers)

    async def finish(self, summary: bytes) -> None:
        """Send the summary."""
        await _send_part(self._send, summary)


class AfterUpload:
    """Answers wait until the upload is through, in a file without a name beyond a bound of memory.

    Made as a context: the file is gone with it, and with the process.
    """

    def __init__(self, send: Send, fields: Mapping[str, str], bytes_max: int) -> None:
        """Bound the answers kept, bytes."""
        self._send = send
        self._fields = fields
        self._bytes_max = bytes_max
        self._bytes = 0
        self._kept = tempfile.SpooledTemporaryFile(MEMORY_BYTES_MAX)  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kept.close()

    @property
    def trouble(self) -> Problem | None:
        """Say so where the bound is reached."""
        return spool_full() if self._bytes >= self._bytes_max else None

    async def begin(self) -> None:
        """Wait."""

    async def write(self, answers: bytes) -> None:
        """Keep answers."""
        self._kept.write(answers)
        self._bytes += len(answers)

    async def finish(self, summary: bytes) -> None:
        """Send everything."""
        await _send_head(self._send, self._fields)
        self._kept.seek(0)
        while piece := self._kept.read(PIECE_BYTES):
            await _send_part(self._send, piece)
        await _send_part(self._send, summary)


async def send_end(send: Send) -> None:
    """Send the end of the answer."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_head(send: Send, fields: Mapping[str, str]) -> None:
    # nginx and others would hold answers back until they have many.
    told = {"Content-Type": NDJSON, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    headers = [
        (name.lower().encode(), value.encode()) for name, value in (told | dict(fields)).items()
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _send_part(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})
