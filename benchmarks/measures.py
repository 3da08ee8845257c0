"""The measures, each a stretch of work on the running system. They tell figures and judge none."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field

from benchmarks.costs import Cost, cost_between, read_cpu
from benchmarks.floor import Floor, open_floor
from benchmarks.load import Latencies, send_count, send_for
from benchmarks.running import Running
from benchmarks.settling import open_settling
from benchmarks.wire import RESPOND_ASYNC, VARIANTS, LoadFailed, RequestMaker, Variant

from acr_localstack.cache import Report

WARM_UP = 50
WAITED_CONNECTIONS = (1, 16, 64)
ASYNC_CONNECTIONS = 64
KEPT = 202


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure. ``count`` is of single submissions in each of the rounds."""

    count: int = 500
    rounds: int = 3
    seconds: float = 4.0
    drain: int = 20_000


@dataclass(frozen=True, slots=True)
class Round:
    """One round: the latencies of the walk and of the floor, in milliseconds."""

    walk: Latencies
    floor: Latencies


@dataclass(frozen=True, slots=True)
class Latency:
    """Single submissions, waited for one after the other, beside the floor."""

    variant: str
    body_bytes: int
    submissions_a_round: int
    rounds: list[Round]
    walk_ms: Latencies
    floor_ms: Latencies
    p50_ratio: float
    p99_ratio: float


@dataclass(frozen=True, slots=True)
class Waited:
    """Submissions waited for, on so many connections at once."""

    variant: str
    connections: int
    submissions: int
    per_second: float
    latency_ms: Latencies
    cost: Cost


@dataclass(frozen=True, slots=True)
class NotWaited:
    """Submissions that nobody waits for. ``settled_per_second`` runs from the first request on."""

    variant: str
    connections: int
    submissions: int
    accepted_per_second: float
    unsettled_at_last_answer: int
    seconds_until_settled: float
    settled_per_second: float
    cost: Cost


@dataclass(frozen=True, slots=True)
class Drain:
    """A backlog settled by a consumer that was stopped while it grew.

    ``seconds_until_first`` has the consumer's start in it; the rate and the cost begin with the
    first sighting of settled arrivals, at ``settled_at_first``.
    """

    variant: str
    submissions: int
    seconds_until_first: float
    settled_at_first: int
    settled_per_second: float
    cost: Cost


@dataclass(slots=True)
class Measured:
    """All figures so far; they are gathered measure by measure. ``hops_ms`` are means."""

    latency: list[Latency] = field(default_factory=list)
    hops_ms: dict[str, float] = field(default_factory=dict)
    waited: list[Waited] = field(default_factory=list)
    not_waited: list[NotWaited] = field(default_factory=list)
    drain: list[Drain] = field(default_factory=list)


async def warm_up(running: Running) -> None:
    """Let connections, caches and prepared statements come into being."""
    for variant in VARIANTS:
        await send_count(running.system.gateway.url, RequestMaker(variant), WARM_UP)


async def measure_latency(running: Running, plan: Plan, report: Report) -> list[Latency]:
    """Time the walk and the floor in turns, and in each round in the other order."""
    neighbours, rounds = running.neighbours, {variant.name: list[Round]() for variant in VARIANTS}
    async with open_floor(neighbours.kafka_bootstrap, neighbours.postgres_dsn) as floor:
        await floor.time_walks(RequestMaker(VARIANTS[0]).body, WARM_UP)
        for number in range(plan.rounds):
            for variant in VARIANTS:
                one = await _time_round(running, floor, variant, plan.count, floor_first=number % 2)
                rounds[variant.name].append(one)
                report(
                    f"latency, round {number + 1}, {variant.name}: p50 {one.walk.p50:.1f} ms, "
                    f"floor {one.floor.p50:.1f} ms"
                )
    return [_summary(variant, plan.count, rounds[variant.name]) for variant in VARIANTS]


async def _time_round(
    running: Running, floor: Floor, variant: Variant, count: int, *, floor_first: int
) -> Round:
    maker, beneath = RequestMaker(variant), None
    if floor_first:
        beneath = await floor.time_walks(maker.body, count)
    load = await send_count(running.system.gateway.url, maker, count)
    if beneath is None:
        beneath = await floor.time_walks(maker.body, count)
    return Round(load.latencies, Latencies.of(beneath))


