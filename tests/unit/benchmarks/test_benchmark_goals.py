"""The guard sees what is far worse and nothing else; each committed ratio belongs to a goal."""

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.goals import GOALS, Goal, median_of
from benchmarks.guard import find_regressions
from benchmarks.outcome import RESULTS, Outcome, as_document, read_results, write_results

MORE = Goal("intake", "CDSR sample: stream / producer", "")


def results(value: float, part: str = "intake", ratio: str = MORE.ratio) -> dict[str, Any]:
    return {part: {"ratios": {ratio: {"median": value, "rounds": [value]}}}}


def told(committed: float, new: float, part: str, ratio: str) -> list[str]:
    """Compare two runs of one ratio; others of its part, which the new run lacks, are left out."""
    found = find_regressions(results(committed, part, ratio), results(new, part, ratio))
    return [each for each in found if f"{ratio} is" in each]


@pytest.mark.parametrize(
    ("part", "ratio", "committed", "new", "regressed"),
    [
        ("intake", "CDSR sample: stream / producer", 0.5, 0.32, False),
        ("intake", "CDSR sample: stream / producer", 0.5, 0.30, True),
        ("intake", "CDSR sample: stream / producer", 0.5, 5.0, False),
        ("latency", "1.8 KB: p50 / floor", 1.5, 2.3, False),
        ("latency", "1.8 KB: p50 / floor", 1.5, 2.5, True),
        ("latency", "1.8 KB: p99 / floor", 2.0, 5.9, False),
        ("latency", "1.8 KB: p99 / floor", 2.0, 6.1, True),
        ("starting", "gateway: seconds until ready", 1.0, 100.0, False),
    ],
)
def test_only_what_is_far_worse_is_a_regression(
    part: str, ratio: str, committed: float, new: float, regressed: bool
) -> None:
    assert bool(told(committed, new, part, ratio)) is regressed


def test_a_ratio_that_a_part_lost_is_told() -> None:
    found = find_regressions({}, {"stored": {"ratios": {}}})

    assert found == ["stored: rate beside stored rows / beside none was not measured"]


def test_parts_that_were_not_measured_are_passed_over() -> None:
    assert find_regressions(read_results(), {}) == []


def test_a_bound_has_a_good_side() -> None:
    least = Goal("part", "ratio", "", 0.5)
    most = Goal("part", "ratio", "", 1.5, more_is_better=False)

    assert [least.reached(each) for each in (0.49, 0.5, 0.51)] == [False, True, True]
    assert [most.reached(each) for each in (1.49, 1.5, 1.51)] == [True, True, False]


def test_every_committed_ratio_has_a_goal_and_no_goal_is_told_twice() -> None:
    named = [(goal.part, goal.ratio) for goal in GOALS]
    committed = {
        (part, ratio) for part, document in read_results().items() for ratio in document["ratios"]
    }

    assert len(named) == len(set(named))
    assert committed <= set(named)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    outcome = Outcome({"rounds": 3}, {MORE.ratio: [0.1234567, 0.5, 0.4]}, {"a": [1.23456789]})

    write_results(tmp_path, "intake", as_document(outcome, {"cores": 2}))
    read = read_results(tmp_path)

    assert median_of(read, MORE) == 0.4
    assert read["intake"]["figures"] == {"a": [1.235]}
    assert json.loads((tmp_path / "intake.json").read_text()) == read["intake"]


def test_the_committed_runs_are_of_three_rounds_or_more() -> None:
    few = [
        f"{path.stem}: {name}"
        for path in RESULTS.glob("*.json")
        if path.stem != "soak"
        for name, each in json.loads(path.read_text())["ratios"].items()
        if len(each["rounds"]) < 3
    ]

    assert not few
