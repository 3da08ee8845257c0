"""Faults of our own services: killed, suspended, restarted, joining and leaving, with wrong clocks."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import httpx

from acr_localstack.ports import free_ports
from acr_localstack.services import Service
from acr_testkit.faults.scenario import Fault, Scenario, Scene
from acr_testkit.faults.skewed_clock import skewed
from acr_testkit.samples import submission

STORM_SECONDS = 12.0
STORM_STEP_SECONDS = 1.0
SKEW_SECONDS = 3 * 3600
CDSR = "cdsr"


def _gateway(scene: Scene) -> Sequence[Service]:
    return scene.parts.gateways[:1]


def _consumer(scene: Scene) -> Sequence[Service]:
    """Choose one of those that share a registry."""
    return scene.parts.consumers[CDSR][:1]


def _all_consumers(scene: Scene) -> Sequence[Service]:
    return [each for registry in scene.parts.consumers.values() for each in registry]


def _reader(scene: Scene) -> Sequence[Service]:
    return [scene.parts.reader]


CHOICES = {
    "gateway": _gateway,
    "consumer": _consumer,
    "all-consumers": _all_consumers,
    "reader": _reader,
}


def _killed(who: str) -> Fault:
    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        services = CHOICES[who](scene)
        for service in services:
            await asyncio.to_thread(service.process.kill)
        yield
        for service in services:
            service.start()

    return fault


def _suspended(who: str) -> Fault:
    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        services = CHOICES[who](scene)
        for service in services:
            service.process.suspend()
        yield
        for service in services:
            service.process.resume()

    return fault


@asynccontextmanager
async def consumer_lost(scene: Scene) -> AsyncIterator[None]:
    """Kill a consumer and leave it away until all is well: the other one takes over."""
    (service,) = _consumer(scene)
    await asyncio.to_thread(service.process.kill)
    scene.healed_now()
    scene.afterwards.callback(service.start)
    yield


@asynccontextmanager
async def services_restarted(scene: Scene) -> AsyncIterator[None]:
    """Stop and start every service of ours in order, one after another, under load."""
    for service in scene.parts.services():
        await scene.change(service, {})
    yield


@asynccontextmanager
async def rebalance_storm(scene: Scene) -> AsyncIterator[None]:
    """Let consumers join and leave every second."""
    ports = free_ports(2)
    joining = [
        scene.parts.consumers[CDSR][0].another(
            f"storm-{number}", port, {"ACR_CONSUMER_PORT": str(port)}
        )
        for number, port in enumerate(ports, 1)
    ]
    end = asyncio.get_running_loop().time() + STORM_SECONDS
    try:
        while asyncio.get_running_loop().time() < end:
            for service in joining:
                service.start()
                await asyncio.sleep(STORM_STEP_SECONDS)
            for service in joining:
                # In turns in order and at once: the group hears of the one, and misses the other.
                leave = scene.chance.choice([service.process.kill, service.process.terminate])
                await asyncio.sleep(STORM_STEP_SECONDS)
                await asyncio.to_thread(leave)
        yield
    finally:
        for service in joining:
            await asyncio.to_thread(service.process.kill)


def _wrong_clock(seconds: int) -> Fault:
    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        """Give a gateway and a consumer a wall clock that is hours off."""
        async with AsyncExitStack() as stack:
            changes = stack.enter_context(skewed(seconds))
            for service in (*_gateway(scene), *_consumer(scene)):
                await scene.change(service, changes)
            off = await asyncio.to_thread(_clock_of, scene)
            scene.require(abs(off - seconds) < SKEW_SECONDS / 2, f"the clock is {off:.0f} s off")
            yield
            scene.healed_now()
            scene.afterwards.push_async_callback(stack.pop_all().aclose)

    return fault


def _clock_of(scene: Scene) -> float:
    """Tell by a submission's id (UUIDv7, RFC 9562) how many seconds a gateway's clock is ahead."""
    body = submission(CDSR, partner=scene.probe_partner)
    url = scene.parts.gateways[0].url
    kept = httpx.post(f"{url}/v1/registries/{CDSR}/submissions", json=body, timeout=30).json()
    at = uuid.UUID(kept["submission_id"]).int >> 80
    return at / 1000 - datetime.now(UTC).timestamp()


PROCESS_SCENARIOS = (
    Scenario("gateway-killed", "One of two gateways is killed", _killed("gateway")),
    Scenario("gateway-suspended", "A gateway is suspended for 8 s", _suspended("gateway"), 8.0),
    Scenario("consumer-killed", "A consumer is killed, started 3 s later", _killed("consumer")),
    Scenario("consumer-lost", "A consumer is killed; another takes over", consumer_lost, 0.5),
    Scenario(
        "consumer-suspended",
        "A consumer is suspended for longer than its session, 10 s",
        _suspended("consumer"),
        10.0,
    ),
    Scenario("consumers-killed", "All consumers are killed at once", _killed("all-consumers")),
    Scenario("reader-killed", "The reader is killed", _killed("reader")),
    Scenario("services-restarted", "Every service is restarted in turn", services_restarted, 0.0),
    Scenario("rebalance-storm", "Consumers join and leave every second", rebalance_storm, 0.0),
    Scenario(
        "clock-ahead",
        "The clocks of a gateway and a consumer are 3 h ahead",
        _wrong_clock(SKEW_SECONDS),
    ),
    Scenario(
        "clock-behind",
        "The clocks of a gateway and a consumer are 3 h behind",
        _wrong_clock(-SKEW_SECONDS),
    ),
)
