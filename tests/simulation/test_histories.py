"""Histories of the whole system from seeds: whatever befalls it, the invariants hold."""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from acr_testkit.invariant_report import Report
from acr_testkit.simulated import history
from acr_testkit.simulated.history import Scenario, drawn, live
from acr_testkit.simulated.many import timed
from acr_testkit.simulated.planted_faults import PLANTED

HISTORIES = 10_000
WORKERS = 2
# In so many histories each planted fault is found; most are found in the first twenty.
SEEDS_MAX = 300
# What a small history hardly ever shows: in times of what is sent.
SIZES = {"promise lines that wait for the log": 20}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_histories_hold() -> None:
    totals, seconds = timed(range(HISTORIES), 1, None, WORKERS)

    assert not totals.failed, json.dumps(totals.as_data(seconds), indent=2)
    assert totals.histories == HISTORIES
    assert not totals.report.unchecked()


def test_larger_histories_hold() -> None:
    totals, seconds = timed(range(100_000, 100_010), 20, None, 1)

    assert not totals.failed, json.dumps(totals.as_data(seconds), indent=2)
    assert totals.arrivals > 500


@pytest.mark.parametrize("fault", PLANTED)
def test_each_planted_fault_is_found(fault: str) -> None:
    for seed in range(SEEDS_MAX):
        verdict = live(seed, drawn(seed, SIZES.get(fault, 1)), PLANTED[fault])
        if not verdict.holds:
            assert verdict.story
            return
    pytest.fail(f"{fault}: not found in {SEEDS_MAX} histories")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_process_may_end_at_each_of_its_steps(seed: int) -> None:
    calm = without_disturbances(seed)
    steps = live(seed, calm).steps
    total = Report()
    assert steps > 80

    for step in range(1, steps + 1):
        verdict = live(seed, replace(calm, kill_at_step=step))
        assert verdict.holds, "\n".join([*verdict.story, str(verdict.report), *verdict.faults])
        total.add(verdict.report)

    assert total.checked


def test_ending_a_process_at_each_step_finds_what_is_not_announced_again() -> None:
    calm, parts = without_disturbances(1), PLANTED["forget to announce again"]
    steps = live(1, calm, parts).steps

    found = [
        step
        for step in range(1, steps + 1)
        if not live(1, replace(calm, kill_at_step=step), parts).holds
    ]

    assert 0 < len(found) < steps


def without_disturbances(seed: int) -> Scenario:
    return replace(drawn(seed), disturbances=0, sends=5, consumers=1 + seed % 2, window_seconds=0.5)


def test_one_seed_is_one_history_in_every_process() -> None:
    # In some of them a gateway is killed while several wait: no order may come from addresses.
    seeds = "0,5,12,33,34,47,192,200"
    program = (
        "import sys, hashlib\n"
        "from acr_testkit.simulated.history import live\n"
        "from acr_testkit.simulated.many import quiet\n"
        "quiet()\n"
        "stories = [live(int(seed), with_story=True).story for seed in sys.argv[1].split(',')]\n"
        "print(hashlib.sha256(repr(stories).encode()).hexdigest())\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, seeds],
            env={**os.environ, "PYTHONHASHSEED": salt, "PYTHONMALLOC": memory},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt, memory in (("1", "malloc"), ("77", "debug"))
    }
    here = [live(int(seed), with_story=True).story for seed in seeds.split(",")]

    assert found == {hashlib.sha256(repr(here).encode()).hexdigest() + "\n"}


def test_what_is_remembered_changes_no_story(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = range(500, 530)
    remembering = [live(seed, with_story=True) for seed in seeds]

    monkeypatch.setattr(history, "remembered", contextlib.nullcontext)
    without = [live(seed, with_story=True) for seed in seeds]

    assert [each.story for each in without] == [each.story for each in remembering]
    assert [each.report for each in without] == [each.report for each in remembering]


def test_other_seeds_are_other_histories() -> None:
    assert live(1, Scenario(), with_story=True).story != live(2, Scenario(), with_story=True).story


def test_the_command_tells_one_story_and_many_counts() -> None:
    fault = "forget to announce again"
    seed = next(seed for seed in range(SEEDS_MAX) if not live(seed, parts=PLANTED[fault]).holds)

    one = simulate("--seed", str(seed), "--plant", fault)
    many = simulate("--seeds", "3", "--workers", "1", "--json")

    assert one.returncode == 1
    assert "starts" in one.stdout
    assert "I7 lost: nobody was told" in one.stdout
    assert many.returncode == 0
    assert json.loads(many.stdout)["histories"] == 3


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "acr_testkit.simulated", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
