"""Rate, errors and duration of every request, by route. A bare ASGI layer: it costs little."""

import time

from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from acr_telemetry.metrics import HTTP_IN_FLIGHT, HTTP_REQUESTS, HTTP_SECONDS

UNKNOWN_ROUTE = "none"
# An application sets it in the scope of a request that is as long as its sender wants it to be.
UNTIMED = "acr.untimed"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RedMetrics:
    """Counts and times requests."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        HTTP_IN_FLIGHT.inc()
        try:
            await self._app(scope, receive, note_status)
        finally:
            HTTP_IN_FLIGHT.dec()
            route = _route_of(scope)
            method = scope["method"] if scope["method"] in METHODS else "other"
            HTTP_REQUESTS.labels(route, method, str(status)).inc()
            if UNTIMED not in scope:
                HTTP_SECONDS.labels(route).observe(time.perf_counter() - started)


def _route_of(scope: Scope) -> str:
    """Name the route by its pattern: a path holds ids, and would make a label without bounds."""
    for route in scope["app"].routes:
        if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE:
            return route.path
    return UNKNOWN_ROUTE
