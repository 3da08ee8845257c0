"""Measures how settling scales: 1, 2 and 4 partitions, each with a consumer process of its own.

All processes share this machine's cores, Kafka and PostgreSQL too: beyond the cores the rate cannot
grow here. What one submission costs says whether consumers would get in each other's way elsewhere.
"""

import uuid
from dataclasses import asdict, dataclass

from benchmarks.backlogs import append, placed_in, settle
from benchmarks.consuming import REGISTRY
from benchmarks.outcome import Outcome
from benchmarks.stand import Stand, log_ends

from acr_domain.topics import submissions_topic

COUNTS = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """Submissions of a turn, and rounds."""

    count: int = 20_000
    rounds: int = 3


TINY = Plan(count=200, rounds=1)


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Take the counts in turns, each round in the other order."""
    neighbours = await stand.fresh_database("partitions", [REGISTRY])
    all_of_them = len(await log_ends(neighbours.kafka_bootstrap, submissions_topic(REGISTRY)))
    rates: dict[int, list[float]] = {count: [] for count in COUNTS}
    cpu_us: dict[int, list[float]] = {count: [] for count in COUNTS}
    for number in range(plan.rounds):
        for count in COUNTS if number % 2 == 0 else reversed(COUNTS):
            # Members share a topic by ranges: the first of each range is another's.
            places = [each * all_of_them // count for each in range(count)]
            series = f"p{uuid.uuid4().hex[:8]}-"
            await append(stand, plan.count, series, placed_in(places))
            done = await settle(stand, neighbours, count, plan.count)
            rates[count].append(done.per_second)
            cpu_us[count].append(done.cpu_us)
            stand.report(f"{count} partitions: {done.per_second:,.0f}/s, {done.cpu_us:.0f} us each")
    ratios = {}
    for count in COUNTS[1:]:
        pairs = zip(rates[count], rates[1], strict=True)
        ratios[f"{count} to 1: rate"] = [one / other for one, other in pairs]
        pairs = zip(cpu_us[count], cpu_us[1], strict=True)
        ratios[f"{count} to 1: CPU of a submission"] = [one / other for one, other in pairs]
    figures = {
        "per_second": {str(count): each for count, each in rates.items()},
        "cpu_us": {str(count): each for count, each in cpu_us.items()},
    }
    return Outcome(asdict(plan), ratios, figures)
