"""Measures one submission at a time, waited for, beside the floor of bare drivers in the same run."""

from dataclasses import asdict, dataclass

from benchmarks.hops import mean_ms, read_hops
from benchmarks.measures import Plan as WalkPlan
from benchmarks.measures import measure_latency, warm_up
from benchmarks.outcome import Outcome
from benchmarks.running import REGISTRY, Running
from benchmarks.stand import Stand


@dataclass(frozen=True, slots=True)
class Plan:
    """How many single submissions in each of the rounds, of each size."""

    count: int = 300
    rounds: int = 5


TINY = Plan(count=20, rounds=1)


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Time the walk and the floor in turns; raises LoadFailed, KafkaError or asyncpg's errors."""
    async with stand.running("latency", [REGISTRY]) as system:
        running = Running(stand.neighbours, system)
        await warm_up(running)
        before = await read_hops(running)
        walk = WalkPlan(count=plan.count, rounds=plan.rounds)
        measured = await measure_latency(running, walk, stand.report)
        hops = mean_ms(before, await read_hops(running))
    ratios = {}
    for each in measured:
        pairs = [(one.walk, one.floor) for one in each.rounds]
        ratios[f"{each.variant}: p50 / floor"] = [walk.p50 / floor.p50 for walk, floor in pairs]
        ratios[f"{each.variant}: p99 / floor"] = [walk.p99 / floor.p99 for walk, floor in pairs]
    figures = {
        each.variant: {"walk_ms": asdict(each.walk_ms), "floor_ms": asdict(each.floor_ms)}
        for each in measured
    }
    return Outcome(asdict(plan), ratios, {**figures, "hops_mean_ms": hops})
