"""Inflates bodies while they come, within bounds of size and ratio. Reads from no socket.

What a few bytes inflate to is given in pieces, so that nobody holds more than one of them.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from acr_http.problems import Kind, Problem
from acr_telemetry.metrics import INFLATED_BYTES

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE_BYTES = 64 * 1024
# RFC 9659: no window above 8 MiB for HTTP.
_ZSTD_OPTIONS = {int(zstd.DecompressionParameter.window_log_max): 23}
_GZIP_WINDOW_BITS = 31
# Short texts of many equal parts may be shrunk by any ratio.
FREE_BYTES = 1024 * 1024


class Inflater(Protocol):
    """Turns the bytes of a body as they came into those that were meant."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes add, in pieces.

        Raises:
            Problem: 400 for what is not the declared coding, 413 for a ratio beyond the bound.
        """

    def finish(self) -> None:
        """Note the end of the body.

        Raises:
            Problem: 400 where the coded bytes have not ended.
        """


class Identity:
    """No coding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give the bytes as they are."""
        yield data

    def finish(self) -> None:
        """Any end is a good one."""


class _Unpacker(Protocol):
    """What zlib and zstd have alike, seen through one of the two below."""

    def unpack(self, data: bytes) -> bytes:
        """Give at most a piece; more may be due without further data."""

    @property
    def due(self) -> bool:
        """Whether more can be given without further data."""

    @property
    def ended(self) -> bool:
        """Whether the coded bytes have come to an end."""

    @property
    def behind(self) -> bytes:
        """What came behind that end."""


class _Gzip:
    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP_WINDOW_BITS)
        self.due = False

    def unpack(self, data: bytes) -> bytes:
        piece = self._zlib.decompress(self._zlib.unconsumed_tail + data, PIECE_BYTES)
        # zlib may have taken all bytes in, and hold more than a piece of what they become.
        self.due = not self._zlib.eof and len(piece) == PIECE_BYTES
        return piece

    @property
    def ended(self) -> bool:
        return self._zlib.eof

    @property
    def behind(self) -> bytes:
        return self._zlib.unused_data


class _Zstd:
    def __init__(self) -> None:
        self._zstd = zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)

    def unpack(self, data: bytes) -> bytes:
        return self._zstd.decompress(data, PIECE_BYTES)

    @property
    def due(self) -> bool:
        return not self._zstd.eof and not self._zstd.needs_input

    @property
    def ended(self) -> bool:
        return self._zstd.eof

    @property
    def behind(self) -> bytes:
        return self._zstd.unused_data


class Coded:
    """A body in a coding; as many coded parts as there are, one after the other."""

    def __init__(self, coding: str, ratio_max: float) -> None:
        """Name one of `CODINGS`, and how many bytes one byte may become."""
        self._coding = coding
        self._open = _UNPACKERS[coding]
        self._part = self._open()
        self._begun = False
        self._ratio_max = ratio_max
        self._coded_bytes = 0
        self._plain_bytes = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give what these bytes add, in pieces."""
        self._coded_bytes += len(data)
        while data or self._part.due:
            if self._part.ended:
                self._part, self._begun = self._open(), False
            self._begun = True
            piece = self._unpack(data)
            data = self._part.behind if self._part.ended else b""
            if piece:
                self._note(len(piece))
                yield piece

    def finish(self) -> None:
        """Note the end of the body."""
        if self._begun and not self._part.ended:
            raise _not_coded(f"The body ends before its {self._coding} does.")

    def _unpack(self, data: bytes) -> bytes:
        try:
            return self._part.unpack(data)
        except (zlib.error, zstd.ZstdError):
            raise _not_coded(f"The body is not {self._coding}.") from None

    def _note(self, size: int) -> None:
        self._plain_bytes += size
        INFLATED_BYTES.labels(self._coding).inc(size)
        allowed = FREE_BYTES + self._coded_bytes * self._ratio_max
        if self._plain_bytes > allowed:
            detail = f"The body inflates to more than {self._ratio_max:g} times its size."
            raise Problem(Kind.TOO_LARGE, detail, headers={"Connection": "close"})


_UNPACKERS: dict[str, Callable[[], _Unpacker]] = {"gzip": _Gzip, "x-gzip": _Gzip, "zstd": _Zstd}
IDENTITY = "identity"
CODINGS = frozenset({IDENTITY, *_UNPACKERS})
ACCEPTED = "gzip, zstd, identity"


def inflater(coding: str, ratio_max: float) -> Inflater:
    """Make what reads a coding of `CODINGS`."""
    return Identity() if coding == IDENTITY else Coded(coding, ratio_max)


def _not_coded(detail: str) -> Problem:
    return Problem(Kind.INVALID, detail, headers={"Connection": "close"})
