"""The client against trouble: a log that is away, cut connections, an old gateway, late verdicts."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from acr_client.client import AcrClient
from acr_client.sending import Pace
from acr_client.told import SendingFailed, Told
from acr_localstack.ports import free_port
from acr_settings.settings import GatewaySettings
from acr_testkit.samples import as_bytes, submission
from acr_testkit.served_app import served
from acr_testkit.served_gateway import ServedGateway, served_gateway
from acr_testkit.tcp_proxy import CuttingProxy

SMALL = Pace(concurrency=3, lines_max=20, patience_seconds=5.0)


@pytest.fixture
async def gateway() -> AsyncIterator[ServedGateway]:
    async with served_gateway(GatewaySettings(wait_seconds_default=2)) as serving:
        yield serving


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no half seconds to wait."""
    monkeypatch.setattr("acr_client.backoff.FIRST_SECONDS", 0.01)
    monkeypatch.setattr("acr_client.backoff.BOUND_SECONDS_MAX", 0.05)


def bodies(count: int) -> list[bytes]:
    return [as_bytes(submission("lcsr")) for _ in range(count)]


async def sent(client: AcrClient, source: Any) -> list[Told]:
    return [told async for told in client.send(source)]


async def test_a_log_that_is_away_is_tried_again_until_it_is_back(gateway: ServedGateway) -> None:
    gateway.log.away = True
    async with AcrClient(gateway.url, "lcsr", pace=SMALL) as client:
        sending = asyncio.create_task(sent(client, bodies(60)))
        await asyncio.sleep(0.2)
        gateway.log.away = False
        told = await sending

    assert Counter(each.verdict for each in told) == {"created": 60}


async def test_it_gives_up_when_nothing_goes_forward_and_says_why(gateway: ServedGateway) -> None:
    gateway.log.away = True
    pace = Pace(2, patience_seconds=0.2)
    async with AcrClient(gateway.url, "lcsr", pace=pace) as client:
        with pytest.raises(SendingFailed, match=r"gave up after 0\.2 s"):
            await sent(client, bodies(5))


async def test_nobody_there_is_a_failure_that_says_so() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    async with AcrClient(url, "lcsr", pace=Pace(1, patience_seconds=0)) as client:
        with pytest.raises(SendingFailed, match="ConnectError"):
            await sent(client, bodies(1))


async def test_an_unknown_registry_is_a_failure_at_once(gateway: ServedGateway) -> None:
    async with AcrClient(gateway.url, "none") as client:
        with pytest.raises(SendingFailed, match=r"status 404: .*registries are"):
            await sent(client, bodies(3))


@pytest.mark.parametrize("compression", ["gzip", "zstd", None])
async def test_a_flaky_connection_loses_and_doubles_nothing(
    gateway: ServedGateway, compression: Any
) -> None:
    """Goal: every submission stored once and told once. Method: cut everything again and again."""
    port = free_port()
    proxy = CuttingProxy(gateway.port)

    async def cut_often() -> None:
        while True:
            await asyncio.sleep(0.03)
            proxy.deaf = not proxy.deaf
            await proxy.cut()

    async with proxy.listening(port):
        cutting = asyncio.create_task(cut_often())
        url = f"http://127.0.0.1:{port}"
        pace = Pace(3, lines_max=20, patience_seconds=30)
        async with AcrClient(url, "lcsr", pace=pace, compression=compression) as client:
            told = await sent(client, bodies(300))
        cutting.cancel()

    assert sorted(each.number for each in told) == list(range(1, 301))
    assert all(each.stored for each in told)
    assert len({each.key for each in gateway.log.submissions}) == 300


def old_gateway(url: str) -> Starlette:
    """Make a gateway of former days before another: it takes no lines."""

    async def one(request: Request) -> Response:
        if request.headers["content-type"] != "application/json":
            return JSONResponse({"status": 415, "detail": "Send application/json."}, 415)
        async with httpx.AsyncClient(base_url=url) as client:
            answer = await client.post(
                request.url.path,
                content=await request.body(),
                headers={"Content-Type": "application/json"},
            )
            return Response(
                answer.content, answer.status_code, media_type=answer.headers["content-type"]
            )

    return Starlette(routes=[Route("/v1/registries/{registry}/submissions", one, methods=["POST"])])


async def test_a_gateway_without_streams_gets_one_after_another(gateway: ServedGateway) -> None:
    async with (
        served(old_gateway(gateway.url)) as url,
        AcrClient(url, "lcsr", pace=Pace(4)) as client,
    ):
        told = await sent(client, [*bodies(30), b"no json"])

    assert Counter(each.verdict for each in told) == {"created": 30, "refused": 1}


def asked_later(verdicts: dict[str, list[str]]) -> Starlette:
    """Make a reader that tells these verdicts, one for each time it is asked."""

    async def status(request: Request) -> Response:
        told = verdicts.setdefault(
            request.path_params["submission_id"], ["pending", "away", "updated"]
        )
        verdict = told.pop(0) if len(told) > 1 else told[0]
        if verdict == "away":
            return JSONResponse({}, 503)
        return JSONResponse(
            {"verdict": verdict, "submission_id": request.path_params["submission_id"]}
        )

    return Starlette(routes=[Route("/v1/submissions/{submission_id}", status)])


async def test_what_is_kept_but_not_settled_is_followed_up() -> None:
    verdicts: dict[str, list[str]] = {}
    async with served(asked_later(verdicts)) as reader_url:
        settings = GatewaySettings(wait_seconds_default=0, reader_url=reader_url)
        async with served_gateway(settings) as gateway:
            gateway.log.tells.clear()
            async with AcrClient(gateway.url, "lcsr", pace=Pace(2)) as client:
                told = await sent(client, bodies(20))

    assert {(each.verdict, each.status) for each in told} == {("updated", 200)}
    assert sorted(each.number for each in told) == list(range(1, 21))
    assert all(len(each.digest) == 64 for each in told)


async def test_what_is_not_settled_in_time_is_told_as_pending() -> None:
    settings = GatewaySettings(wait_seconds_default=0)
    async with served_gateway(settings) as gateway:
        gateway.log.tells.clear()
        async with AcrClient(gateway.url, "lcsr", pace=Pace(settle_seconds=0.1)) as client:
            [told] = await sent(client, bodies(1))

    assert (told.verdict, told.status, told.stored) == ("pending", 202, False)
    assert told.submission_id is not None
