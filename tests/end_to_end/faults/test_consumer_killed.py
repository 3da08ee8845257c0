"""The consumer is killed with submissions in flight: every sender is answered, nothing is lost."""

import asyncio
import uuid

import asyncpg
import httpx
import pytest

from acr_testkit.awaiting import until
from acr_testkit.fragile_system import Fragile
from acr_testkit.samples import submission

CDSR = "/v1/registries/cdsr/submissions"
MANY = 200
WAIT = {"Prefer": "wait=30"}


def send_all(senders: httpx.AsyncClient, partner: str) -> "list[asyncio.Task[httpx.Response]]":
    return [
        asyncio.create_task(senders.post(CDSR, json=submission(partner=partner), headers=WAIT))
        for _ in range(MANY)
    ]


async def all_created(
    answers: list[httpx.Response], reading: httpx.AsyncClient, owner: asyncpg.Connection
) -> None:
    """Check that each is answered, settled as the first of its key, and stored once."""
    assert {each.status_code for each in answers} <= {201, 202}
    ids = [each.json()["submission_id"] for each in answers]
    for each in answers:
        if each.status_code == 202:
            status = await reading.get(each.headers["location"], headers=WAIT)
            assert status.json()["verdict"] == "created"
    rows = await owner.fetch(
        "SELECT verdict, count(*) FROM acr.arrivals WHERE submission_id = ANY ($1::uuid[]) "
        "GROUP BY verdict",
        ids,
    )
    assert [tuple(row) for row in rows] == [("created", MANY)]
    stored = "SELECT count(*) FROM acr.versions WHERE submission_id = ANY ($1::uuid[])"
    assert await owner.fetchval(stored, ids) == MANY


@pytest.mark.slow
async def test_killed_inside_its_transaction(
    fragile: Fragile,
    senders: httpx.AsyncClient,
    reading: httpx.AsyncClient,
    owner: asyncpg.Connection,
) -> None:
    async with owner.transaction():
        await owner.execute("LOCK TABLE acr.records_cdsr")
        sent = send_all(senders, f"p{uuid.uuid4().hex}")
        await fragile.in_flight(MANY)
        fragile.consumer.process.kill()
    assert not any(each.done() for each in sent)
    fragile.consumer.start()

    await all_created(await asyncio.gather(*sent), reading, owner)


@pytest.mark.slow
async def test_killed_while_results_are_on_their_way(
    fragile: Fragile,
    senders: httpx.AsyncClient,
    reading: httpx.AsyncClient,
    owner: asyncpg.Connection,
) -> None:
    sent = send_all(senders, f"p{uuid.uuid4().hex}")
    await until(lambda: any(each.done() for each in sent), "the first answer")
    fragile.consumer.process.kill()
    fragile.consumer.start()

    await all_created(await asyncio.gather(*sent), reading, owner)


@pytest.mark.slow
async def test_suspended_for_longer_than_its_session_it_goes_on_by_itself(
    fragile: Fragile, senders: httpx.AsyncClient, reading: httpx.AsyncClient
) -> None:
    pid = fragile.consumer.process.pid
    fragile.consumer.process.suspend()
    sent = await senders.post(CDSR, json=submission(), headers={"Prefer": "wait=9"})
    fragile.consumer.process.resume()

    status = await reading.get(sent.headers["location"], headers=WAIT)

    assert (sent.status_code, status.json()["verdict"]) == (202, "created")
    assert (fragile.consumer.process.pid, fragile.consumer.process.running) == (pid, True)
