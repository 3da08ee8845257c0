"""Carries a sender's trace through the log. Source: W3C Trace Context, section 3.2."""

import re
import secrets

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def accept_traceparent(value: str | None) -> str:
    """Give a sender's traceparent if it is well formed, else begin a trace of our own."""
    if value is not None and _TRACEPARENT.fullmatch(value):
        return value
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"
