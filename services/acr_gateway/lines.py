"""Cuts a stream of bytes into numbered lines, of which none is ever held beyond its bound. No I/O."""

from collections.abc import Iterator
from typing import NamedTuple

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BLANKS = b" \t\r"


class Line(NamedTuple):
    """A line that is not blank, without its end. ``body`` is None where it was too long to hold."""

    number: int
    body: bytes | None


class LineCutter:
    """Takes bytes as they come. It changes with each piece.

    Lines end with LF or CR LF, the last one also with the stream. Blank ones are counted and not
    given. A byte order mark before the first line is no part of it.
    """

    def __init__(self, line_bytes_max: int) -> None:
        """Bound a line, in bytes without its end."""
        self._bytes_max = line_bytes_max
        self._parts: list[bytes] = []
        self._held_bytes = 0
        self._too_long = False
        self.lines = 0
        self.blank = 0

    @property
    def at_line_start(self) -> bool:
        """Whether no byte of an unfinished line has come."""
        return not self._held_bytes and not self._too_long

    def feed(self, data: bytes) -> Iterator[Line]:
        """Give the lines that end in these bytes, one at a time."""
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            self._hold(data[start:end])
            start = end + 1
            line = self._end_line()
            if line is not None:
                yield line
        if start < len(data):
            self._hold(data[start:] if start else data)

    def finish(self) -> Line | None:
        """Give the last line, where the stream ended without a line end."""
        return None if self.at_line_start else self._end_line()

    def _hold(self, part: bytes) -> None:
        if self._too_long or not part:
            return
        self._parts.append(part)
        self._held_bytes += len(part)
        # One more for the CR of the line's end, and the mark is taken off only when the line is whole.
        if self._held_bytes > self._bytes_max + 1 + len(BYTE_ORDER_MARK):
            self._drop()
            self._too_long = True

    def _end_line(self) -> Line | None:
        self.lines += 1
        if self._too_long:
            self._too_long = False
            return Line(self.lines, None)
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._drop()
        body = body.removesuffix(b"\r")
        if self.lines == 1:
            body = body.removeprefix(BYTE_ORDER_MARK)
        if not body.strip(_BLANKS):
            self.blank += 1
            return None
        return Line(self.lines, body if len(body) <= self._bytes_max else None)

    def _drop(self) -> None:
        self._parts = []
        self._held_bytes = 0
