"""Bodies that are compressed piece by piece, and what is said where that is not possible."""

import gzip
import sys
from collections.abc import Callable

import pytest

from acr_client.client import AcrClient
from acr_client.compressing import Compression, compressed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECES = [b"one ", b"", b"two " * 50_000, b"three"]


@pytest.mark.parametrize(
    ("compression", "inflate"),
    [("gzip", gzip.decompress), ("zstd", zstd.decompress), (None, bytes)],
)
def test_what_is_compressed_is_inflated_to_the_same(
    compression: Compression, inflate: Callable[[bytes], bytes]
) -> None:
    body = b"".join(compressed(PIECES, compression))

    assert inflate(body) == b"".join(PIECES)
    assert (len(body) < 10_000) == (compression is not None)


async def test_without_zstd_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("compression.zstd", "backports.zstd"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(ValueError, match=r"install the package backports\.zstd, or send gzip"):
        AcrClient("http://gateway", "lcsr", compression="zstd")
    await AcrClient("http://gateway", "lcsr").aclose()
