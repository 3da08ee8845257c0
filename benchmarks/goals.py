"""What each ratio is to reach, and how far it may fall behind the committed one. Measures nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# A ratio of rates in one run still moves with whatever else the machine does.
SLACK = 1.6
# The hundredth worst of some hundred is a matter of single ones.
TAIL_SLACK = 3.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio of a part: its meaning, the bound that it is to keep, and which side is the good one.

    Without a ``bound`` it is only watched. ``slack`` is the factor by which a new run may be worse
    than the committed one; None where it is a time rather than a ratio, which other machines need
    not keep.
    """

    part: str
    ratio: str
    meaning: str
    bound: float | None = None
    more_is_better: bool = True
    slack: float | None = SLACK

    def reached(self, value: float) -> bool:
        """Whether a value keeps the bound; any does where there is none."""
        if self.bound is None:
            return True
        return value >= self.bound if self.more_is_better else value <= self.bound

    def worst(self, committed: float) -> float | None:
        """Give the worst value that a new run may have beside the committed one."""
        if self.slack is None:
            return None
        return committed / self.slack if self.more_is_better else committed * self.slack


def _latency(size: str) -> Iterator[Goal]:
    what = f"one submission of {size}, waited for, to the same hops by bare drivers"
    yield Goal("latency", f"{size}: p50 / floor", f"{what}, p50", 1.5, more_is_better=False)
    yield Goal(
        "latency",
        f"{size}: p99 / floor",
        f"{what}, p99",
        2.0,
        more_is_better=False,
        slack=TAIL_SLACK,
    )


def _intake(name: str) -> Iterator[Goal]:
    yield Goal(
        "intake",
        f"{name}: stream / producer",
        f"{name}: lines through one gateway process, to a bare producer process on the same file",
        0.5,
    )
    yield Goal(
        "intake", f"{name}: stream / producer without keys", f"{name}: to a producer without keys"
    )
    yield Goal("intake", f"{name}: producer / stream, by CPU", f"{name}: the same, by CPU time")
    yield Goal(
        "intake",
        f"{name}: stream / posts",
        f"{name}: one stream, to single posts on 64 connections",
    )


def _steady(name: str) -> Iterator[Goal]:
    yield Goal(
        "steady",
        f"{name}: stream / posts",
        f"{name}: settled and answered in one stream, to single posts on 64 connections",
    )
    for way in ("stream", "posts"):
        yield Goal(
            "steady",
            f"{name}: {way}, our CPU in yardsticks",
            f"{name}: CPU of our services for one submission, in yardsticks ({way})",
            more_is_better=False,
        )


def _starting(name: str) -> Iterator[Goal]:
    yield Goal(
        "starting",
        f"{name}: seconds until ready",
        f"{name}: seconds from its process's start until ready",
        1.5,
        more_is_better=False,
        slack=None,
    )
    yield Goal(
        "starting",
        f"{name}: to importing the drivers",
        f"{name}: the same, to a bare interpreter that imports the drivers",
        more_is_better=False,
    )


def _partitions(count: int) -> Iterator[Goal]:
    meaning = f"{count} partitions and consumers to 1"
    yield Goal("partitions", f"{count} to 1: rate", f"{meaning}: rate, on the same cores")
    yield Goal(
        "partitions",
        f"{count} to 1: CPU of a submission",
        f"{meaning}: consumers' CPU for one submission",
        more_is_better=False,
    )


_STORED = "rate beside stored rows / beside none"
_RATES = (
    ("consumers / raw COPY", "two consumers, to raw COPY of the same rows by one connection", 0.45),
    ("consumers / JDBC sink", "the same, to the Debezium JDBC sink on the same submissions", 1.0),
    ("consumers with typed tables / JDBC sink", "with typed tables, to the JDBC sink", 1.0),
    ("consumers with typed tables / consumers", "with typed tables, to without", None),
)

GOALS: tuple[Goal, ...] = (
    *(goal for size in ("0.6 KB", "1.8 KB") for goal in _latency(size)),
    *(goal for name in ("CDSR sample", "LCSR exam") for goal in _intake(name)),
    *(Goal("peers", ratio, meaning, bound) for ratio, meaning, bound in _RATES),
    *(goal for name in ("CDSR sample", "LCSR exam") for goal in _steady(name)),
    *(goal for count in (2, 4) for goal in _partitions(count)),
    Goal("stored", _STORED, "rate beside 1 million stored records, to beside none", 0.85),
    Goal("stored-10m", _STORED, "rate beside 10 million stored records, to beside none", 0.85),
    *(
        Goal(
            "soak",
            f"{name}: memory at the end / after a tenth",
            f"{name}: resident memory over a million submissions",
            1.05,
            more_is_better=False,
        )
        for name in ("gateway", "consumer", "reader")
    ),
    *(goal for name in ("gateway", "consumer", "reader") for goal in _starting(name)),
)


def median_of(results: Mapping[str, Any], goal: Goal) -> float | None:
    """Give a goal's ratio in results, or None where it was not measured."""
    found = results.get(goal.part, {}).get("ratios", {}).get(goal.ratio)
    return None if found is None else float(found["median"])
