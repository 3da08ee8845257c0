"""The results feed as JSON pages: what is given, how long is waited, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from acr_settings.settings import ReaderSettings
from acr_testkit.awaiting import until
from acr_testkit.fed_reader import ADDRESS, FedReader
from acr_testkit.stories import RECEIVED_AT, Kind, Sent

ONE, OTHER = Sent(partner=1), Sent(partner=2)
ASK = {"partner": "partner-1"}


@pytest.fixture
def fed() -> FedReader:
    return FedReader(ReaderSettings(feed_poll_seconds=0.01, feeds_per_partner_max=2, feeds_max=3))


def client_of(fed: FedReader) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(fed.app()[0], raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://reader")


@pytest.fixture
async def client(fed: FedReader) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(fed) as client:
        yield client


def offsets(answer: httpx.Response) -> list[str]:
    return [each["position"].split("/", 1)[1] for each in answer.json()["results"]]


async def test_a_page_tells_each_result_as_its_status_does(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    await fed.settle(0, [ONE, OTHER, Sent(Kind.REJECTED, partner=1, record=3)])

    answer = await client.get(ADDRESS, params=ASK)

    body = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (body["registry"], body["partner_id"], body["more"]) == ("lcsr", "partner-1", False)
    assert [each["verdict"] for each in body["results"]] == ["created", "rejected"]
    told = body["results"][1]
    assert told["findings"][0]["rule"] == "TEST-1"
    assert told["received_at"] == RECEIVED_AT.isoformat()
    assert told["position"] == "acr.lcsr.submissions.v1/0/2"
    assert told["record_url"].startswith("/v1/registries/lcsr/records/partner-1/")


async def test_pages_are_followed_by_cursor_or_by_link_to_the_end(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    for partition in range(3):
        await fed.settle(
            partition, [Sent(partner=1, record=partition, version_no=n) for n in (1, 2)]
        )

    answer = await client.get(ADDRESS, params={**ASK, "limit": "2"})
    got = offsets(answer)
    while answer.json()["more"]:
        next_url = answer.links["next"]["url"]
        assert f"after={answer.json()['next']}" in next_url
        answer = await client.get(next_url)
        got += offsets(answer)

    assert sorted(got) == [f"{p}/{offset}" for p in range(3) for offset in range(2)]
    again = await client.get(ADDRESS, params={**ASK, "after": answer.json()["next"]})
    assert (again.json()["results"], again.json()["next"]) == ([], answer.json()["next"])


async def test_a_cursor_holds_at_another_process(fed: FedReader, client: httpx.AsyncClient) -> None:
    await fed.settle(0, [ONE, ONE])
    cursor = (await client.get(ADDRESS, params={**ASK, "limit": "1"})).json()["next"]

    async with client_of(fed) as other:
        answer = await other.get(ADDRESS, params={**ASK, "after": cursor})

    assert offsets(answer) == ["0/1"]


async def test_a_feed_begins_where_it_is_asked_to(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    await fed.settle(0, [ONE] * 4)
    fed.source.received_at = {(0, n): RECEIVED_AT + timedelta(hours=n) for n in range(4)}
    since = (RECEIVED_AT + timedelta(hours=2)).isoformat()

    begun = {
        start: offsets(await client.get(ADDRESS, params={**ASK, "start": start}))
        for start in ("earliest", "latest", since, since.replace("+00:00", ""))
    }
    latest = await client.get(ADDRESS, params={**ASK, "start": "latest"})
    await fed.settle(0, [ONE])
    behind = await client.get(ADDRESS, params={**ASK, "after": latest.json()["next"]})

    assert begun["earliest"] == ["0/0", "0/1", "0/2", "0/3"]
    assert begun["latest"] == []
    assert begun[since] == begun[since.replace("+00:00", "")] == ["0/2", "0/3"]
    assert offsets(behind) == ["0/4"]


async def test_a_time_is_taken_with_the_clocks_skew(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    await fed.settle(0, [ONE, ONE])
    fed.source.received_at = {(0, 0): RECEIVED_AT - timedelta(seconds=59)}

    answer = await client.get(ADDRESS, params={**ASK, "start": RECEIVED_AT.isoformat()})

    assert offsets(answer) == ["0/0", "0/1"]


async def test_a_long_poll_ends_with_the_next_result_of_this_partner(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    await fed.settle(0, [OTHER])
    asking = asyncio.create_task(client.get(ADDRESS, params=ASK, headers={"Prefer": "wait=30"}))
    await until(lambda: fed.source.looks > 3, "the watch looks")
    await fed.settle(0, [OTHER])
    looks, read = fed.source.looks, fed.source.pages_read
    await until(lambda: fed.source.looks > looks + 2, "the watch has seen it")
    unmoved = fed.source.pages_read == read
    await fed.settle(1, [Sent(partner=1, record=1)])

    answer = await asking

    assert unmoved, "another partner's results woke this one"
    assert (offsets(answer), answer.headers["preference-applied"]) == (["1/0"], "wait=30")


async def test_a_long_poll_without_news_ends_empty_and_nothing_looks_afterwards(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    answer = await client.get(ADDRESS, params=ASK, headers={"Prefer": "wait=1"})
    looks = fed.source.looks
    await asyncio.sleep(0.05)

    assert (answer.status_code, answer.json()["results"]) == (200, [])
    assert 1 < looks == fed.source.looks


async def test_what_was_settled_before_the_first_look_is_told_by_it(
    fed: FedReader, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Goal: no gap between a feed's reading and the watch's first look. Method: settle in it."""
    news = type(fed.source).news

    async def settle_first(self: Any, registry: str, seen: Any) -> Any:
        if self.looks == 0:
            await fed.settle(0, [ONE])
        return await news(self, registry, seen)

    monkeypatch.setattr(type(fed.source), "news", settle_first)

    answer = await client.get(ADDRESS, params=ASK, headers={"Prefer": "wait=10"})

    assert offsets(answer) == ["0/0"]


