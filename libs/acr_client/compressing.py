"""Compresses bodies piece by piece. zstd is in Python 3.14, before that in the package `backports.zstd`."""

import importlib
import sys
import zlib
from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

Compression = Literal["gzip", "zstd"] | None
# Higher levels shrink submissions little further, and take a multiple of the time.
LEVEL = 1
GZIP_FORM = 31  # The window of deflate at its largest, and gzip around it.


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes:
        """Give what is ready."""

    def flush(self) -> bytes:
        """Give the end."""


def compressed(pieces: Iterable[bytes], compression: Compression) -> Iterator[bytes]:
    """Give a body compressed; as it is for None."""
    if compression is None:
        yield from pieces
        return
    compressor = compressor_of(compression)
    for piece in pieces:
        if ready := compressor.compress(piece):
            yield ready
    yield compressor.flush()


def compressor_of(compression: Literal["gzip", "zstd"]) -> _Compressor:
    """Make a compressor of one body.

    Raises:
        ValueError: if this Python cannot compress so; the message says what to do.
    """
    if compression == "gzip":
        return zlib.compressobj(LEVEL, wbits=GZIP_FORM)
    # Looked for here, since whoever sends gzip needs none.
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    try:
        made: _Compressor = importlib.import_module(name).ZstdCompressor(level=LEVEL)
    except ImportError:
        raise ValueError(
            f"zstd needs the module {name}: install the package backports.zstd, or send gzip"
        ) from None
    return made
