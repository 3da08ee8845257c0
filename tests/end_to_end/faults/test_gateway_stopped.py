"""The gateway is told to stop while senders wait: each of them gets an answer first."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest

from acr_testkit.awaiting import until
from acr_testkit.fragile_system import Fragile
from acr_testkit.samples import submission

CDSR = "/v1/registries/cdsr/submissions"
MANY = 50
STOP_SECONDS_MAX = 12.0


@pytest.fixture(autouse=True)
def started_again(fragile: Fragile) -> Iterator[None]:
    yield
    fragile.gateway.start()


def takes_nothing_new(fragile: Fragile) -> bool:
    """Refused, or reset: the kernel resets who knocked just before the listener closed."""
    try:
        httpx.get(f"{fragile.gateway.url}/livez")
    except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError):
        return True
    return False


async def stop(fragile: Fragile) -> int:
    return await asyncio.to_thread(fragile.gateway.stop)


def wait_all(senders: httpx.AsyncClient) -> "list[asyncio.Task[httpx.Response]]":
    return [
        asyncio.create_task(senders.post(CDSR, json=submission(), headers={"Prefer": "wait=60"}))
        for _ in range(MANY)
    ]


async def test_results_that_come_before_it_ends_are_still_handed_over(
    fragile: Fragile, senders: httpx.AsyncClient
) -> None:
    fragile.consumer.process.suspend()
    try:
        sent = wait_all(senders)
        await fragile.in_flight(MANY)
        stopping = asyncio.create_task(stop(fragile))
        await until(lambda: takes_nothing_new(fragile), "the gateway takes nothing new")
    finally:
        fragile.consumer.process.resume()

    answers = await asyncio.gather(*sent)

    assert await stopping == 0
    assert {each.status_code for each in answers} == {201}


@pytest.mark.slow
async def test_with_no_result_each_gets_a_202_and_the_process_ends_with_0(
    fragile: Fragile, senders: httpx.AsyncClient, reading: httpx.AsyncClient
) -> None:
    fragile.consumer.process.suspend()
    try:
        sent = wait_all(senders)
        await fragile.in_flight(MANY)
        began = time.monotonic()
        status = await stop(fragile)
        took = time.monotonic() - began
        answers = await asyncio.gather(*sent)
    finally:
        fragile.consumer.process.resume()

    assert status == 0
    assert took < STOP_SECONDS_MAX
    assert {each.status_code for each in answers} == {202}
    for each in answers:
        found = await reading.get(each.headers["location"], headers={"Prefer": "wait=30"})
        assert found.json()["verdict"] == "created"


async def test_an_idle_gateway_ends_at_once_with_0(fragile: Fragile) -> None:
    began = time.monotonic()

    assert await stop(fragile) == 0

    assert time.monotonic() - began < 5
