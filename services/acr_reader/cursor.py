"""The cursor of a results feed: a place for each partition of the log, as opaque text. Pure.

Version 1 is base64url without padding of: the number 1, four bytes that tie it to its registry and
partner, and for partitions 0, 1, 2... the offset up to which all is given, as LEB128.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping

VERSION = 1
TIE_BYTES = 4
OFFSET_MAX = 2**63 - 1
# Room for 1,000 partitions at the longest; no reader makes us read more.
CURSOR_CHARACTERS_MAX = 16_384


class BadCursor(ValueError):
    """The text is no cursor of this feed; the message says why."""


def write_cursor(registry: str, partner_id: str, places: Mapping[int, int]) -> str:
    """Write places as a cursor."""
    last = max((partition for partition, offset in places.items() if offset), default=-1)
    written = bytearray([VERSION])
    written += _tie(registry, partner_id)
    for partition in range(last + 1):
        written += _varint(places.get(partition, 0))
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def read_cursor(registry: str, partner_id: str, text: str) -> dict[int, int]:
    """Read the places of a cursor.

    Raises:
        BadCursor: if it is not one that was given for this registry and partner.
    """
    if len(text) > CURSOR_CHARACTERS_MAX:
        raise BadCursor("It is longer than any cursor.")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadCursor("It is not what an answer gave as its next.") from None
    if len(data) < 1 + TIE_BYTES or data[0] != VERSION:
        raise BadCursor("It is not of a version that this service knows.")
    if data[1 : 1 + TIE_BYTES] != _tie(registry, partner_id):
        raise BadCursor("It was given for another registry or partner.")
    return dict(enumerate(_varints(data[1 + TIE_BYTES :])))


def _tie(registry: str, partner_id: str) -> bytes:
    named = f"{registry}\n{partner_id}".encode(errors="surrogatepass")
    return hashlib.sha256(named).digest()[:TIE_BYTES]


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _varints(data: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if number > OFFSET_MAX:
            raise BadCursor("It names a place that no log has.")
        if byte < 0x80:
            numbers.append(number)
            number, shift = 0, 0
    if shift:
        raise BadCursor("It was cut short.")
    return numbers
