"""The client against the real gateway's application: what is told, and how sources are read."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from acr_client.blocking import BlockingAcrClient
from acr_client.client import AcrClient
from acr_client.sending import Pace
from acr_client.told import Outgoing, Told
from acr_settings.settings import GatewaySettings
from acr_testkit.samples import as_bytes, submission
from acr_testkit.served_gateway import ServedGateway, served_gateway

SMALL = Pace(concurrency=3, lines_max=20, patience_seconds=5.0)


@pytest.fixture
async def gateway() -> AsyncIterator[ServedGateway]:
    async with served_gateway(GatewaySettings(wait_seconds_default=2)) as serving:
        yield serving


def bodies(count: int, **fields: Any) -> list[bytes]:
    return [as_bytes(submission("lcsr", **fields)) for _ in range(count)]


async def sent(client: AcrClient, source: Any) -> list[Told]:
    return [told async for told in client.send(source)]


async def test_each_submission_is_told_its_verdict_and_findings(gateway: ServedGateway) -> None:
    good, again = bodies(2)
    bad = as_bytes(submission("lcsr", modificationdate="2001-01-01T00:00:00Z"))
    headless = b'{"payload": {}}'
    async with AcrClient(gateway.url, "lcsr", pace=Pace(1)) as client:
        told = await sent(client, [good, Outgoing(bad, "bad:7"), headless, again, again])

    by_number = {each.number: each for each in told}
    assert [by_number[n].verdict for n in range(1, 6)] == (
        ["created", "rejected", "refused", "created", "duplicate"]
    )
    assert [by_number[n].status for n in range(1, 6)] == [201, 400, 400, 201, 200]
    assert [by_number[n].stored for n in range(1, 6)] == [True, False, False, True, True]
    assert by_number[2].where == "bad:7"
    assert by_number[2].digest == Outgoing(bad).digest
    assert any(each.rule == "HEADER-201" for each in by_number[2].findings)
    assert by_number[3].submission_id is None
    assert by_number[3].findings


async def test_many_go_in_batches_and_each_is_told_once(gateway: ServedGateway) -> None:
    source = bodies(500)
    async with AcrClient(gateway.url, "lcsr", pace=Pace(4, lines_max=50)) as client:
        told = await sent(client, source)

    assert sorted(each.number for each in told) == list(range(1, 501))
    assert {each.verdict for each in told} == {"created"}
    assert len(gateway.log.submissions) == 500
    assert len(gateway.log.batches) < 250


async def test_versions_of_a_record_arrive_in_their_order(gateway: ServedGateway) -> None:
    ids = [str(uuid.uuid4()) for _ in range(10)]
    source = [
        as_bytes(submission("lcsr", header_id=each, version_no=version))
        for version in range(1, 16)
        for each in ids
    ]
    async with AcrClient(gateway.url, "lcsr", pace=Pace(4, lines_max=7)) as client:
        told = await sent(client, source)

    assert Counter(each.verdict for each in told) == {"created": 10, "updated": 140}


async def test_json_over_several_lines_is_one_submission(gateway: ServedGateway) -> None:
    body = json.dumps(submission("lcsr"), indent=2).replace("\n", "\r\n").encode()
    async with AcrClient(gateway.url, "lcsr") as client:
        told = await client.submit(body)

    assert told.verdict == "created"


@pytest.mark.parametrize("nothing", [b"", b" \n ", b"\r"])
async def test_nothing_at_all_is_refused_and_holds_nobody_up(
    gateway: ServedGateway, nothing: bytes
) -> None:
    async with AcrClient(gateway.url, "lcsr", pace=Pace(1, patience_seconds=1)) as client:
        told = await sent(client, [*bodies(1), nothing, *bodies(1)])

    assert [each.verdict for each in sorted(told, key=lambda each: each.number)] == [
        "created",
        "refused",
        "created",
    ]


async def test_a_source_may_be_async_and_slow_and_is_read_with_back_pressure(
    gateway: ServedGateway,
) -> None:
    taken = 0

    async def source() -> AsyncIterator[bytes]:
        nonlocal taken
        for body in bodies(30) * 100:
            taken += 1
            yield body

    async with AcrClient(gateway.url, "lcsr", pace=Pace(2, lines_max=20)) as client:
        told = client.send(source())
        first = await anext(told)
        await asyncio.sleep(0.3)
        read_ahead = taken
        await told.aclose()

    assert first.stored
    assert read_ahead < 1000


async def test_a_blocking_source_gives_its_lines_at_once(gateway: ServedGateway) -> None:
    """Goal: a pipe that is still open holds nothing back. Method: it blocks after one line."""
    going_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def source() -> Iterator[bytes]:
        first, second = bodies(2)
        yield first
        asyncio.run_coroutine_threadsafe(going_on.wait(), loop).result()
        yield second

    async with AcrClient(gateway.url, "lcsr") as client:
        told = client.send(source())
        assert (await anext(told)).number == 1
        going_on.set()
        assert [each.number async for each in told] == [2]


async def test_a_fault_of_the_source_ends_the_run_and_is_raised(gateway: ServedGateway) -> None:
    def source() -> Iterator[bytes]:
        yield from bodies(3)
        raise LookupError("the disk is gone")

    async with AcrClient(gateway.url, "lcsr") as client:
        with pytest.raises(LookupError, match="the disk is gone"):
            await sent(client, source())


async def test_the_blocking_client_is_the_same(gateway: ServedGateway, tmp_path: Path) -> None:
    file = tmp_path / "some.ndjson"
    file.write_bytes(b"\n".join(bodies(25)))

    def run() -> list[Told]:
        with BlockingAcrClient(gateway.url, "lcsr", pace=SMALL) as client, file.open("rb") as lines:
            one = client.submit(bodies(1)[0])
            assert one.verdict == "created"
            return list(client.send(lines))

    told = await asyncio.to_thread(run)

    assert Counter(each.verdict for each in told) == {"created": 25}


async def test_a_blocking_iteration_may_be_left_early(gateway: ServedGateway) -> None:
    def run() -> int:
        with BlockingAcrClient(gateway.url, "lcsr", pace=SMALL) as client:
            for told in client.send(bodies(200)):
                return told.number
        return 0

    assert await asyncio.to_thread(run) > 0
