"""`python -m acr_testkit.faults`: breaks a whole system in many ways and prints a table."""

import argparse
import asyncio
import json
import logging
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import uvloop

from acr_localstack.cache import Report as Tell
from acr_localstack.errors import StackError
from acr_testkit.faults.catalogue import SCENARIOS
from acr_testkit.faults.playing import Order, play_all
from acr_testkit.faults.scenario import Verdict
from acr_testkit.faults.tables import document, page, table

SUBMISSIONS = 1_000_000
INTERRUPTED = 130


def main() -> int:
    """Play, print, and give the exit status: 0, 1 where anything failed, 130 for an interrupt."""
    options = _read_options()
    if options.list:
        for each in SCENARIOS:
            sys.stdout.write(f"{each.name:28} {each.says}\n")
        return 0
    chosen = [each for each in SCENARIOS if not options.only or each.name in options.only]
    count = max(1, -(-options.submissions // len(chosen)))
    order = Order(chosen, count, options.seed, options.topics_file, options.out / "logs")
    verdicts: list[Verdict] = []
    # Clients of ours that meet a fault say so at length; what counts is in the table.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    began = time.monotonic()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_collect(order, verdicts, _progress(began), options.out, began))
    except StackError as error:
        sys.stderr.write(f"error: {error}\n")
    except asyncio.CancelledError:
        sys.stderr.write("interrupted; everything is stopped\n")
        return INTERRUPTED
    _tell(verdicts, options, time.monotonic() - began)
    whole = {each.name for each in chosen} <= {each.scenario for each in verdicts}
    return 0 if whole and all(each.passed or each.not_run for each in verdicts) else 1


async def _collect(
    order: Order, verdicts: list[Verdict], tell: Tell, out: Path, began: float
) -> None:
    playing = asyncio.current_task()
    assert playing is not None
    # Both: a shell lets what it starts in the background ignore the one of Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
    async with aclosing(play_all(order, tell)) as verdicts_to_come:
        async for verdict in verdicts_to_come:
            verdicts.append(verdict)
            tell(f"{verdict.scenario}: {verdict.line}")
            for violation in verdict.report.examples:
                tell(f"{verdict.scenario}: {violation}")
            # After each, so that a run that is cut off leaves what it has found.
            _write(document(verdicts, order.seed, time.monotonic() - began), out)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m acr_testkit.faults",
        description=__doc__,
        epilog="Example: python -m acr_testkit.faults --only broker-killed --submissions 5000",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--list", action="store_true", help="name the scenarios and end")
    add("--only", nargs="+", metavar="NAME", choices=[s.name for s in SCENARIOS], help="these only")
    add(
        "--submissions",
        type=int,
        default=SUBMISSIONS,
        metavar="N",
        help="in all scenarios together",
    )
    add(
        "--seed", type=int, default=1, metavar="N", help="what the workload and choices follow from"
    )
    add("--json", action="store_true", help="print one JSON document instead of the table")
    add(
        "--out", type=Path, default=Path("build/faults"), metavar="DIR", help="logs and faults.json"
    )
    add("--write-docs", type=Path, metavar="FILE", help="write the table into this page, too")
    add("--topics-file", type=Path, default=Path("deploy/kafka/topics.toml"), metavar="FILE")
    return parser.parse_args()


def _progress(began: float) -> Tell:
    def tell(text: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.1f} s  {text}\n")
        sys.stderr.flush()

    return tell


def _write(data: Mapping[str, Any], out: Path) -> str:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, indent=2) + "\n"
    (out / "faults.json").write_text(text, encoding="utf-8")
    return text


def _tell(verdicts: list[Verdict], options: argparse.Namespace, seconds: float) -> None:
    data = document(verdicts, options.seed, seconds)
    text = _write(data, options.out)
    sys.stdout.write(text if options.json else table(verdicts) + "\n")
    if options.write_docs:
        former = options.write_docs.read_text(encoding="utf-8")
        options.write_docs.write_text(page(former, data, verdicts), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
