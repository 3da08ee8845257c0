"""Reads a request's body: its declared form first, then its bytes, bounded in size and time."""

import asyncio
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from typing import NamedTuple

from starlette.requests import ClientDisconnect, Request

from acr_gateway.inflating import ACCEPTED, CODINGS, IDENTITY, inflater
from acr_http.problems import Kind, Problem

JSON = "application/json"
NDJSON = "application/x-ndjson"
SUBMISSION_TYPES = (JSON, NDJSON)
TYPES_MAX = 64
CLOSE = {"Connection": "close"}


@dataclass(frozen=True, slots=True)
class BodyBounds:
    """What a body may be: ``media_types``, bytes without its coding, seconds, and how far it inflates."""

    bytes_max: int
    seconds_max: float
    ratio_max: float
    media_types: tuple[str, ...] = (JSON,)


async def read_body(request: Request, bounds: BodyBounds) -> bytes:
    """Read a body, byte for byte; a content coding is taken off.

    Raises:
        Problem: 415 for another media type, charset or coding; 413 for too many bytes, before
            they are read where the sender announces them; 408 where they do not come in time; 400
            for what is not in the declared coding.
    """
    inflating = inflater(check_form(request, *bounds.media_types), bounds.ratio_max)
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > bounds.bytes_max:
        raise _too_large(bounds.bytes_max)
    pieces, size = [], 0
    try:
        async with asyncio.timeout(bounds.seconds_max):
            async for chunk in request.stream():
                for piece in inflating.feed(chunk):
                    size += len(piece)
                    if size > bounds.bytes_max:
                        raise _too_large(bounds.bytes_max)
                    pieces.append(piece)
    except TimeoutError:
        detail = f"The body was not complete within {bounds.seconds_max:g} seconds."
        raise Problem(Kind.SLOW, detail, headers=CLOSE) from None
    except ClientDisconnect:
        raise Problem(Kind.SLOW, "The sender went away before the body was complete.") from None
    inflating.finish()
    return b"".join(pieces)


def announced_bytes(request: Request, bytes_max: int) -> int:
    """Give how many bytes a body may turn out to have: what is announced, where that can be trusted."""
    announced = request.headers.get("content-length", "")
    plain = "content-encoding" not in request.headers
    return min(int(announced), bytes_max) if plain and announced.isdigit() else bytes_max


def is_plain_json(fields: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether a head declares JSON in no coding, and does not wait to be asked for the body."""
    named = dict(fields)
    declared = _read_type(named.get(b"content-type", b"").decode("latin-1"))
    uncoded = b"content-encoding" not in named and b"expect" not in named
    return uncoded and declared in PLAIN_JSON


def is_stream(request: Request) -> bool:
    """Tell whether the body is declared to be lines of JSON."""
    return _declared(request).media_type == NDJSON


def check_form(request: Request, *media_types: str) -> str:
    """Check the media type, charset and coding that the sender declares; gives the coding.

    ``media_types`` are those that are taken; JSON where none is named.

    Raises:
        Problem: 415, with the fields that tell what is taken.
    """
    taken = media_types or (JSON,)
    declared = _declared(request)
    codings = [
        coding.strip().lower()
        for field in request.headers.getlist("content-encoding")
        for coding in field.split(",")
    ] or [IDENTITY]
    if declared.media_type not in taken:
        detail = f"Send the body as {' or '.join(taken)}."
    elif declared.charset not in {"utf-8", "utf8"}:
        detail = "Send the body in UTF-8; JSON has no other charset."
    elif len(codings) > 1 or codings[0] not in CODINGS:
        detail = f"Send the body in one of the content encodings {ACCEPTED}."
    else:
        return codings[0]
    headers = {**CLOSE, "Accept-Post": ", ".join(taken), "Accept-Encoding": ACCEPTED}
    raise Problem(Kind.MEDIA_TYPE, detail, headers=headers)


class _Declared(NamedTuple):
    """What a content type says: both in lower case."""

    media_type: str
    charset: str


def _declared(request: Request) -> _Declared:
    return _read_type(request.headers.get("content-type", ""))


PLAIN_JSON = frozenset({_Declared(JSON, "utf-8"), _Declared(JSON, "utf8")})


# Senders write a handful of them; a parse costs more than all else that is done with the head.
@functools.lru_cache(TYPES_MAX)
def _read_type(content_type: str) -> _Declared:
    message = Message()
    message["content-type"] = content_type
    charset = str(message.get_param("charset", "utf-8"))
    return _Declared(message.get_content_type(), charset.lower())


def _too_large(bytes_max: int) -> Problem:
    detail = f"The body may have at most {bytes_max} bytes."
    return Problem(Kind.TOO_LARGE, detail, headers=CLOSE)
