"""Refuses ahead of the application what it would refuse. Takes nothing itself.

While the queue is full, refusals come by the hundreds, and most of what one costs is the way to it:
routes, layers, a request. What comes whole at once and would wait behind its own in a full queue is
refused here; everything else goes on to the application, as if there were no door.
"""

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from acr_gateway.admission import Admission
from acr_gateway.bodies import is_plain_json
from acr_gateway.log_records import peek_partner
from acr_http.problems import Problem
from acr_telemetry import metrics


class Door:
    """An ASGI layer in front of the routes that take submissions, one for each registry."""

    def __init__(self, app: ASGIApp, admission: Admission, registries: Collection[str]) -> None:
        """Stand in front of an application that takes submissions for these registries."""
        self._app = app
        self._admission = admission
        self._registries = {f"/v1/registries/{name}/submissions": name for name in registries}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request, or let it through."""
        registry = self._registry(scope) if self._admission.queue_is_full else None
        if registry is None:
            await self._app(scope, receive, send)
            return
        first = await receive()
        refusal = self._refusal(first)
        if refusal is None:
            await self._app(scope, _from(first, receive), send)
            return
        # The body is not held while its sender waits.
        first.clear()
        metrics.SUBMISSIONS_RECEIVED.labels(registry).inc()
        metrics.SUBMISSIONS_REFUSED.labels(registry, refusal.kind.slug).inc()
        await self._admission.hold_back()
        await refusal.response()(scope, receive, send)

    def _registry(self, scope: Scope) -> str | None:
        """Name the registry of a single submission as it mostly comes; None for anything else."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return None
        registry = self._registries.get(scope["path"])
        return registry if registry is not None and is_plain_json(scope["headers"]) else None

    def _refusal(self, first: Message) -> Problem | None:
        """Tell how a body that is here as a whole would be refused at once."""
        if first["type"] != "http.request" or first.get("more_body", False):
            return None
        return self._admission.refusal_at_once(peek_partner(first["body"]))


def _from(first: Message, receive: Receive) -> Receive:
    """Give a message that was taken once more, then what comes."""
    taken = [first]

    async def receive_again() -> Message:
        return taken.pop() if taken else await receive()

    return receive_again
