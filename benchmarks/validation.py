"""Measures validation with all rules beside its floor, and how fast synthetic data is made.

Needs no Kafka and no PostgreSQL. Prints ratios; judges no figure.
"""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import orjson
import psutil
from benchmarks.checking_stages import ALL, RECEIVED_AT, SAMPLES, STAGES, Timed, time_sample
from benchmarks.facts import machine_facts
from benchmarks.report import CAUTION

from acr_domain.errors import InvalidSubmission
from acr_registries.catalogue import load_registries
from acr_registries.checking import check_submission
from acr_registries.registry import Registry
from acr_registries.synthesis import Shares, synthesized

PLAIN = Shares()
MIXED = Shares(faults=0.02, revisions=0.1)
DISTINCT = 2000


@dataclass(frozen=True, slots=True)
class Made:
    """Synthetic data of one registry: its size, and a second's making and checking, on one core.

    ``mixed_per_second`` is with 2 % of faults and 10 % of revisions.
    """

    registry: str
    bytes_mean: float
    plain_per_second: float
    mixed_per_second: float
    checked_per_second: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of one process after a tenth of so many validations and after all, in MiB."""

    validations: int
    early_mib: float
    late_mib: float


def main() -> int:
    """Measure, print, and give the exit status."""
    options = _read_options()
    registries = load_registries()
    timed = [
        time_sample(registries[each.registry], each, options.rounds, options.seconds)
        for each in SAMPLES
    ]
    made = [_make(each, options.count) for each in registries.values() if each.make is not None]
    memory = _memory(registries, options.memory) if options.memory else None
    if options.json:
        document = {
            "caution": CAUTION,
            "facts": machine_facts(),
            "samples": [asdict(each) for each in timed],
            "synthetic": [asdict(each) for each in made],
            "memory": asdict(memory) if memory else None,
        }
        print(json.dumps(document, indent=2))
    else:
        print("\n\n".join(_tables(timed, made, memory)))
    return 0


def _make(registry: Registry, count: int) -> Made:
    bodies = [body for body, _ in zip(_written(registry, PLAIN), range(DISTINCT), strict=False)]
    checked = _rate(count, (_checked(registry, body) for body in itertools.cycle(bodies)))
    return Made(
        registry.name,
        sum(map(len, bodies)) / len(bodies),
        _rate(count, _written(registry, PLAIN)),
        _rate(count, _written(registry, MIXED)),
        checked,
    )


def _written(registry: Registry, shares: Shares) -> Iterator[bytes]:
    return (orjson.dumps(each.body) for each in synthesized(registry, 7, shares))


def _checked(registry: Registry, body: bytes) -> object:
    try:
        return check_submission(registry, body, RECEIVED_AT)
    except InvalidSubmission as error:
        return error


def _rate(count: int, work: Iterator[object]) -> float:
    next(work)  # Data files are read and models are made by then.
    started = time.process_time()
    for _ in itertools.islice(work, count):
        pass
    return count / (time.process_time() - started)


def _memory(registries: Mapping[str, Registry], count: int) -> Memory:
    """Validate so many different synthetic submissions of all registries, some of them faulty."""
    shares = Shares(faults=0.05, revisions=0.1)
    made = [(each, _written(each, shares)) for each in registries.values() if each.make is not None]
    process = psutil.Process()
    early = 0
    for number, (registry, bodies) in enumerate(itertools.islice(itertools.cycle(made), count), 1):
        _checked(registry, next(bodies))
        if number == count // 10:
            early = process.memory_info().rss
    return Memory(count, early / 2**20, process.memory_info().rss / 2**20)


def _tables(timed: list[Timed], made: list[Made], memory: Memory | None) -> Iterator[str]:
    stages = " / ".join(STAGES)
    figures = [f"µs: {stages}", "all, a second", f"least µs: {stages}", "all, a second, at most"]
    figures += ["undisturbed µs: all", "all, a second, undisturbed (rounds)"]
    head = ["submission", "size", *figures, *timed[0].ratios]
    yield _table("Validation with all rules, one core", head, [_row(each) for each in timed])
    rows = [
        [
            each.registry,
            f"{each.bytes_mean:,.0f}",
            f"{each.plain_per_second:,.0f}",
            f"{each.mixed_per_second:,.0f}",
            f"{each.checked_per_second:,.0f}",
        ]
        for each in made
    ]
    head = [
        "registry",
        "bytes",
        "made a second",
        "with 2 % faults, 10 % revisions",
        "checked a second",
    ]
    yield _table("Synthetic data, one core, JSON writing included", head, rows)
    if memory is not None:
        yield (
            f"Resident memory: {memory.early_mib:.1f} MiB after a tenth and {memory.late_mib:.1f} MiB "
            f"after all of {memory.validations:,} synthetic submissions, made and validated."
        )
    yield ", ".join(f"{name} {value}" for name, value in machine_facts().items())
    yield CAUTION


def _row(timed: Timed) -> list[str]:
    alone, fastest = timed.undisturbed, 1e6 / timed.least[ALL]
    return [
        timed.name,
        f"{timed.body_bytes} B, {timed.elements} values",
        _micros(timed.micros),
        f"{timed.per_second:,.0f}",
        _micros(timed.least),
        f"{fastest:,.0f}",
        f"{alone.micros:.1f}",
        f"{alone.per_second:,.0f} ({alone.rounds} of {alone.of})",
        *(f"{r.median:.2f} ({r.least:.2f} to {r.most:.2f})" for r in timed.ratios.values()),
    ]


def _micros(by_stage: Mapping[str, float]) -> str:
    return " / ".join(f"{by_stage[stage]:.1f}" for stage in STAGES)


def _table(title: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join([f"**{title}**", "", *(f"| {' | '.join(line)} |" for line in lines)])


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    parser.add_argument("--rounds", type=int, default=31, help="alternated rounds of each stage")
    parser.add_argument("--seconds", type=float, default=0.03, help="of each stage and round")
    parser.add_argument("--count", type=int, default=10_000, help="synthetic submissions")
    parser.add_argument(
        "--memory", type=int, default=0, help="synthetic submissions between looks at memory"
    )
    parser.add_argument("--json", action="store_true", help="one document for machines")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
