"""Figures as a document for machines and as tables for people. Measures nothing, judges nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.costs import OWN_NAME, Cost
from benchmarks.facts import Facts
from benchmarks.measures import Measured, Plan

CAUTION = (
    "Ratios hold elsewhere, absolutes do not: they are of this machine, at this hour, with the load "
    "generator on the same cores."
)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run found. Resident memory is by moment, then by service."""

    facts: Facts
    plan: Plan
    measured: Measured
    rss_mib: Mapping[str, Mapping[str, float]]


def document(results: Results) -> dict[str, Any]:
    """Give all figures in JSON members."""
    return {
        "caution": CAUTION,
        "facts": dict(results.facts),
        "plan": asdict(results.plan),
        **asdict(results.measured),
        "rss_mib": {moment: dict(each) for moment, each in results.rss_mib.items()},
    }


def tables(results: Results) -> str:
    """Write the tables in Markdown, those that were measured."""
    measured = results.measured
    parts = [
        _latency(measured) if measured.latency else "",
        _hops(measured) if measured.hops_ms else "",
        _waited(measured) if measured.waited else "",
        _not_waited(measured) if measured.not_waited else "",
        _drain(measured) if measured.drain else "",
        _costs(results),
        _memory(results),
        ", ".join(f"{name} {_plain(value)}" for name, value in results.facts.items()),
        CAUTION,
    ]
    return "\n\n".join(part for part in parts if part)


def _latency(measured: Measured) -> str:
    rows = []
    for each in measured.latency:
        walk, floor, rounds = each.walk_ms, each.floor_ms, each.rounds
        spread = [one.walk.p50 / one.floor.p50 for one in rounds]
        rows.append(
            [
                each.variant,
                f"{walk.p50:.1f} / {walk.p90:.1f} / {walk.p99:.1f}",
                f"{floor.p50:.1f} / {floor.p90:.1f} / {floor.p99:.1f}",
                f"**{each.p50_ratio:.2f}** ({min(spread):.2f} to {max(spread):.2f})",
                f"**{each.p99_ratio:.2f}**",
                f"{len(rounds)} x {each.submissions_a_round}",
            ]
        )
    head = ["body", "walk p50/p90/p99 ms", "floor ms", "ratio p50", "ratio p99", "rounds"]
    return _table("One submission at a time, waited for", head, rows)


def _hops(measured: Measured) -> str:
    whole = next(iter(measured.hops_ms.values()))
    rows = [
        [title, f"{each:.2f}", f"**{each / whole:.0%}**"]
        for title, each in measured.hops_ms.items()
    ]
    return _table("Where the time of one goes, by the services", ["hop", "mean ms", "share"], rows)


def _waited(measured: Measured) -> str:
    alone = {each.variant: each.per_second for each in measured.waited if each.connections == 1}
    rows = [
        [
            each.variant,
            f"{each.connections}",
            f"{each.per_second:.0f}",
            f"**{each.per_second / alone[each.variant]:.1f}**",
            f"{each.latency_ms.p50:.1f} / {each.latency_ms.p99:.1f}",
            f"{each.submissions}",
        ]
        for each in measured.waited
    ]
    head = ["body", "connections", "a second", "to one connection", "p50/p99 ms", "counted"]
    return _table("Waited for", head, rows)


def _not_waited(measured: Measured) -> str:
    rows = [
        [
            each.variant,
            f"{each.accepted_per_second:.0f}",
            f"{each.unsettled_at_last_answer}",
            f"{each.seconds_until_settled:.2f}",
            f"{each.settled_per_second:.0f}",
            f"**{each.settled_per_second / each.accepted_per_second:.2f}**",
            f"{each.submissions}",
        ]
        for each in measured.not_waited
    ]
    head = ["body", "accepted/s", "unsettled then", "s until settled", "settled/s"]
    title = "Not waited for (respond-async), 64 connections"
    return _table(title, [*head, "settled to accepted", "counted"], rows)


def _drain(measured: Measured) -> str:
    accepted = {each.variant: each.accepted_per_second for each in measured.not_waited}
    rows = [
        [
            each.variant,
            f"{each.settled_per_second:.0f}",
            f"**{each.settled_per_second / accepted[each.variant]:.2f}**" if accepted else "",
            f"{each.seconds_until_first:.1f}",
            f"{each.submissions - each.settled_at_first} of {each.submissions}",
        ]
        for each in measured.drain
    ]
    head = ["body", "settled/s", "to accepted/s", "s from start to first", "counted"]
    return _table("Drain of a backlog", head, rows)


def _costs(results: Results) -> str:
    """Tell CPU per submission in milliseconds, which is seconds per 1,000, by process."""
    measured = results.measured
    stretches: list[tuple[str, Cost]] = [
        *((f"waited for, {w.connections}, {w.variant}", w.cost) for w in measured.waited),
        *((f"not waited for, {n.variant}", n.cost) for n in measured.not_waited),
        *((f"drain, {d.variant}", d.cost) for d in measured.drain),
    ]
    if not stretches:
        return ""
    names = list(stretches[0][1].cpu_seconds_per_1000)
    yardstick_ms = float(results.facts["yardstick_us"] or 0) / 1000
    rows = []
    for title, cost in stretches:
        used, busy = cost.cpu_seconds_per_1000, cost.cores_busy
        total = sum(each for name, each in used.items() if name != OWN_NAME)
        rows.append(
            [
                title,
                *(f"{used[name]:.3f} ({busy[name]:.0%})" for name in names),
                f"{total:.3f}",
                f"**{total / yardstick_ms:.1f}**",
            ]
        )
    head = ["CPU s per 1,000 (of a core)", *names, "all but the load", "in yardsticks"]
    return _table("Costs", head, rows)


def _memory(results: Results) -> str:
    moments = list(results.rss_mib)
    rows = [
        [name, *(f"{results.rss_mib[moment][name]:.0f}" for moment in moments)]
        for name in results.rss_mib[moments[0]]
    ]
    return _table("Resident memory, MiB", ["service", *moments], rows)


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]

    def line(cells: Sequence[str]) -> str:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return "\n".join([f"**{title}**", "", line(head), rule, *map(line, rows)])


def _plain(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
