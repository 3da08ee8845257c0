"""Draws the plots of the benchmarks page from results. Measures nothing."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.goals import GOALS, Goal
from benchmarks.plots import Bar, bars, lines

SPREAD = "bars are medians of the rounds, the thin line runs from the least to the most"
Results = Mapping[str, Any]


def draw(results: Results) -> dict[str, str]:
    """Give each plot that the results allow, as SVG by file name."""
    drawn = {"goals": _goals(results)}
    if "intake" in results:
        drawn["intake"] = _rates(
            "Intake: submissions a second, acknowledged by all replicas",
            _by_sample(results["intake"]["figures"], "per_second"),
        )
    if "peers" in results:
        drawn["consuming"] = _rates(
            "Consuming: submissions a second into PostgreSQL",
            [(name, each, 0) for name, each in results["peers"]["figures"]["per_second"].items()],
        )
    if "steady" in results:
        drawn["steady"] = _rates("The whole way: answered submissions a second", _steady(results))
    if "partitions" in results:
        drawn["partitions"] = _partitions(results["partitions"]["figures"])
    if "soak" in results:
        drawn["memory"] = _memory(results["soak"])
    return {f"{name}.svg": text for name, text in drawn.items()}


def _goals(results: Results) -> str:
    """Draw how far each goal is reached: 1 is the goal, more is better."""
    rows = []
    for goal, rounds in _with_bounds(results):
        shares = [_share(goal, each) for each in rounds]
        middle = statistics.median(shares)
        told = f"{statistics.median(rounds):.2f} ({goal.bound:g})"
        label = f"{goal.part}: {_short(goal)}"
        rows.append(Bar(label, middle, min(shares), max(shares), told, 2 if middle >= 1 else 1))
    title = "How far each goal is reached: right of the line is better than the goal"
    return bars(title, f"beside the bar: the ratio and its goal; {SPREAD}", rows, goal=1.0)


def _with_bounds(results: Results) -> Iterator[tuple[Goal, Sequence[float]]]:
    for goal in GOALS:
        found = results.get(goal.part, {}).get("ratios", {}).get(goal.ratio)
        if goal.bound is not None and found:
            yield goal, found["rounds"]


def _share(goal: Goal, value: float) -> float:
    assert goal.bound is not None
    return value / goal.bound if goal.more_is_better else goal.bound / value


def _short(goal: Goal) -> str:
    for long, short in (
        (": memory at the end / after a tenth", " memory"),
        (": seconds until ready", " ready"),
        ("consumers with typed tables", "with tables"),
        ("rate beside stored rows / beside none", "rows / none"),
    ):
        if long in goal.ratio:
            return goal.ratio.replace(long, short)
    return goal.ratio


def _by_sample(figures: Mapping[str, Any], member: str) -> list[tuple[str, Sequence[float], int]]:
    return [
        (f"{sample}, {way}", rounds, colour)
        for colour, (sample, each) in enumerate(figures.items())
        for way, rounds in each[member].items()
    ]


def _steady(results: Results) -> list[tuple[str, Sequence[float], int]]:
    return [
        (f"{sample}, {way}", [one["per_second"] for one in each[way]], colour)
        for colour, (sample, each) in enumerate(results["steady"]["figures"].items())
        for way in ("stream", "posts")
    ]


def _partitions(figures: Mapping[str, Any]) -> str:
    rates = [
        (f"{count} partitions and consumers", each, 0)
        for count, each in figures["per_second"].items()
    ]
    return _rates("Partitions and consumers on the same two cores: settled a second", rates)


def _rates(title: str, rows: Sequence[tuple[str, Sequence[float], int]]) -> str:
    made = [
        Bar(
            label,
            statistics.median(rounds),
            min(rounds),
            max(rounds),
            f"{statistics.median(rounds):,.0f}",
            colour,
        )
        for label, rounds, colour in rows
    ]
    return bars(title, f"of this machine at this hour; {SPREAD}", made)


def _memory(soak: Mapping[str, Any]) -> str:
    stretch = soak["plan"]["stretch"]
    series = {
        name: [(stretch * number / 1000, mib) for number, mib in enumerate(each, 1)]
        for name, each in soak["figures"]["mib"].items()
    }
    note = f"from left to right: {soak['plan']['submissions']:,} submissions"
    return lines("Resident memory of each service", note, "MiB", series)
