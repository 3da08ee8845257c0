"""Measures the memory of each service over many submissions: streams in, results out, pages read.

Growth is from the readings after the first tenth, when caches are full, to those at the end.
"""

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import httpx
from benchmarks.costs import read_rss
from benchmarks.lines import SAMPLES, Stream, make_lines
from benchmarks.outcome import Outcome
from benchmarks.running import Running
from benchmarks.stand import Stand

SAMPLE = SAMPLES[0]
PAGES, PAGE_RESULTS = 20, 500
PARTNER = "ndsc"


@dataclass(frozen=True, slots=True)
class Plan:
    """Submissions, and those of each stream; memory is read between streams."""

    submissions: int = 1_000_000
    stretch: int = 25_000


TINY = Plan(submissions=2_000, stretch=100)


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Send stream after stream; raises LoadFailed."""
    readings: list[dict[str, float]] = []
    seconds = 0.0
    async with stand.running("soak", [SAMPLE.registry]) as system:
        running = Running(stand.neighbours, system)
        for sent in range(plan.stretch, plan.submissions + 1, plan.stretch):
            lines = make_lines(SAMPLE, plan.stretch)
            stream = Stream(system.gateway.url, SAMPLE.registry, lines, "")
            done = await asyncio.to_thread(stream.run)
            seconds += done.seconds
            await _read_pages(system.reader.url)
            readings.append(read_rss(running))
            told = ", ".join(f"{name} {mib:.1f}" for name, mib in readings[-1].items())
            stand.report(f"{sent:,} sent, {plan.stretch / done.seconds:,.0f}/s, MiB: {told}")
    ratios = {
        f"{name}: memory at the end / after a tenth": [growth(readings, name)]
        for name in readings[0]
    }
    figures = {
        "mib": {name: [each[name] for each in readings] for name in readings[0]},
        "per_second": plan.submissions / seconds,
    }
    return Outcome(asdict(plan), ratios, figures)


def growth(readings: Sequence[dict[str, float]], name: str) -> float:
    """Compare the last tenth of the readings with the second tenth, by their medians."""
    tenth = max(1, len(readings) // 10)
    after = [each[name] for each in readings[tenth : 2 * tenth]]
    at_end = [each[name] for each in readings[-tenth:]]
    return statistics.median(at_end) / statistics.median(after)


async def _read_pages(url: str) -> None:
    """Give the reader something to do as well: pages of results from the beginning."""
    path, query = f"/v1/registries/{SAMPLE.registry}/results", {"partner": PARTNER}
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        for _ in range(PAGES):
            answer = await client.get(path, params={**query, "limit": str(PAGE_RESULTS)})
            answer.raise_for_status()
            query["after"] = answer.json()["next"]