async def test_draining_ends_waits_at_once(fed: FedReader) -> None:
    app, feeds = fed.app()
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://reader"
    ) as client:
        asking = asyncio.create_task(client.get(ADDRESS, params=ASK, headers={"Prefer": "wait=60"}))
        await until(lambda: fed.source.looks > 1, "it waits")
        feeds.drain()
        answer = await asking

    assert (answer.status_code, answer.json()["results"]) == (200, [])


async def test_trouble_of_the_database_is_a_503_that_says_when_to_come_again(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    fed.source.away = True

    answer = await client.get(ADDRESS, params=ASK)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


async def test_feeds_beyond_the_bounds_are_refused_and_places_come_free_again(
    fed: FedReader, client: httpx.AsyncClient
) -> None:
    def waiting(partner: str) -> "asyncio.Task[httpx.Response]":
        return asyncio.create_task(
            client.get(ADDRESS, params={"partner": partner}, headers={"Prefer": "wait=1"})
        )

    held = [waiting("partner-1"), waiting("partner-1")]
    await until(lambda: fed.source.pages_read >= 2, "two are read")
    one_more = await client.get(ADDRESS, params=ASK)
    held.append(waiting("partner-2"))
    await until(lambda: fed.source.pages_read >= 3, "three are read")
    full = await client.get(ADDRESS, params={"partner": "partner-3"})
    await asyncio.gather(*held)
    after = await client.get(ADDRESS, params=ASK)

    assert (one_more.status_code, full.status_code, after.status_code) == (503, 503, 200)
    assert one_more.json()["type"] == "/problems/overloaded"
    assert "this partner" in one_more.json()["detail"]
    assert int(full.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", "partner"),
        ("partner=", "partner"),
        ("partner=a&partner=b", "once each"),
        ("partner=a&afer=x", "parameters are"),
        ("partner=a&after=x", "cursor"),
        ("partner=a&after=x&start=latest", "exclude"),
        ("partner=a&start=yesterday", "start is"),
        ("partner=a&limit=0", "limit"),
        ("partner=a&limit=501", "limit"),
        ("partner=a&limit=-1", "limit"),
        ("partner=a&limit=", "limit"),
        ("partner=a&limit=1000000000100", "limit"),
        ("partner=" + "a" * 1001, "partner"),
    ],
)
async def test_a_bad_parameter_is_a_400_that_says_what_it_may_be(
    client: httpx.AsyncClient, query: str, told: str
) -> None:
    answer = await client.get(f"{ADDRESS}?{query}")

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-parameter")
    assert told in answer.json()["detail"]


async def test_an_unknown_registry_is_a_404(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/registries/none/results", params=ASK)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_partner_id_may_be_any_text(fed: FedReader, client: httpx.AsyncClient) -> None:
    answer = await client.get(ADDRESS, params={"partner": "a\0b/ü&"})

    assert answer.json()["partner_id"] == "a\ufffdb/ü&"
    assert (await client.get(answer.links["next"]["url"])).status_code == 200
