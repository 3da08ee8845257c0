"""Measures the walk of one submission on a system of its own, and prints ratios; judges no figure.

Starts Kafka, PostgreSQL, a gateway, the CDSR consumer and the reader, and stops all of it.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import asyncpg
import uvloop
from aiokafka.errors import KafkaError
from benchmarks.costs import read_rss
from benchmarks.facts import gather_facts
from benchmarks.hops import mean_ms, read_hops
from benchmarks.measures import (
    Measured,
    Plan,
    measure_drain,
    measure_latency,
    measure_not_waited,
    measure_waited,
    warm_up,
)
from benchmarks.report import Results, document, tables
from benchmarks.running import Running, open_running
from benchmarks.stand import progress
from benchmarks.wire import LoadFailed

from acr_domain.errors import Unavailable
from acr_localstack.cache import Report
from acr_localstack.errors import StackError

QUICK = Plan(count=100, rounds=3, seconds=1.0, drain=5000)
MEASURES = ("latency", "waited", "not-waited", "drain")
INTERRUPTED = 130


def main() -> int:
    """Run, print, and give the exit status: 0, 1 for a failure, 130 for an interrupt."""
    options = _read_options()
    report = progress()
    # Whoever ends us with SIGTERM gets the same order as Ctrl-C: everything is stopped.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with (
            open_running(report, options.out and options.out / "logs") as running,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            results = runner.run(_measure(running, _plan(options), options.only, report))
    except (StackError, Unavailable, LoadFailed, KafkaError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; everything is stopped\n")
        return INTERRUPTED
    _tell(results, options.out, as_json=options.json)
    return 0


async def _measure(running: Running, plan: Plan, only: list[str], report: Report) -> Results:
    facts = await gather_facts(running)
    await warm_up(running)
    measured = Measured()
    rss = {"before": read_rss(running)}
    if "latency" in only:
        before = await read_hops(running)
        measured.latency = await measure_latency(running, plan, report)
        measured.hops_ms = mean_ms(before, await read_hops(running))
    if "waited" in only:
        measured.waited = await measure_waited(running, plan, report)
    if "not-waited" in only:
        measured.not_waited = await measure_not_waited(running, plan, report)
    rss["after the loads"] = read_rss(running)
    if "drain" in only:
        # The consumer is another process afterwards.
        measured.drain = await measure_drain(running, plan, report)
        rss["after the drain"] = read_rss(running)
    return Results(facts, plan, measured, rss)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.walk",
        description=__doc__,
        epilog="Example: python -m benchmarks.walk --quick --out results",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    usual = Plan()
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="small counts, to see that it works")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep walk.json, walk.md and logs")
    parser.add_argument(
        "--only", nargs="+", choices=MEASURES, default=list(MEASURES), help="measure only these"
    )
    for name, kind, what in (
        ("count", _positive_int, "single submissions in each round"),
        ("rounds", _positive_int, "rounds of the walk and the floor in turns"),
        ("seconds", _positive_float, "length of each load"),
        ("drain", _positive_int, "submissions of the backlog"),
    ):
        text = f"{what} (default {getattr(usual, name):g}; quick {getattr(QUICK, name):g})"
        parser.add_argument(f"--{name}", type=kind, metavar="N", help=text)
    return parser.parse_args()


def _positive_int(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _positive_float(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return number


def _plan(options: argparse.Namespace) -> Plan:
    plan = QUICK if options.quick else Plan()
    chosen = {
        name: value
        for name in ("count", "rounds", "seconds", "drain")
        if (value := getattr(options, name)) is not None
    }
    return Plan(**{**{name: getattr(plan, name) for name in plan.__slots__}, **chosen})


def _tell(results: Results, out: Path | None, *, as_json: bool) -> None:
    written = {"walk.json": json.dumps(document(results), indent=2), "walk.md": tables(results)}
    print(written["walk.json" if as_json else "walk.md"])
    if out is not None:
        for name, text in written.items():
            (out / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
