"""Kafka is stopped or killed: senders hear 503 with Retry-After, and all goes on by itself."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from acr_localstack.kafka import Broker
from acr_testkit.fragile_system import Fragile
from acr_testkit.samples import submission

CDSR = "/v1/registries/cdsr/submissions"


@pytest.mark.slow
@pytest.mark.parametrize("leave", [Broker.stop, Broker.kill], ids=["stopped", "killed"])
async def test_without_kafka_a_submission_is_a_503_until_it_is_back(
    fragile: Fragile,
    senders: httpx.AsyncClient,
    reading: httpx.AsyncClient,
    leave: Callable[[Broker], object],
) -> None:
    pids = [service.process.pid for service in fragile.system.all()]
    kept = await senders.post(CDSR, json=submission())
    body = submission()

    await asyncio.to_thread(leave, fragile.broker)
    try:
        refused = await senders.post(CDSR, json=body)
        checked = await senders.post("/v1/registries/cdsr/validations", json=body)
        ready = await senders.get("/readyz")
        alive = await senders.get("/livez")
        status = await reading.get(f"/v1/submissions/{kept.json()['submission_id']}")
    finally:
        await asyncio.to_thread(fragile.broker.start)

    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/unavailable")
    assert int(refused.headers["retry-after"]) >= 1
    assert (checked.status_code, checked.json()["verdict_if_sent"]) == (200, "stored")
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert status.json()["verdict"] == "created", "the reader does not need Kafka"
    await fragile.all_ready()
    again = await senders.post(CDSR, json=body)
    # The first attempt may have reached the log after all; then this one is its duplicate.
    assert (again.status_code, again.json()["verdict"]) in [(201, "created"), (200, "duplicate")]
    assert [service.process.pid for service in fragile.system.all()] == pids
    assert all(service.process.running for service in fragile.system.all())
