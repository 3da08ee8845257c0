"""HTTP between simulated clients and gateways: requests and answers that may get lost on the way."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from acr_domain.errors import Unavailable
from acr_http.app import unavailable
from acr_http.problems import Problem
from acr_testkit.simulated.network import NOBODY, settle
from acr_testkit.simulated.system import Node, System

PATH = "/v1/registries/cdsr/submissions"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: one JSON document, or lines of them."""

    status: int
    lines: tuple[Mapping[str, Any], ...]


GIVEN_UP = Answer(0, ())


@dataclass(slots=True)
class _Exchange:
    """One request at the gateway, in the form of ASGI."""

    body: bytes
    headers: list[tuple[bytes, bytes]]
    gone: "asyncio.Future[None]"
    status: int = 500
    parts: list[bytes] = field(default_factory=list)
    given: bool = False

    def scope(self) -> dict[str, Any]:
        """Give the request's head."""
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": PATH,
            "raw_path": PATH.encode(),
            "query_string": b"",
            "headers": self.headers,
            "server": ("gateway", 80),
            "client": ("client", 1),
        }

    async def receive(self) -> dict[str, Any]:
        """Give the body, and then the hang-up when it comes."""
        if not self.given:
            self.given = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await asyncio.shield(self.gone)
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Take the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message.get("body"):
            self.parts.append(message["body"])


async def ask(
    system: System,
    client: str,
    node: Node,
    body: bytes,
    headers: Mapping[str, str],
    patience: float,
) -> Answer | None:
    """Send one request; None where no answer comes, whatever became of the request."""
    loop, network = system.loop, system.network
    answer: asyncio.Future[Answer | None] = loop.create_future()
    exchange = _Exchange(
        body,
        [(name.encode(), value.encode()) for name, value in headers.items()],
        loop.create_future(),
    )
    delay = network.delay(client, node.name)
    loop.call_later(delay, _arrive, system, client, node, exchange, answer, context=NOBODY)
    given_up = loop.call_later(patience, settle, answer, GIVEN_UP)
    found = await answer
    given_up.cancel()
    if found is GIVEN_UP:
        if network.reaches(client, node.name):
            loop.call_later(delay, settle, exchange.gone, None, context=NOBODY)
        return None
    return found


def _arrive(
    system: System,
    client: str,
    node: Node,
    exchange: _Exchange,
    answer: "asyncio.Future[Answer | None]",
) -> None:
    if not system.network.reaches(client, node.name):
        return
    if node.door is None:
        settle(answer, None)
        return
    node.requests[answer] = None
    system.loop.create_task(
        _serve(system, client, node, exchange, answer), context=node.context.copy()
    )


async def _serve(
    system: System,
    client: str,
    node: Node,
    exchange: _Exchange,
    answer: "asyncio.Future[Answer | None]",
) -> None:
    try:
        await node.door(exchange.scope(), exchange.receive, exchange.send)
    except Problem as problem:
        await problem.response()(exchange.scope(), exchange.receive, exchange.send)
    except Unavailable:
        response = unavailable("A part does not answer.").response()
        await response(exchange.scope(), exchange.receive, exchange.send)
    node.requests.pop(answer, None)
    lines = tuple(orjson.loads(line) for line in b"".join(exchange.parts).splitlines() if line)
    system.loop.call_later(
        system.network.delay(node.name, client),
        _return,
        *(system, client, node, answer, Answer(exchange.status, lines)),
        context=NOBODY,
    )


def _return(
    system: System,
    client: str,
    node: Node,
    answer: "asyncio.Future[Answer | None]",
    found: Answer,
) -> None:
    if system.network.reaches(client, node.name):
        settle(answer, found)
