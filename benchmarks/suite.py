"""Runs the suite of benchmarks on one Kafka and one PostgreSQL of its own, and keeps what it finds.

Each part alternates what it compares, so that its ratios are of one run. It judges no figure: that is
`benchmarks.guard`'s.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import uvloop
from aiokafka.errors import KafkaError
from benchmarks import intake, latency, partitions, peers, soak, starting, steady, stored
from benchmarks.facts import Facts, stand_facts
from benchmarks.outcome import NEW_RESULTS, Outcome, as_document, write_results
from benchmarks.stand import Stand, open_stand, progress
from benchmarks.wire import LoadFailed

from acr_domain.errors import Unavailable
from acr_localstack.errors import StackError

INTERRUPTED = 130
COUNTS = ("count", "lines", "posted", "rows", "submissions", "stretch")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the suite: how it measures, by its usual plan and by a tiny one."""

    measure: Callable[[Stand, Any], Awaitable[Outcome]]
    usual: Any
    tiny: Any
    optional: bool = False


PARTS: Mapping[str, Part] = {
    "starting": Part(starting.measure, starting.Plan(), starting.TINY),
    "latency": Part(latency.measure, latency.Plan(), latency.TINY),
    "intake": Part(intake.measure, intake.Plan(), intake.TINY),
    "peers": Part(peers.measure, peers.Plan(), peers.TINY),
    "steady": Part(steady.measure, steady.Plan(), steady.TINY),
    "partitions": Part(partitions.measure, partitions.Plan(), partitions.TINY),
    "stored": Part(stored.measure, stored.Plan(), stored.TINY),
    "stored-10m": Part(stored.measure, stored.Plan(rows=10_000_000), stored.TINY, optional=True),
    "soak": Part(soak.measure, soak.Plan(), soak.TINY, optional=True),
}


def main() -> int:
    """Run, and give the exit status: 0, 1 for a failure, 130 for an interrupt."""
    options = _read_options()
    report = progress()
    # Whoever ends us with SIGTERM gets the same order as Ctrl-C: everything is stopped.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with (
            open_stand(report, options.logs) as stand,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(_run(stand, options))
    except (StackError, Unavailable, LoadFailed, KafkaError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; everything is stopped\n")
        return INTERRUPTED
    return 0


async def _run(stand: Stand, options: argparse.Namespace) -> None:
    facts = await stand_facts(stand.neighbours)
    for name in options.only:
        part = PARTS[name]
        plan = part.tiny if options.tiny else part.usual
        await _measure(stand, name, part, _changed(plan, options), facts, options.out)


def _changed(plan: Any, options: argparse.Namespace) -> Any:
    """Take other rounds, and a share of the counts, where they are asked for."""
    changes = {
        name: max(1, round(getattr(plan, name) * options.share))
        for name in COUNTS
        if hasattr(plan, name)
    }
    if options.rounds and hasattr(plan, "rounds"):
        changes["rounds"] = options.rounds
    return replace(plan, **changes)


async def _measure(stand: Stand, name: str, part: Part, plan: Any, facts: Facts, out: Path) -> None:
    stand.report(f"--- {name}")
    outcome = await part.measure(stand, plan)
    document = as_document(outcome, facts)
    write_results(out, name, document)
    for ratio, each in document["ratios"].items():
        rounds = ", ".join(f"{value:.2f}" for value in each["rounds"])
        print(f"{name:12} {ratio:50} {each['median']:8.2f}   ({rounds})", flush=True)


def _read_options() -> argparse.Namespace:
    usual = [name for name, part in PARTS.items() if not part.optional]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.suite",
        description=__doc__,
        epilog="Example: python -m benchmarks.suite --only latency intake --out benchmarks/results",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=usual, help="these parts")
    parser.add_argument("--tiny", action="store_true", help="tiny counts, to see that it works")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each part")
    parser.add_argument(
        "--share", type=float, metavar="S", default=1.0, help="share of the usual counts"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", default=NEW_RESULTS, help="where results are written"
    )
    parser.add_argument("--logs", type=Path, metavar="DIR", help="keep the services' logs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
