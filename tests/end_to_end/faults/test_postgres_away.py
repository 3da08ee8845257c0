"""PostgreSQL is stopped or killed: submissions are kept all the same, and settle when it is back."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from acr_localstack.postgres import PostgresServer
from acr_testkit.awaiting import until
from acr_testkit.fragile_system import Fragile
from acr_testkit.samples import submission

CDSR = "/v1/registries/cdsr/submissions"


def state(url: str) -> int:
    return httpx.get(f"{url}/readyz").status_code


@pytest.mark.parametrize(
    "leave", [PostgresServer.stop, PostgresServer.kill], ids=["stopped", "killed"]
)
async def test_without_postgresql_submissions_are_kept_and_settle_later(
    fragile: Fragile,
    senders: httpx.AsyncClient,
    reading: httpx.AsyncClient,
    leave: Callable[[PostgresServer], object],
) -> None:
    pids = [service.process.pid for service in fragile.system.all()]
    await asyncio.to_thread(leave, fragile.server)
    try:
        sent = [
            await senders.post(CDSR, json=submission(), headers={"Prefer": f"wait={seconds}"})
            for seconds in (1, 0, 0)
        ]
        status = await reading.get(sent[0].headers["location"])
        await until(lambda: state(fragile.consumer.url) == 503, "the consumer says so")
        await until(lambda: state(fragile.reader.url) == 503, "the reader says so")
        gateway = await asyncio.to_thread(state, fragile.gateway.url)
    finally:
        await asyncio.to_thread(fragile.server.start)

    assert gateway == 200
    assert [each.status_code for each in sent] == [202, 202, 202]
    assert (status.status_code, status.json()["type"]) == (503, "/problems/unavailable")
    assert int(status.headers["retry-after"]) >= 1
    await fragile.all_ready()
    for each in sent:
        found = await reading.get(each.headers["location"], headers={"Prefer": "wait=30"})
        assert found.json()["verdict"] == "created"
    assert [service.process.pid for service in fragile.system.all()] == pids
    assert all(service.process.running for service in fragile.system.all())
