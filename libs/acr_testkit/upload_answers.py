"""What a gateway and a reader answer about one upload, and a client that hears only that."""

from collections.abc import Callable
from typing import Any

import httpx

from acr_client.client import AcrClient
from acr_client.sending import Pace

ID = "0198f3c2-7a10-7000-8000-1d2e3f405162"
SUMMARY = {"lines": 2, "blank": 0, "pending": 2, "complete": True}
PACE = Pace(settle_seconds=5, patience_seconds=5)
Respond = Callable[[httpx.Request], httpx.Response]


def progress(**members: Any) -> httpx.Response:
    """Tell how far the upload is: done, unless ``members`` say otherwise."""
    told = {"registry": "lcsr", "kept": 2, "settled": 2, "verdicts": {"created": 2}, "refused": 0}
    told |= {"ended": True, "done": True, "summary": SUMMARY, "noted_at": "2026-07-01"}
    return httpx.Response(200, json=told | members)


def client_of(respond: Respond, pace: Pace = PACE) -> AcrClient:
    """Make a client whose every request is answered so."""
    return AcrClient("http://gateway", "lcsr", pace=pace, transport=httpx.MockTransport(respond))
