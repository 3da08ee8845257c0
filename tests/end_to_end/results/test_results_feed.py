"""The results feed through a running system: streams, pages, and a reader that is restarted."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import httpx
import pytest

from acr_localstack.services import System
from acr_testkit.samples import submission

LCSR = "/v1/registries/lcsr"
EVENTS = {"Accept": "text/event-stream"}
RECORDS, VERSIONS = 12, 5


@pytest.fixture
def partner() -> str:
    return f"p{uuid.uuid4().hex[:8]}"


async def follow(url: str, partner: str) -> AsyncIterator[dict[str, Any]]:
    """Read results for ever, as a browser does: connect again, and go on behind the last id."""
    last_id, headers = "", dict(EVENTS)
    async with httpx.AsyncClient(base_url=url, timeout=20.0) as client:
        while True:
            if last_id:
                headers["Last-Event-ID"] = last_id
            try:
                where = {"partner": partner}
                async with client.stream(
                    "GET", f"{LCSR}/results", params=where, headers=headers
                ) as answer:
                    event_id = ""
                    async for line in answer.aiter_lines():
                        event_id = line[4:] if line.startswith("id: ") else event_id
                        if line.startswith("data: "):
                            yield json.loads(line[6:])
                        last_id = event_id if not line else last_id
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def send_all(gateway: httpx.AsyncClient, partner: str) -> list[str]:
    """Send versions of several records, those of each one after another; gives the positions."""
    ids = [str(uuid.uuid4()) for _ in range(RECORDS)]

    async def send_record(header_id: str) -> list[str]:
        positions = []
        for version in range(1, VERSIONS + 1):
            body = submission("lcsr", partner=partner, header_id=header_id, version_no=version)
            answer = await gateway.post(f"{LCSR}/submissions", json=body)
            positions.append(answer.json()["position"])
            await asyncio.sleep(0.05)
        return positions

    return [p for each in await asyncio.gather(*map(send_record, ids)) for p in each]


async def test_a_stream_gives_all_once_and_in_order_while_the_reader_is_restarted(
    system: System, partner: str
) -> None:
    got: list[dict[str, Any]] = []

    async def collect() -> None:
        async with aclosing(follow(system.reader.url, partner)) as results:  # type: ignore[type-var]
            async for each in results:
                got.append(each)
                if len(got) == RECORDS * VERSIONS:
                    return

    async with httpx.AsyncClient(base_url=system.gateway.url, timeout=30.0) as gateway:
        collecting = asyncio.create_task(collect())
        sending = asyncio.create_task(send_all(gateway, partner))
        await asyncio.sleep(0.1)
        assert await asyncio.to_thread(system.reader.stop) == 0
        system.reader.start()
        await asyncio.to_thread(system.reader.wait_ready)
        system.reader.process.kill()
        system.reader.start()
        await asyncio.to_thread(system.reader.wait_ready)
        positions = await sending
        async with asyncio.timeout(30):
            await collecting

    assert sorted(each["position"] for each in got) == sorted(positions)
    for header_id in {each["header_id"] for each in got}:
        versions = [each["version_no"] for each in got if each["header_id"] == header_id]
        assert versions == list(range(1, VERSIONS + 1))


def test_pages_catch_up_through_the_gateways_redirect_and_wait_for_the_next(
    gateway: httpx.Client, reader: httpx.Client, partner: str
) -> None:
    bodies = [submission("lcsr", partner=partner) for _ in range(7)]
    told = [gateway.post(f"{LCSR}/submissions", json=each).json() for each in bodies]

    where = {"partner": partner, "limit": "3"}
    answer = gateway.get(f"{LCSR}/results", params=where, follow_redirects=True)
    got = answer.json()["results"]
    while answer.json()["more"]:
        answer = reader.get(answer.links["next"]["url"])
        got += answer.json()["results"]
    headers = {"Prefer": "respond-async"}
    later = gateway.post(
        f"{LCSR}/submissions", json=submission("lcsr", partner=partner), headers=headers
    )
    waited = reader.get(answer.links["next"]["url"], headers={"Prefer": "wait=30"})

    assert sorted(each["position"] for each in got) == sorted(each["position"] for each in told)
    status = reader.get(f"/v1/submissions/{got[0]['submission_id']}").json()
    assert got[0] == status
    assert [each["submission_id"] for each in waited.json()["results"]] == [
        later.json()["submission_id"]
    ]
