"""Compares the ratios of a new run with the committed ones, with generous bounds; no absolute time.

Fails where one is far worse, or where a part that was measured lacks a ratio.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.goals import GOALS, median_of
from benchmarks.outcome import NEW_RESULTS, RESULTS, read_results


def find_regressions(committed: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Tell each ratio that is worse than its slack allows, a line each."""
    found = []
    for goal in GOALS:
        before, now = median_of(committed, goal), median_of(new, goal)
        if goal.part not in new:
            continue
        if now is None:
            found.append(f"{goal.part}: {goal.ratio} was not measured")
            continue
        worst = None if before is None else goal.worst(before)
        if worst is None:
            continue
        if now < worst if goal.more_is_better else now > worst:
            side = "at least" if goal.more_is_better else "at most"
            found.append(
                f"{goal.part}: {goal.ratio} is {now:.2f}, committed is {before:.2f}; "
                f"{side} {worst:.2f} is wanted"
            )
    return found


def main() -> int:
    """Compare and print; gives 1 where something regressed, 2 where there is nothing to compare."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.guard",
        description=__doc__,
        epilog="Example: python -m benchmarks.guard --new benchmarks/new-results",
    )
    parser.add_argument("--new", type=Path, default=NEW_RESULTS, help="folder of the new results")
    parser.add_argument("--committed", type=Path, default=RESULTS, help="folder to compare with")
    options = parser.parse_args()
    new = read_results(options.new)
    if not new:
        sys.stderr.write(f"{options.new} has no results: run python -m benchmarks.suite first\n")
        return 2
    found = find_regressions(read_results(options.committed), new)
    for each in found:
        print(f"regression  {each}")
    count = sum(median_of(new, goal) is not None for goal in GOALS)
    print(f"{count} ratios of {len(new)} parts compared, {len(found)} regressed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
