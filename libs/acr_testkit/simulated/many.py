"""Lives many histories, in several processes, and adds up what was checked. Prints nothing."""

import gc
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog

from acr_testkit.invariant_report import Report
from acr_testkit.simulated.history import drawn, live
from acr_testkit.simulated.planted_faults import PLANTED

SEEDS_A_TURN = 25
FAILURES_MAX = 20
# A history leaves its garbage as a whole, so that looking for it seldom costs little memory.
GARBAGE_THRESHOLDS = (200_000, 20, 50)


class Failure(NamedTuple):
    """A seed whose history breaks an invariant, what it breaks, and its story."""

    seed: int
    what: tuple[str, ...]
    story: tuple[str, ...]


class Turn(NamedTuple):
    """Seeds that one process lives through in one go."""

    seeds: Sequence[int]
    size: int
    plant: str | None


@dataclass(slots=True)
class Totals:
    """What some histories came to. ``simulated_seconds`` is the time that passed in them."""

    histories: int = 0
    arrivals: int = 0
    steps: int = 0
    simulated_seconds: float = 0.0
    report: Report = field(default_factory=Report)
    failures: list[Failure] = field(default_factory=list)
    failed: int = 0

    def add(self, other: "Totals") -> None:
        """Add what others came to."""
        self.histories += other.histories
        self.arrivals += other.arrivals
        self.steps += other.steps
        self.simulated_seconds += other.simulated_seconds
        self.report.add(other.report)
        self.failed += other.failed
        self.failures = (self.failures + other.failures)[:FAILURES_MAX]

    def as_data(self, seconds: float) -> dict[str, object]:
        """Give the totals as JSON members, with the rates of so many seconds of work."""
        return {
            "histories": self.histories,
            "arrivals": self.arrivals,
            "steps": self.steps,
            "simulated_seconds": round(self.simulated_seconds),
            "seconds": round(seconds, 1),
            "histories_per_second": round(self.histories / max(seconds, 1e-9), 1),
            "arrivals_per_second": round(self.arrivals / max(seconds, 1e-9), 1),
            "failed": self.failed,
            "failures": [
                {"seed": each.seed, "what": each.what, "story": each.story}
                for each in self.failures
            ],
            **self.report.as_data(),
        }


def live_turn(turn: Turn) -> Totals:
    """Live some seeds in this process."""
    parts = PLANTED[turn.plant] if turn.plant else None
    totals = Totals()
    for seed in turn.seeds:
        verdict = live(seed, drawn(seed, turn.size), parts)
        totals.histories += 1
        totals.arrivals += verdict.arrivals
        totals.steps += verdict.steps
        totals.simulated_seconds += verdict.seconds
        totals.report.add(verdict.report)
        if not verdict.holds:
            totals.failed += 1
            what = (*verdict.faults, *map(str, verdict.report.examples))
            totals.failures.append(Failure(seed, what, tuple(verdict.story)))
    return totals


def live_many(seeds: Sequence[int], size: int, plant: str | None, workers: int) -> Iterator[Totals]:
    """Live seeds in so many processes; give each turn's totals as it ends."""
    a_turn = SEEDS_A_TURN if size == 1 else 1
    turns = [Turn(seeds[at : at + a_turn], size, plant) for at in range(0, len(seeds), a_turn)]
    if workers <= 1:
        quiet()
        yield from map(live_turn, turns)
        return
    with multiprocessing.get_context("spawn").Pool(workers, initializer=quiet) as pool:
        yield from pool.imap_unordered(live_turn, turns)


def quiet() -> None:
    """Prepare a process for thousands of lives: no logs of theirs, and few walks over what stays."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("CRITICAL"))
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)


def timed(seeds: Sequence[int], size: int, plant: str | None, workers: int) -> tuple[Totals, float]:
    """Live seeds, and tell the seconds that it took."""
    began = time.monotonic()
    totals = Totals()
    for each in live_many(seeds, size, plant, workers):
        totals.add(each)
    return totals, time.monotonic() - began
