"""One history from one seed: a system is made, lives through its schedule, comes to rest, and is judged."""

import asyncio
from dataclasses import dataclass, field
from random import Random

from acr_domain.topics import RESULTS_TOPIC, dead_letters_topic
from acr_registries.projection_sql import projection_shape
from acr_testkit.invariant_report import Report
from acr_testkit.invariants import check
from acr_testkit.memory_log import MemoryLog
from acr_testkit.simulated.clients import Client
from acr_testkit.simulated.cluster import Cluster
from acr_testkit.simulated.database import SimulatedDatabase
from acr_testkit.simulated.evidence import kept
from acr_testkit.simulated.group import HEARTBEAT_SECONDS, Group
from acr_testkit.simulated.lives import Parts, consumer_life, gateway_life, projection
from acr_testkit.simulated.loop import Process, SimulatedLoop
from acr_testkit.simulated.network import Network
from acr_testkit.simulated.remembered import remembered
from acr_testkit.simulated.schedule import disturb_all
from acr_testkit.simulated.sendings import REGISTRY
from acr_testkit.simulated.system import TOPIC, Node, System
from acr_testkit.simulated.time_and_chance import simulated_time

PARTNERS = ("north", "south")
REST_SECONDS_MAX = 400.0
LOOK_SECONDS = 0.5
SENDS_A_CLIENT = 40


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a history is made of, apart from chance. ``kill_at_step`` ends the process that is about
    to take that step.
    """

    sends: int = 8
    records: int = 2
    gateways: int = 1
    consumers: int = 2
    partitions: int = 2
    batch_max: int = 3
    in_flight_max: int = 50
    disturbances: int = 3
    window_seconds: float = 3.0
    delay_seconds: float = 0.002
    shuffles: bool = True
    kill_at_step: int = 0


def drawn(seed: int, size: int = 1) -> Scenario:
    """Draw a scenario; ``size`` multiplies what is sent."""
    chance = Random(f"scenario {seed}")
    sends = chance.randint(3, 9) * size
    return Scenario(
        sends=sends,
        records=max(1, chance.randint(1, 2) * sends // 6),
        gateways=chance.randint(1, 2),
        consumers=chance.randint(1, 3),
        partitions=chance.randint(1, 3),
        batch_max=chance.choice((1, 2, 5)) if size == 1 else chance.choice((5, 50, 200)),
        in_flight_max=2 if chance.random() < 0.05 else 50 * size,
        disturbances=chance.randint(1, 4) if size == 1 else chance.randint(4, 12),
        window_seconds=chance.choice((0.2, 2.0, 8.0)) * (1 if size == 1 else 3),
        shuffles=chance.random() < 0.8,
    )


@dataclass(slots=True)
class Verdict:
    """How a history went: the invariants' report, and what else must not be."""

    seed: int
    report: Report
    faults: list[str]
    arrivals: int
    steps: int
    seconds: float
    story: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Tell whether everything holds."""
        return self.report.holds and not self.faults


def live(
    seed: int,
    scenario: Scenario | None = None,
    parts: Parts | None = None,
    *,
    with_story: bool = False,
) -> Verdict:
    """Live a history and judge it."""
    chosen = scenario or drawn(seed)
    chance = Random(seed)
    loop = SimulatedLoop(chance, shuffles=chosen.shuffles)
    living = parts or Parts()
    with simulated_time(loop, chance), remembered(), living.in_place():
        return loop.run(_live(seed, loop, chance, chosen, living, with_story))


async def _live(
    seed: int,
    loop: SimulatedLoop,
    chance: Random,
    scenario: Scenario,
    parts: Parts,
    with_story: bool,
) -> Verdict:
    system = _system(loop, chance, scenario)
    _people(system, scenario, parts)
    _arm(system, scenario.kill_at_step)
    ticking = asyncio.ensure_future(_tick(system))
    gateways = [name for name in system.nodes if "gateway" in name]
    clients = [
        Client(system, PARTNERS[number % 2], gateways, scenario.records).send_all(
            share, scenario.window_seconds / share
        )
        for number, share in enumerate(_shares(scenario.sends))
    ]
    disturbing = disturb_all(system, scenario.disturbances, scenario.window_seconds)
    await asyncio.gather(disturbing, *clients)
    faults = system.faults
    try:
        async with asyncio.timeout(REST_SECONDS_MAX):
            await _rest(system)
    except TimeoutError:
        faults.append("the system does not come to rest")
    ticking.cancel()
    report = check(system.told, kept(system))
    lines = [*told_lines(system)] if with_story or faults or not report.holds else []
    arrivals = len(system.log.records(TOPIC))
    return Verdict(seed, report, faults, arrivals, loop.steps, loop.now, lines)


def _system(loop: SimulatedLoop, chance: Random, scenario: Scenario) -> System:
    counts = {TOPIC: scenario.partitions, RESULTS_TOPIC: 2, dead_letters_topic(REGISTRY): 1}
    network = Network(chance, scenario.delay_seconds)
    log = MemoryLog(counts)
    for topic in counts:
        log.records(topic)
    cluster = Cluster(log, network)
    database = SimulatedDatabase(shape=projection_shape(projection()))
    group = Group(cluster, TOPIC, scenario.partitions)
    system = System(loop, chance, network, log, cluster, database, group)
    log.watch = system.watch
    database.tell = system.tell
    return system


def _people(system: System, scenario: Scenario, parts: Parts) -> None:
    lives = {
        **{
            f"gateway-{number}": gateway_life(parts, scenario.in_flight_max)
            for number in range(scenario.gateways)
        },
        **{
            f"consumer-{number}": consumer_life(parts, scenario.batch_max)
            for number in range(scenario.consumers)
        },
    }
    for name, life in lives.items():
        system.nodes[name] = Node(name, life, Process(name))
        system.start(system.nodes[name])


def _arm(system: System, kill_at_step: int) -> None:
    if not kill_at_step:
        return

    def fuse(step: int, process: Process) -> None:
        if step == kill_at_step:
            system.kill(system.nodes[process.name])

    system.loop.fuse = fuse


def _shares(sends: int) -> list[int]:
    """Divide what is sent among clients, two at least."""
    count = max(2, sends // SENDS_A_CLIENT)
    return [max(1, (sends + number) // count) for number in range(count)]


async def _tick(system: System) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        system.group.look_around()
        system.database.end_idle()


async def _rest(system: System) -> None:
    """Wait until everything that was appended is settled and announced, and nothing is on its way."""
    while not _at_rest(system):  # noqa: ASYNC110 - rest is a state of many parts, not an event.
        await asyncio.sleep(LOOK_SECONDS)


def _at_rest(system: System) -> bool:
    if system.network.on_the_way or any(each.process.dead for each in system.nodes.values()):
        return False
    places = system.database.tables.places
    for partition in range(system.group.partitions):
        end = system.log.end(TOPIC, partition)
        place = places.get(partition)
        if end and (place is None or not place.next_offset == place.announced_offset == end):
            return False
    return True


def told_lines(system: System) -> list[str]:
    """Write the story: when, who, what."""
    return [
        f"{time:9.3f}  {who:<11} {what % values if values else what}"
        for time, who, what, values in system.story
    ]
