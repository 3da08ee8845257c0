"""Writes the tables and plots of docs/benchmarks.md from the committed results. Measures nothing.

What stands outside of the markers is people's.
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import draw
from benchmarks.goals import GOALS, Goal, median_of
from benchmarks.outcome import read_results

DOCS = Path(__file__).parent.parent / "docs"
PAGE, PLOTS = DOCS / "benchmarks.md", DOCS / "benchmarks"
FACTS = (
    ("cores", "cores"),
    ("architecture", "architecture"),
    ("system", "system"),
    ("python", "Python"),
    ("kafka_version", "Kafka"),
    ("postgres_server_version", "PostgreSQL"),
    ("postgres_fsync", "fsync"),
    ("postgres_synchronous_commit", "synchronous commit"),
    ("postgres_shared_buffers", "shared buffers"),
    ("fsync_ms", "fsync, ms"),
    ("yardstick_us", "yardstick, us"),
)
Results = Mapping[str, Any]


def put_between(page: str, name: str, text: str) -> str:
    """Put text between the markers of a name.

    Raises:
        ValueError: if the page does not have them.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = page.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise ValueError(f"the page has no markers {begin} and {end}")
    return f"{before}{begin}\n{text}\n{end}{after}"


def page_of(page: str, results: Results) -> str:
    """Give the page with the tables of these results."""
    page = put_between(page, "goals", "\n".join(_goal_rows(results)))
    page = put_between(page, "watched", "\n".join(_watched_rows(results)))
    page = put_between(page, "steady", "\n".join(_steady_rows(results)))
    return put_between(page, "machine", "\n".join(_machine_rows(results)))


def files_of(results: Results) -> dict[Path, str]:
    """Give every file that is made of the results, with its text."""
    plots = {PLOTS / name: text for name, text in draw(results).items()}
    return {PAGE: page_of(PAGE.read_text(encoding="utf-8"), results), **plots}


def _goal_rows(results: Results) -> Iterator[str]:
    yield "| what | goal | measured | least to most | |"
    yield "|---|---:|---:|---|---|"
    for goal in GOALS:
        if goal.bound is None:
            continue
        value = median_of(results, goal)
        sign = "at least" if goal.more_is_better else "at most"
        bound = f"{sign} {goal.bound:g}"
        if value is None:
            yield f"| {goal.meaning} | {bound} | not measured | | |"
            continue
        mark = "reached" if goal.reached(value) else "**not reached**"
        yield f"| {goal.meaning} | {bound} | {value:.2f} | {_spread(results, goal)} | {mark} |"


def _watched_rows(results: Results) -> Iterator[str]:
    yield "| what | better | measured | least to most |"
    yield "|---|---|---:|---|"
    for goal in GOALS:
        value = median_of(results, goal)
        if goal.bound is None and value is not None:
            side = "more" if goal.more_is_better else "less"
            yield f"| {goal.meaning} | {side} | {value:.2f} | {_spread(results, goal)} |"


def _spread(results: Results, goal: Goal) -> str:
    rounds = results[goal.part]["ratios"][goal.ratio]["rounds"]
    return f"{min(rounds):.2f} to {max(rounds):.2f}, {len(rounds)} rounds" if rounds[1:] else ""


def _steady_rows(results: Results) -> Iterator[str]:
    if "steady" not in results:
        return
    figures = results["steady"]["figures"]
    names = list(next(iter(figures.values()))["stream"][0]["cpu_seconds_per_1000"])
    yield f"| submission, way | a second | p50 ms | p99 ms | {' | '.join(names)} |"
    yield f"|---|---:|---:|---:|{'---:|' * len(names)}"
    for sample, each in figures.items():
        for way in ("stream", "posts"):
            yield _steady_row(f"{sample}, {way}", each[way], names)
    yield ""
    kinds = ("body", "log", "results", "tables", "indexes", "write_ahead")
    yield "| bytes of a submission | body | log | results | tables | indexes | write-ahead log |"
    yield f"|---|{'---:|' * len(kinds)}"
    for sample, each in figures.items():
        kept = each["bytes_a_submission"]
        cells = " | ".join(f"{kept[name]:,.0f}" for name in kinds)
        yield f"| {sample} | {cells} |"


def _steady_row(label: str, rounds: Sequence[Mapping[str, Any]], names: Sequence[str]) -> str:
    def middle(values: Iterator[float]) -> float:
        return statistics.median(values)

    rate = middle(each["per_second"] for each in rounds)
    p50, p99 = (middle(each["latency_ms"][name] for each in rounds) for name in ("p50", "p99"))
    used = [middle(each["cpu_seconds_per_1000"][name] for each in rounds) for name in names]
    cells = " | ".join(f"{each:.3f}" for each in used)
    return f"| {label} | {rate:,.0f} | {p50:,.0f} | {p99:,.0f} | {cells} |"


def _machine_rows(results: Results) -> Iterator[str]:
    if not results:
        return
    names = [name for name, _ in FACTS]
    yield f"| part | commit | {' | '.join(title for _, title in FACTS)} |"
    yield f"|---|---|{'---|' * len(FACTS)}"
    for part, document in results.items():
        facts = document["facts"]
        told = [f"{facts[n]:.2f}" if isinstance(facts[n], float) else f"{facts[n]}" for n in names]
        commit = str(facts["commit"])[:9]
        yield f"| {part} | {commit} | {' | '.join(told)} |"


def main() -> int:
    """Write the page and its plots; with --check tell what differs instead."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.page",
        description=__doc__,
        epilog="Example: python -m benchmarks.page",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where it differs")
    options = parser.parse_args()
    differing = []
    for path, text in files_of(read_results()).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            differing.append(path)
            if not options.check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for path in differing:
        print(f"{'differs' if options.check else 'written'}  {path.relative_to(DOCS.parent)}")
    return 1 if options.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
