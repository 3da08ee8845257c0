"""Reads a request's body: its declared form first, then its bytes, bounded in size and time."""

import asyncio
from email.message import Message

from starlette.requests import ClientDisconnect, Request

from acr_http.problems import Kind, Problem

JSON = "application/json"
NDJSON = "application/x-ndjson"
SUBMISSION_TYPES = (JSON, NDJSON)
CLOSE = {"Connection": "close"}


async def read_body(
    request: Request, bytes_max: int, seconds_max: float, *media_types: str
) -> bytes:
    """Read a body, byte for byte.

    Raises:
        Problem: 415 for another media type, charset or encoding; 413 for too many bytes, before
            they are read where the sender announces them; 408 where they do not come in time.
    """
    check_form(request, *media_types)
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > bytes_max:
        raise _too_large(bytes_max)
    chunks, size = [], 0
    try:
        async with asyncio.timeout(seconds_max):
            async for chunk in request.stream():
                size += len(chunk)
                if size > bytes_max:
                    raise _too_large(bytes_max)
                chunks.append(chunk)
    except TimeoutError:
        detail = f"The body was not complete within {seconds_max:g} seconds."
        raise Problem(Kind.SLOW, detail, headers=CLOSE) from None
    except ClientDisconnect:
        raise Problem(Kind.SLOW, "The sender went away before the body was complete.") from None
    return b"".join(chunks)


def is_stream(request: Request) -> bool:
    """Tell whether the body is declared to be lines of JSON."""
    return _declared(request).get_content_type() == NDJSON


def check_form(request: Request, *media_types: str) -> None:
    """Check the media type, charset and encoding that the sender declares.

    ``media_types`` are those that are taken; JSON where none is named.

    Raises:
        Problem: 415, with the fields that tell what is taken.
    """
    taken = media_types or (JSON,)
    declared = _declared(request)
    charset = str(declared.get_param("charset", "utf-8"))
    codings = {coding.lower() for coding in request.headers.getlist("content-encoding")}
    if declared.get_content_type() not in taken:
        detail = f"Send the body as {' or '.join(taken)}."
    elif charset.lower() not in {"utf-8", "utf8"}:
        detail = "Send the body in UTF-8; JSON has no other charset."
    elif codings - {"identity"}:
        detail = "Send the body without a content encoding."
    else:
        return
    headers = {**CLOSE, "Accept-Post": ", ".join(taken), "Accept-Encoding": "identity"}
    raise Problem(Kind.MEDIA_TYPE, detail, headers=headers)


def _declared(request: Request) -> Message:
    declared = Message()
    declared["content-type"] = request.headers.get("content-type", "")
    return declared


def _too_large(bytes_max: int) -> Problem:
    detail = f"The body may have at most {bytes_max} bytes."
    return Problem(Kind.TOO_LARGE, detail, headers=CLOSE)
