"""Reads XML of strangers as events, in bounded memory, with line numbers. Builds no tree.

Document types are refused, and with them entities and all that they can unfold to; nesting and
single tokens are bounded. What an event means is its reader's to know.
"""

from collections.abc import Iterator
from typing import IO, Protocol
from xml.parsers import expat

DEPTH_MAX = 64
TOKEN_BYTES_MAX = 1024**2
CHUNK_BYTES = 64 * 1024

# What `xml` and its kin allow beside UTF-8 is a way around filters that look at bytes.
_ENCODINGS = (None, "utf-8", "utf8", "us-ascii", "ascii")


class UnreadableXml(Exception):
    """The XML cannot be read on: ``line`` says where, the message what to do."""

    def __init__(self, line: int, message: str) -> None:
        """Keep the line, from 1."""
        super().__init__(message)
        self.line = line


class XmlReader(Protocol):
    """What is done at the events of a document. Names come without their prefix."""

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text, of 64 KiB at most."""


def read_events(stream: IO[bytes], reader: XmlReader) -> Iterator[int]:
    """Hand a document's events to the reader, chunk by chunk; gives the line after each.

    The reader's findings can be taken between two steps, so that nothing need pile up.

    Raises:
        UnreadableXml: if the document is not well-formed, or beyond a bound.
    """
    parser = _Parser(reader)
    while chunk := stream.read(CHUNK_BYTES):
        parser.feed(chunk)
        yield parser.line
    parser.feed(b"", last=True)
    yield parser.line


class _Parser:
    """Counts depth and bytes around expat's events."""

    def __init__(self, reader: XmlReader) -> None:
        self._reader = reader
        self._depth = 0
        self._event_bytes = 0  # Fed before the latest event.
        self._fed_bytes = 0
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.buffer_size = CHUNK_BYTES
        self._expat.XmlDeclHandler = self._declaration
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = reader.text

    @property
    def line(self) -> int:
        return self._expat.CurrentLineNumber

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        self._fed_bytes += len(chunk)
        try:
            self._expat.Parse(chunk, last)
        except expat.ExpatError as error:
            what = expat.errors.messages.get(error.code, "unknown").removesuffix(".")
            message = f"The XML is not well-formed: {what}. Correct it; nothing after it is read."
            raise UnreadableXml(error.lineno, message) from None
        if self._fed_bytes - self._event_bytes > TOKEN_BYTES_MAX:
            raise UnreadableXml(self.line, "A single text or tag is too long. Shorten it.")

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise UnreadableXml(1, _ENCODING)

    def _doctype(self, *_: object) -> None:
        message = "The XML has a document type (DOCTYPE), which is refused. Remove it."
        raise UnreadableXml(self.line, message)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._event_bytes = self._fed_bytes
        self._depth += 1
        if self._depth > DEPTH_MAX:
            message = f"Elements are nested deeper than {DEPTH_MAX} levels."
            raise UnreadableXml(self.line, message)
        if ":" in name:
            name = name.rpartition(":")[2]
        self._reader.start(name, attributes, self._expat.CurrentLineNumber)

    def _end(self, name: str) -> None:
        self._event_bytes = self._fed_bytes
        self._depth -= 1
        self._reader.end(name.rpartition(":")[2] if ":" in name else name)


_ENCODING = "The XML must be encoded in UTF-8. Save it so."