def _summary(variant: Variant, count: int, rounds: list[Round]) -> Latency:
    median = statistics.median
    return Latency(
        variant.name,
        len(RequestMaker(variant).body),
        count,
        rounds,
        _medians([one.walk for one in rounds]),
        _medians([one.floor for one in rounds]),
        median(one.walk.p50 / one.floor.p50 for one in rounds),
        median(one.walk.p99 / one.floor.p99 for one in rounds),
    )


def _medians(latencies: list[Latencies]) -> Latencies:
    median = statistics.median
    return Latencies(
        median(each.p50 for each in latencies),
        median(each.p90 for each in latencies),
        median(each.p99 for each in latencies),
    )


async def measure_waited(running: Running, plan: Plan, report: Report) -> list[Waited]:
    """Load with waited-for submissions, on more and more connections."""
    measured = []
    for variant in VARIANTS:
        for connections in WAITED_CONNECTIONS:
            url, maker = running.system.gateway.url, RequestMaker(variant)
            await send_count(url, maker, connections * 10, connections=connections)
            before = read_cpu(running)
            load = await send_for(url, maker, plan.seconds, connections=connections)
            cost = cost_between(before, read_cpu(running), load.answers)
            measured.append(
                Waited(
                    variant.name, connections, load.answers, load.per_second, load.latencies, cost
                )
            )
            report(f"waited for, {variant.name}, {connections} at once: {load.per_second:.0f}/s")
    return measured


async def measure_not_waited(running: Running, plan: Plan, report: Report) -> list[NotWaited]:
    """Load with submissions that are answered when kept, then see them settled."""
    return [await _not_waited(running, variant, plan, report) for variant in VARIANTS]


async def _not_waited(running: Running, variant: Variant, plan: Plan, report: Report) -> NotWaited:
    url, maker = running.system.gateway.url, RequestMaker(variant, RESPOND_ASYNC)
    async with open_settling(running) as settling:
        settled_before = await settling.count()
        before = read_cpu(running)
        load = await send_for(url, maker, plan.seconds, connections=ASYNC_CONNECTIONS, status=KEPT)
        answered = time.monotonic()
        target = settled_before + load.answers
        unsettled = target - await settling.count()
        await settling.watch(target)
        after = read_cpu(running)
    measured = NotWaited(
        variant.name,
        ASYNC_CONNECTIONS,
        load.answers,
        load.per_second,
        unsettled,
        after.at - answered,
        load.answers / (after.at - before.at),
        cost_between(before, after, load.answers),
    )
    report(
        f"not waited for, {variant.name}: {measured.accepted_per_second:.0f}/s accepted, "
        f"all settled {measured.seconds_until_settled:.2f} s after the last answer"
    )
    return measured


async def measure_drain(running: Running, plan: Plan, report: Report) -> list[Drain]:
    """Let a backlog grow while the consumer is stopped, start it, and see the backlog settled."""
    return [await _drain(running, variant, plan.drain, report) for variant in VARIANTS]


async def _drain(running: Running, variant: Variant, count: int, report: Report) -> Drain:
    url, maker = running.system.gateway.url, RequestMaker(variant, RESPOND_ASYNC)
    await asyncio.to_thread(running.consumer.stop)
    report(f"drain, {variant.name}: the consumer is stopped, appending {count}")
    await send_count(url, maker, count, connections=ASYNC_CONNECTIONS, status=KEPT)
    async with open_settling(running) as settling:
        started = time.monotonic()
        running.consumer.start()
        sightings = await settling.watch(count)
    first, last = sightings[0], sightings[-1]
    settled = last.settled - first.settled
    if settled == 0:
        raise LoadFailed(f"{count} were settled between two looks; drain more of them")
    await asyncio.to_thread(running.consumer.wait_ready)
    measured = Drain(
        variant.name,
        count,
        first.reading.at - started,
        first.settled,
        settled / (last.reading.at - first.reading.at),
        cost_between(first.reading, last.reading, settled),
    )
    report(f"drain, {variant.name}: {measured.settled_per_second:.0f}/s settled")
    return measured
