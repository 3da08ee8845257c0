"""Tells what work takes while nothing outside slows the core. Tells figures, judges none.

A virtual core shares its processor with strangers, and may be slower by half for minutes. Plain arithmetic
is slowed by them, too, so a short round counts that lies between two runs of it which were fast.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

SLOWER_MOST = 1.1  # Times the fastest run of the arithmetic.
STEPS = 20_000  # About a millisecond.


@dataclass(frozen=True, slots=True)
class Round:
    """One short round: the work's CPU time in µs, and the slower arithmetic beside it in seconds."""

    micros: float
    arithmetic: float


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """The median of the rounds beside which arithmetic was fast, in µs, and how many of all they were."""

    micros: float
    rounds: int
    of: int

    @property
    def per_second(self) -> float:
        """Give how often the work is done in a second."""
        return 1e6 / self.micros


def time_round(run: Callable[[], object], times: int) -> Round:
    """Time a short round between two runs of arithmetic, by the process's CPU time."""
    before = _arithmetic()
    started = time.process_time()
    for _ in range(times):
        run()
    spent = time.process_time() - started
    return Round(spent / times * 1e6, max(before, _arithmetic()))


def undisturbed(rounds: Sequence[Round]) -> Undisturbed:
    """Choose the rounds that nothing slowed; there is one at least."""
    fast = SLOWER_MOST * min(each.arithmetic for each in rounds)
    chosen = [each.micros for each in rounds if each.arithmetic <= fast]
    return Undisturbed(statistics.median(chosen), len(chosen), len(rounds))


def _arithmetic() -> float:
    started = time.process_time()
    total = 0
    for each in range(STEPS):
        total += each * each % 7
    return time.process_time() - started
