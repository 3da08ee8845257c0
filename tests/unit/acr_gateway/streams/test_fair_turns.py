"""A flood of one partner, by posts and by streams: another's submission passes what waits. Counts, not times."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from acr_settings.settings import GatewaySettings
from acr_testkit.awaiting import until
from acr_testkit.samples import submission
from acr_testkit.served_gateway import ServedGateway, served_gateway
from acr_testkit.stream_sender import as_lines, stream_sender

PATH = "/v1/registries/cdsr/submissions"
PLACES = 4
FLOOD = 60
# What had its place already, and one turn each for what came round meanwhile.
PASSED_BY_MAX = 3 * PLACES


@pytest.fixture
async def narrow() -> AsyncIterator[ServedGateway]:
    """A gateway with few places and a long queue."""
    settings = GatewaySettings(in_flight_max=PLACES, queue_max=1000, queue_seconds_max=30)
    async with served_gateway(settings) as gateway:
        yield gateway


async def small_sender_is_not_held_up(gateway: ServedGateway) -> None:
    """Send one submission of another partner, let everything go, and look at its place in the log."""
    async with httpx.AsyncClient(base_url=gateway.url, timeout=30) as client:
        body = submission(partner="small")
        sending = asyncio.create_task(client.post(PATH, json=body))
        await until(lambda: gateway.waits("small") == 1, "the small one waits")
        before = len(gateway.log.submissions)
        gateway.log.tells.set()
        answer = await sending

    assert answer.status_code == 201
    partners = [each.key.partner_id for each in gateway.log.submissions]
    assert partners.index("small") - before <= PASSED_BY_MAX


async def test_posts_of_a_flood_do_not_hold_another_up(narrow: ServedGateway) -> None:
    narrow.log.tells.clear()
    limits = httpx.Limits(max_connections=FLOOD)
    async with httpx.AsyncClient(base_url=narrow.url, timeout=30, limits=limits) as client:
        flood = [
            asyncio.create_task(client.post(PATH, json=submission(partner="flood")))
            for _ in range(FLOOD)
        ]
        await until(lambda: narrow.waits("flood") == FLOOD - PLACES, "the flood waits")

        await small_sender_is_not_held_up(narrow)

        assert {each.status_code for each in await asyncio.gather(*flood)} == {201}


async def test_streams_of_a_flood_do_not_hold_another_up(narrow: ServedGateway) -> None:
    narrow.log.tells.clear()
    async with stream_sender(narrow.url) as one, stream_sender(narrow.url) as two:
        for each in (one, two):
            await each.head(PATH)
            await each.chunk(as_lines(*[submission(partner="flood") for _ in range(FLOOD)]))
            await each.end()
        await until(lambda: narrow.waits("flood") == 2, "both streams wait")

        await small_sender_is_not_held_up(narrow)

        for each in (one, two):
            await each.answer_head()
            assert (await each.answers())[-1]["summary"]["created"] == FLOOD
