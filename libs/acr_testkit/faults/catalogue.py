"""All scenarios, in the order in which they are played."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from acr_testkit.faults.kafka_faults import KAFKA_SCENARIOS, start_brokers
from acr_testkit.faults.network_faults import NETWORK_SCENARIOS
from acr_testkit.faults.postgres_faults import POSTGRES_SCENARIOS
from acr_testkit.faults.process_faults import PROCESS_SCENARIOS
from acr_testkit.faults.scenario import Scenario, Scene


@asynccontextmanager
async def power_cut(scene: Scene) -> AsyncIterator[None]:
    """Kill every process of the system at once, and start all of it."""
    parts = scene.parts
    ends = [broker.kill for broker in parts.kafka.brokers]
    ends += [parts.database.kill_postmaster]
    await asyncio.gather(
        *map(asyncio.to_thread, ends),
        *(asyncio.to_thread(each.process.kill) for each in parts.services()),
    )
    yield
    await asyncio.gather(
        asyncio.to_thread(parts.database.start), start_brokers(parts.kafka.brokers)
    )
    for service in parts.services():
        service.start()


SCENARIOS: tuple[Scenario, ...] = (
    *PROCESS_SCENARIOS,
    *KAFKA_SCENARIOS,
    *POSTGRES_SCENARIOS,
    *NETWORK_SCENARIOS,
    Scenario("power-cut", "Every process of the system is killed at once", power_cut, 1.0),
)
