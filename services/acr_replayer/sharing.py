"""Divides what is left of a run among processes, whole partitions each. Pure."""

from dataclasses import dataclass, replace

from acr_postgres.replays import Run, Stretch
from acr_replayer.selection import Selection


@dataclass(frozen=True, slots=True)
class Share:
    """What one process does of a run: ``run`` has its stretches only, ``rate`` is its part."""

    run: Run
    selection: Selection
    rate: float | None


def share_out(run: Run, selection: Selection, rate: float | None, count_max: int) -> list[Share]:
    """Give shares of about as many offsets, at least one; stretches that are done are left out.

    Each process looks at as much of the rate as it has of the offsets, so that all end together.
    """
    groups: list[list[Stretch]] = [[] for _ in range(count_max)]
    for stretch in sorted(run.stretches, key=_left, reverse=True):
        if _left(stretch):
            min(groups, key=_whole).append(stretch)
    whole = sum(map(_left, run.stretches))
    return [
        Share(
            replace(run, stretches=tuple(sorted(group, key=lambda each: each.partition))),
            selection,
            rate * _whole(group) / whole if rate and whole else rate,
        )
        for number, group in enumerate(groups)
        if group or number == 0
    ]


def _left(stretch: Stretch) -> int:
    return stretch.end - stretch.next


def _whole(group: list[Stretch]) -> int:
    return sum(map(_left, group))
