"""What befalls a system, drawn from the seed: each disturbance begins at a time and is healed later."""

import asyncio
import functools
from collections.abc import Awaitable, Callable

from acr_avro.records import encode_submission
from acr_kafka.records import NewRecord
from acr_testkit.simulated.network import DATABASE, LOG
from acr_testkit.simulated.system import TOPIC, Node, System
from acr_testkit.stories import Sent, make_submission

# A submission of LCSR in the topic of CDSR.
OTHER_REGISTRY = encode_submission(make_submission(Sent(), 0))

Disturb = Callable[[System], Awaitable[None]]


async def disturb_all(system: System, count: int, window_seconds: float) -> None:
    """Let so many disturbances begin within a time, and wait until all have ended."""
    chance = system.chance
    names = list(DISTURBANCES)
    running = [
        asyncio.ensure_future(
            _later(
                chance.random() * window_seconds,
                functools.partial(DISTURBANCES[chance.choice(names)], system),
            )
        )
        for _ in range(count)
    ]
    for each in running:
        await each


async def _later(seconds: float, disturb: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await disturb()


def _node(system: System) -> Node:
    return system.chance.choice(list(system.nodes.values()))


def _a_while(system: System) -> float:
    """Draw a time: mostly short, at times beyond every timeout."""
    draw = system.chance.random()
    return draw * 3 if draw < 0.7 else draw * 25


async def kill(system: System) -> None:
    """End a process at some moment; it starts again."""
    system.kill(_node(system), 0.2 + _a_while(system) / 3)


async def stand_still(system: System) -> None:
    """Let a process stand still; whoever waits for it goes on without it."""
    node = _node(system)
    process = node.process
    system.pause(node)
    await asyncio.sleep(_a_while(system))
    if node.process is process:
        system.resume(node)


async def stop_in_order(system: System) -> None:
    """Ask a process to end; it starts again."""
    system.stop(_node(system))
    await asyncio.sleep(0)


async def cut(system: System) -> None:
    """Cut the way between two nodes."""
    chance = system.chance
    one = _node(system).name
    others = [LOG, LOG, "north"] if "gateway" in one else [LOG, DATABASE, DATABASE]
    other = chance.choice(others)
    pair = (min(one, other), max(one, other))
    system.tell("network", "is cut between %s and %s", one, other)
    system.network.cut.add(pair)
    await asyncio.sleep(_a_while(system))
    system.network.cut.discard(pair)
    system.tell("network", "is whole between %s and %s", one, other)


async def stop_cut_off(system: System) -> None:
    """Ask a process to end that cannot reach the log: what it waits for will not come in its time."""
    node = _node(system)
    pair = (min(node.name, LOG), max(node.name, LOG))
    system.tell("network", "is cut between %s and %s", *pair)
    system.network.cut.add(pair)
    await asyncio.sleep(_a_while(system))
    system.stop(node)
    await asyncio.sleep(_a_while(system) / 2)
    system.network.cut.discard(pair)
    system.tell("network", "is whole between %s and %s", *pair)


async def neighbour_down(system: System) -> None:
    """Let the log or the database go down, and come back with all that it has."""
    name = system.chance.choice((LOG, DATABASE))
    system.tell(name, "goes down")
    system.network.down.add(name)
    if name == DATABASE:
        system.database.end_all()
    await asyncio.sleep(_a_while(system) / 2)
    system.network.down.discard(name)
    system.tell(name, "is back")
    system.cluster.wake()


async def disk_full(system: System) -> None:
    """Let a disk be full for a while."""
    name = system.chance.choice((LOG, DATABASE))
    system.tell(name, "has no room left")
    system.network.full.add(name)
    await asyncio.sleep(_a_while(system) / 2)
    system.network.full.discard(name)
    system.tell(name, "has room again")


async def slow(system: System) -> None:
    """Let a node or a neighbour be slow."""
    chance = system.chance
    name = chance.choice([*system.nodes, LOG, DATABASE])
    factor = chance.choice((10.0, 100.0, 400.0))
    system.tell(name, "is %s times as slow", int(factor))
    system.network.slowness[name] = factor
    await asyncio.sleep(_a_while(system) / 2)
    system.network.slowness.pop(name, None)
    system.tell(name, "is as fast as ever")


async def rebalance(system: System) -> None:
    """Give partitions to other consumers, at once or again and again."""
    for _ in range(system.chance.choice((1, 1, 4))):
        system.tell("group", "gives partitions out anew")
        system.group.rebalance()
        await asyncio.sleep(system.chance.random())


async def clock_jump(system: System) -> None:
    """Let a wall clock jump."""
    node = _node(system)
    jump = (system.chance.random() - 0.5) * system.chance.choice((2.0, 600.0, 100_000.0))
    system.tell(node.name, "has its clock put by %s seconds", round(jump, 1))
    node.process.clock_offset_seconds += jump
    await asyncio.sleep(0)


async def trouble(system: System) -> None:
    """Let a share of what is asked of the brokers fail, in part or as a whole."""
    system.tell("log", "has trouble")
    system.cluster.troubled = 0.3
    await asyncio.sleep(_a_while(system))
    system.cluster.troubled = 0.0
    system.tell("log", "is well")


async def foreign_record(system: System) -> None:
    """Let another program write into the topic."""
    chance = system.chance
    value: bytes | None = chance.choice((b"no avro", None, b"\xc3\x01short", OTHER_REGISTRY))
    position = system.log.put(NewRecord(TOPIC, b"foreign/%d" % chance.randrange(9), value, ()))
    system.foreign.add((position.partition, position.offset))
    system.cluster.wake()
    await asyncio.sleep(0)


DISTURBANCES: dict[str, Disturb] = {
    each.__name__: each
    for each in (
        kill,
        kill,
        stand_still,
        stop_in_order,
        stop_cut_off,
        cut,
        neighbour_down,
        disk_full,
        slow,
        rebalance,
        clock_jump,
        trouble,
        foreign_record,
    )
}
