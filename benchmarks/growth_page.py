"""Writes the tables of docs/growth.md from the committed results and the assumptions. Measures nothing.

`--set peak_factor=6` prints them with assumptions of your own, and writes nothing.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from benchmarks.growth import (
    MB,
    MEANINGS,
    TB,
    Assumptions,
    Measured,
    Need,
    need_of,
    read_measured,
    steps,
)
from benchmarks.outcome import read_results
from benchmarks.page import DOCS, put_between

PAGE = DOCS / "growth.md"
DAYS = (10e6, 100e6, 1e9)
PLACES = {
    "body": "body as it is sent",
    "log": "record in the submissions topic, one copy",
    "results": "record in the results topic, one copy",
    "tables": "rows of PostgreSQL, typed tables too",
    "indexes": "their indexes",
    "write_ahead": "write-ahead log of PostgreSQL",
}


def tables_of(results: Mapping[str, Any], assumed: Assumptions) -> dict[str, str]:
    """Give each table by the name of its markers."""
    measured = read_measured(results, assumed)
    needs = [need_of(each, measured, assumed) for each in DAYS]
    return {
        "assumptions": "\n".join(_assumption_rows(assumed)),
        "measured": "\n".join(_measured_rows(measured)),
        "needs": "\n".join(_need_rows(needs, assumed)),
        "steps": "\n".join(_step_rows(measured, assumed)),
    }


def page_of(page: str, results: Mapping[str, Any]) -> str:
    """Give the page with its tables."""
    for name, text in tables_of(results, Assumptions()).items():
        page = put_between(page, name, text)
    return page


def _assumption_rows(assumed: Assumptions) -> Iterator[str]:
    yield "| name | assumed | what it is |"
    yield "|---|---:|---|"
    for name, meaning in MEANINGS.items():
        yield f"| `{name}` | {getattr(assumed, name):g} | {meaning} |"


def _measured_rows(measured: Measured) -> Iterator[str]:
    yield "| a submission takes | |"
    yield "|---|---:|"
    for name, seconds in measured.cpu_seconds.items():
        yield f"| CPU of {name} | {seconds * 1e6:,.0f} µs |"
    for name, title in PLACES.items():
        yield f"| {title} | {measured.stored_bytes[name]:,.0f} bytes |"


def _need_rows(needs: list[Need], assumed: Assumptions) -> Iterator[str]:
    yield f"| | {' | '.join(f'{each.a_day / 1e6:,.0f} million a day' for each in needs)} |"
    yield f"|---|{'---:|' * len(needs)}"
    for title, tell in _lines(assumed).items():
        yield f"| {title} | {' | '.join(tell(each) for each in needs)} |"


def _lines(assumed: Assumptions) -> dict[str, Any]:
    return {
        "submissions a second, mean": lambda n: f"{n.mean_a_second:,.0f}",
        "submissions a second, peak": lambda n: f"{n.peak_a_second:,.0f}",
        "gateway processes (a core each)": lambda n: f"{n.gateways:,}",
        "consumer processes, all registries": lambda n: f"{n.consumers:,}",
        "partitions of each registry's topic": lambda n: f"{n.partitions:,}",
        "brokers": lambda n: f"{n.brokers:,}",
        "brokers' disks, all replicas, TB": lambda n: f"{n.broker_disk_bytes / TB:,.1f}",
        "brokers write at the peak, all replicas, MB/s": lambda n: (
            f"{n.broker_bytes_a_second / MB:,.0f}"
        ),
        "object storage for older segments, a year, TB": lambda n: (
            f"{n.object_bytes_a_year / TB:,.1f}"
        ),
        "bodies into the gateways at the peak, MB/s": lambda n: (
            f"{n.inbound_bytes_a_second / MB:,.0f}"
        ),
        "PostgreSQL, grown in a year, TB": lambda n: f"{n.database_bytes_a_year / TB:,.1f}",
        "PostgreSQL, write-ahead log at the peak, MB/s": lambda n: (
            f"{n.write_ahead_a_second / MB:,.0f}"
        ),
        "PostgreSQL, cores at the peak": lambda n: f"{n.database_cores:,}",
        "PostgreSQL servers, standbys apart, by rate": lambda n: f"{n.databases:,}",
        "PostgreSQL servers, standbys apart, by the size of a year": lambda n: (
            f"{n.databases_by_size:,}"
        ),
        "days until the indexes of one server leave its memory": lambda n: (
            f"{n.days_until_indexes_fill_memory:,.1f}"
        ),
        "money a month, after a year": lambda n: f"{n.money_a_month:,.0f}",
    }


def _step_rows(measured: Measured, assumed: Assumptions) -> Iterator[str]:
    yield "| million a day | what is met | what changes |"
    yield "|---:|---|---|"
    for step in steps(measured, assumed):
        yield f"| {step.a_day / 1e6:,.1f} | {step.bound} | {step.change} |"


def _with_changes(texts: list[str]) -> Assumptions:
    """Read assumptions written as name=value.

    Raises:
        ValueError: if there is no such name, or the value is no number.
    """
    usual, changes = Assumptions(), dict[str, Any]()
    names = [each.name for each in fields(Assumptions)]
    for text in texts:
        name, _, value = text.partition("=")
        if name not in names:
            raise ValueError(f"there is no assumption {name!r}; they are {', '.join(names)}")
        changes[name] = type(getattr(usual, name))(value)
    return replace(usual, **changes)


def main() -> int:
    """Write the page, or print the tables with other assumptions."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth_page",
        description=__doc__,
        epilog="Example: python -m benchmarks.growth_page --set peak_factor=6 money_a_core_month=35",
    )
    parser.add_argument("--set", nargs="+", metavar="NAME=VALUE", default=[])
    parser.add_argument("--results", type=Path, metavar="DIR", help="results other than committed")
    options = parser.parse_args()
    results = read_results(options.results) if options.results else read_results()
    try:
        assumed = _with_changes(options.set)
    except ValueError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    if options.set or options.results:
        print("\n\n".join(tables_of(results, assumed).values()))
        return 0
    PAGE.write_text(page_of(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    print(f"written  {PAGE.relative_to(DOCS.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
