"""Faults of the brokers: killed, suspended, two gone, leaders moved, restarted in turn, a full disk."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from acr_localstack.kafka import Broker
from acr_testkit.faults.kafka_commands import active_controller, move_leaders, wait_in_sync
from acr_testkit.faults.scenario import Fault, Scenario, Scene
from acr_testkit.faults.small_disks import fill, free, said_to_be_full

BACK_SECONDS_MAX = 90.0

Choose = Callable[[Scene], Sequence[Broker]]


def _controller(scene: Scene) -> Sequence[Broker]:
    return [active_controller(scene.parts.kafka)]


def _leader(scene: Scene) -> Sequence[Broker]:
    """Choose one that leads partitions, as each does, and is not the active controller."""
    controller = active_controller(scene.parts.kafka)
    others = [each for each in scene.parts.kafka.brokers if each is not controller]
    return [scene.chance.choice(others)]


def _two(scene: Scene) -> Sequence[Broker]:
    return scene.chance.sample(scene.parts.kafka.brokers, 2)


def _killed(choose: Choose) -> Fault:
    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        brokers = choose(scene)
        for broker in brokers:
            await asyncio.to_thread(broker.kill)
        yield
        await start_brokers(brokers)

    return fault


async def start_brokers(brokers: Sequence[Broker]) -> None:
    """Start all before waiting for any: one alone may miss a majority."""
    for broker in brokers:
        broker.launch()
    for broker in brokers:
        await asyncio.to_thread(broker.start, BACK_SECONDS_MAX)


def _suspended(choose: Choose) -> Fault:
    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        brokers = choose(scene)
        for broker in brokers:
            broker.suspend()
        try:
            yield
        finally:
            for broker in brokers:
                broker.resume()

    return fault


@asynccontextmanager
async def leaders_moved(scene: Scene) -> AsyncIterator[None]:
    """Move the leadership of every partition to another broker, twice."""
    for turn in (1, 2):
        await move_leaders(scene.parts, turn)
    yield


@asynccontextmanager
async def brokers_restarted(scene: Scene) -> AsyncIterator[None]:
    """Stop and start each broker in order, one after another."""
    for broker in scene.parts.kafka.brokers:
        await asyncio.to_thread(broker.stop)
        await start_brokers([broker])
        await wait_in_sync(scene.parts)
    yield


@asynccontextmanager
async def disk_full(scene: Scene) -> AsyncIterator[None]:
    """Fill the disk of a broker, which ends then; free it and start the broker."""
    disk, broker = scene.parts.disks["broker"], scene.parts.kafka.brokers[-1]
    await asyncio.to_thread(fill, disk)
    try:
        yield
        # Its log is on that disk, too, and may have had no room for the complaint.
        met = not broker.running or said_to_be_full(broker.log)
        scene.require(met, "the broker met a full disk")
    finally:
        free(disk)
        await start_brokers([broker])


KAFKA_SCENARIOS = (
    Scenario("broker-killed", "A broker that leads partitions is killed", _killed(_leader), 6.0),
    Scenario("controller-killed", "The active controller is killed", _killed(_controller), 6.0),
    Scenario("broker-suspended", "A broker is suspended for 8 s", _suspended(_leader), 8.0),
    Scenario(
        "controller-suspended", "The controller is suspended for 8 s", _suspended(_controller), 8.0
    ),
    Scenario("two-brokers-killed", "Two of three brokers are killed for 12 s", _killed(_two), 12.0),
    Scenario("two-brokers-suspended", "Two brokers are suspended for 12 s", _suspended(_two), 12.0),
    Scenario("leaders-moved", "The leaders of all partitions are moved", leaders_moved, 0.0),
    Scenario("brokers-restarted", "Each broker is restarted in turn", brokers_restarted, 0.0),
    Scenario(
        "broker-disk-full", "The disk of a broker is full for 8 s", disk_full, 8.0, small_disks=True
    ),
)
