"""The results feed as server-sent events, over real connections: order, heartbeats, going on, slow readers."""

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from prometheus_client import REGISTRY

from acr_settings.settings import ReaderSettings
from acr_testkit.awaiting import until
from acr_testkit.fed_reader import ADDRESS, FedReader
from acr_testkit.served_app import served
from acr_testkit.stories import Kind, Sent

ASK = {"partner": "partner-1"}
EVENTS = {"Accept": "text/event-stream"}


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a browser sees it; without data it only moved the id on."""

    id: str
    name: str
    data: str


@pytest.fixture
def fed() -> FedReader:
    return FedReader(
        ReaderSettings(
            feed_poll_seconds=0.01,
            feed_heartbeat_seconds=0.05,
            feeds_per_partner_max=3,
        )
    )


@contextlib.asynccontextmanager
async def reading(
    url: str, last_event_id: str | None = None, **query: str
) -> AsyncIterator[AsyncIterator[Event]]:
    headers = EVENTS | ({"Last-Event-ID": last_event_id} if last_event_id else {})
    async with (
        httpx.AsyncClient(base_url=url, timeout=10.0) as client,
        client.stream("GET", ADDRESS, params=ASK | query, headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream"
        yield parsed(answer.aiter_lines())


async def get(url: str, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=url) as client:
        return await client.get(ADDRESS, params=ASK | query, headers=headers)


async def parsed(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        else:
            yield Event(fields.get("id", ""), fields.get("event", ""), fields.get("data", ""))
            fields = {}


async def results(events: AsyncIterator[Event], count: int) -> list[tuple[str, str]]:
    """Read so many results: position and id of each."""
    got: list[tuple[str, str]] = []
    async for each in events:
        if each.data:
            assert each.name == "result"
            got.append((json.loads(each.data)["position"].split("/", 1)[1], each.id))
        if len(got) == count:
            break
    return got


async def test_results_come_as_events_at_once_and_as_they_settle(fed: FedReader) -> None:
    await fed.settle(0, [Sent(partner=1), Sent(partner=2)])
    async with served(fed.app()[0]) as url, reading(url) as events:
        first = await results(events, 1)
        await fed.settle(1, [Sent(partner=1, record=1)])
        second = await results(events, 1)

    assert [position for position, _ in first + second] == ["0/0", "1/0"]


async def test_it_says_when_to_come_again_and_that_it_lives(fed: FedReader) -> None:
    await fed.settle(0, [Sent(partner=2)] * 5)
    async with (
        served(fed.app()[0]) as url,
        httpx.AsyncClient(base_url=url) as client,
        client.stream("GET", ADDRESS, params=ASK, headers=EVENTS) as answer,
    ):
        lines = answer.aiter_lines()
        head = [await anext(lines) for _ in range(5)]
        page = await client.get(ADDRESS, params=ASK | {"start": "latest"})

    assert head[:3] == ["retry: 2000", "", ": alive"]
    assert head[3] == f"id: {page.json()['next']}"


async def test_an_id_goes_on_at_another_process_and_as_a_cursor_of_pages(fed: FedReader) -> None:
    for partition in range(3):
        await fed.settle(partition, [Sent(partner=1, record=partition)] * 2)
    async with served(fed.app()[0]) as url, reading(url) as events:
        first = await results(events, 2)
    last_id = first[-1][1]
    async with served(fed.app()[0]) as url:
        async with reading(url, last_id, start="earliest") as events:
            rest = await results(events, 4)
        page = await get(url, after=last_id)

    assert sorted(position for position, _ in first + rest) == [
        f"{p}/{offset}" for p in range(3) for offset in range(2)
    ]
    assert [each["position"].split("/", 1)[1] for each in page.json()["results"]] == [
        position for position, _ in rest
    ]


@pytest.mark.parametrize("seed", range(2))
async def test_a_reader_cut_off_again_and_again_misses_nothing_and_gets_nothing_twice(
    fed: FedReader, seed: int
) -> None:
    chance = random.Random(seed)
    total = [0]

    async def settle_all(partition: int) -> None:
        for _ in range(12):
            sent = [
                Sent(partner=chance.randrange(3), record=10 * partition + chance.randrange(3))
                for _ in range(chance.randrange(1, 6))
            ]
            total[0] += sum(each.partner == 1 for each in sent)
            await fed.settle(partition, sent)
            await asyncio.sleep(chance.random() * 0.02)

    got: list[str] = []
    last_id: str | None = None
    settling = asyncio.gather(*(settle_all(partition) for partition in range(3)))
    async with served(fed.app()[0]) as url:
        while not (settling.done() and len(got) >= total[0]):
            async with reading(url, last_id) as events:
                for _ in range(min(chance.randrange(1, 4), max(total[0] - len(got), 1))):
                    [(position, last_id)] = await results(events, 1)
                    got.append(position)
    await settling

    assert len(got) == len(set(got)) == total[0]
    for partition in range(3):
        mine = [int(each.split("/")[1]) for each in got if each.startswith(f"{partition}/")]
        assert mine == sorted(mine)


async def test_trouble_of_the_database_is_waited_for(fed: FedReader) -> None:
    async with served(fed.app()[0]) as url, reading(url) as events:
        fed.source.away = True
        await fed.settle(0, [Sent(partner=1)])
        beats = [await anext(events) for _ in range(4)]
        fed.source.away = False
        got = await results(events, 1)

    assert [each.data for each in beats] == [""] * 4
    assert got[0][0] == "0/0"


async def test_draining_ends_a_stream_whole(fed: FedReader) -> None:
    app, feeds = fed.app()
    async with served(app) as url, reading(url) as events:
        await anext(events)
        feeds.drain()
        rest = [each async for each in events]

    assert not any(each.data for each in rest)


async def test_many_streams_share_one_look_and_end_with_their_readers(fed: FedReader) -> None:
    app, _ = fed.app()
    async with served(app) as url, contextlib.AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(reading(url)) for _ in range(3)]
        refused = await get(url, EVENTS)
        looks = fed.source.looks
        async with asyncio.timeout(5):
            await until(lambda: fed.source.looks > looks + 3, "the watch looks")
            began = fed.source.pages_read
            await fed.settle(0, [Sent(partner=1)])
            got = [await results(each, 1) for each in streams]
        read = fed.source.pages_read - began
        await stack.aclose()
        await until(lambda: open_feeds() == 0, "all are closed")

    assert refused.status_code == 503
    assert {each[0][0] for each in got} == {"0/0"}
    assert read <= 3 * 2


async def test_a_reader_that_takes_nothing_is_cut_and_holds_little(
    fed: FedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Goal: memory stays flat. Method: far more than buffers hold, and nobody reads."""
    monkeypatch.setattr("acr_http.http1.READING_SECONDS_MAX", 0.3)
    for _ in range(30):
        await fed.settle(0, [Sent(Kind.REJECTED, partner=1)] * 500)
    async with served(fed.app()[0]) as url:
        target = httpx.URL(url)
        with socket.socket() as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.connect((target.host, target.port))
            head = f"GET {ADDRESS}?partner=partner-1 HTTP/1.1\r\nHost: x\r\n"
            raw.sendall(f"{head}Accept: text/event-stream\r\n\r\n".encode())
            await until(lambda: open_feeds() == 1, "it is open")
            await until(lambda: open_feeds() == 0, "it is cut, and its place is free")

    assert fed.source.pages_read * 50 < 14_000


def open_feeds() -> float:
    labels = {"registry": "lcsr", "form": "stream"}
    return REGISTRY.get_sample_value("acr_feeds_open", labels) or 0.0
