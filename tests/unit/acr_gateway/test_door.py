"""The door in front of the application: refuses what it would refuse, and lets everything else through."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.types import Message, Receive, Scope, Send

from acr_gateway.admission import Admission
from acr_gateway.admission_bounds import AdmissionBounds
from acr_gateway.door import Door
from acr_settings.settings import GatewaySettings
from acr_testkit.awaiting import until
from acr_testkit.jumping_loop import run_at_once
from acr_testkit.samples import as_bytes, submission
from acr_testkit.served_gateway import ServedGateway, served_gateway

PATH = "/v1/registries/cdsr/submissions"
PATIENCE_SECONDS = 2.0
FLOOD, SMALL = (as_bytes(submission(partnerid=partner)) for partner in ("flood", "small"))
LET_THROUGH = 299


@asynccontextmanager
async def full_queue() -> AsyncIterator[Admission]:
    """Let one of the flood be in work and one wait, which is as many as may."""
    bounds = AdmissionBounds(1, queue_max=1, queue_seconds_max=PATIENCE_SECONDS)
    admission = Admission(bounds)
    await admission.enter("flood", None)
    waiting = asyncio.create_task(admission.enter("flood", None))
    await asyncio.sleep(0)
    yield admission
    waiting.cancel()


async def knock(
    admission: Admission, *pieces: bytes, path: str = PATH, fields: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Send one request to a door; gives the status, and the body that the application has read."""
    read, status = b"", 0
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": piece is not pieces[-1]}
        for piece in pieces
    ] or [{"type": "http.disconnect"}]
    head = {"content-type": "application/json", **(fields or {})}

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        nonlocal read
        more = True
        while more:
            message = await receive()
            read, more = read + message.get("body", b""), message.get("more_body", False)
        await send({"type": "http.response.start", "status": LET_THROUGH, "headers": []})

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in head.items()],
    }
    await Door(app, admission, ["cdsr"])(scope, receive, send)
    return status, read


def test_who_would_not_even_wait_is_refused_ahead_of_the_application_and_late() -> None:
    async def refused() -> None:
        async with full_queue() as admission:
            assert await knock(admission, FLOOD) == (429, b"")
        assert asyncio.get_running_loop().time() == PATIENCE_SECONDS

    run_at_once(refused())


async def test_while_the_queue_has_room_nobody_is_held_up() -> None:
    admission = Admission(AdmissionBounds(1, queue_max=0))
    await admission.enter("flood", None)

    assert await knock(admission, FLOOD) == (LET_THROUGH, FLOOD)


async def test_who_waits_less_than_another_is_let_through() -> None:
    async with full_queue() as admission:
        assert await knock(admission, SMALL) == (LET_THROUGH, SMALL)


@pytest.mark.parametrize(
    "fields",
    [
        {"content-type": "application/x-ndjson"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": "text/plain"},
        {"content-encoding": "gzip"},
        {"expect": "100-continue"},
    ],
)
async def test_what_is_no_plain_submission_is_let_through(fields: Mapping[str, str]) -> None:
    async with full_queue() as admission:
        assert await knock(admission, FLOOD, fields=fields) == (LET_THROUGH, FLOOD)


async def test_other_addresses_and_bodies_that_come_in_pieces_are_let_through() -> None:
    async with full_queue() as admission:
        assert await knock(admission, FLOOD, path="/readyz") == (LET_THROUGH, FLOOD)
        assert await knock(admission, FLOOD[:9], FLOOD[9:]) == (LET_THROUGH, FLOOD)
        assert await knock(admission) == (LET_THROUGH, b"")


def refusals() -> list[float]:
    """Tell what is counted of refusals."""
    of = {"registry": "cdsr"}
    samples = [
        ("acr_submissions_received_total", of),
        ("acr_submissions_refused_total", {**of, "problem": "too-many-requests"}),
        ("acr_admission_refused_total", {"reason": "share"}),
    ]
    return [REGISTRY.get_sample_value(*each) or 0.0 for each in samples]


async def test_a_refusal_at_the_door_is_told_and_counted_as_one_of_the_application() -> None:
    settings = GatewaySettings(in_flight_max=1, queue_max=1, queue_seconds_max=0.5)
    async with served_gateway(settings) as gateway, httpx.AsyncClient() as client:
        gateway.log.tells.clear()

        async def post(**fields: str) -> httpx.Response:
            head = {"Content-Type": "application/json", **fields}
            return await client.post(gateway.url + PATH, content=FLOOD, headers=head)

        in_work = asyncio.create_task(post())
        await until(lambda: bool(gateway.log.submissions), "the first is in work")
        answers, counted = [], []
        for fields in ({}, {"Expect": "nothing"}):
            waiting = asyncio.create_task(post())
            await until(lambda: _waits(gateway), "the second waits")
            before = refusals()
            answers.append(await post(**fields))
            await waiting
            counted.append([now - then for now, then in zip(refusals(), before, strict=True)])
        gateway.log.tells.set()
        await in_work

    at_the_door, inside = answers
    assert (at_the_door.status_code, inside.status_code) == (429, 429)
    for answer in answers:
        answer.headers.pop("date")
    assert at_the_door.headers == inside.headers
    assert json.loads(at_the_door.content) == json.loads(inside.content)
    assert counted[0] == counted[1]


def _waits(gateway: ServedGateway) -> bool:
    return gateway.waits("flood") == 1
