"""A few faults under a small load; `make faults` plays all of them under a large one."""

import asyncio
import random
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from acr_testkit.faults.catalogue import SCENARIOS
from acr_testkit.faults.load import load_of
from acr_testkit.faults.parts import Parts
from acr_testkit.faults.scenario import Scene, go_on_under_it, play
from acr_testkit.faults.workload import Workload
from acr_testkit.invariant_report import Invariant

SUBMISSIONS = 1_500
SHORT_SET = ("broker-killed", "postgres-immediate", "consumer-killed")
WELL_SECONDS_MAX = 60.0


@pytest.mark.slow
@pytest.mark.parametrize("name", SHORT_SET)
async def test_nothing_is_lost_twice_or_wrong(parts: Parts, name: str) -> None:
    (scenario,) = [each for each in SCENARIOS if each.name == name]

    verdict = await play(scenario, parts, SUBMISSIONS, 7, print)

    assert verdict.passed, f"{verdict.line}\n{verdict.report}"
    assert verdict.submissions >= SUBMISSIONS
    assert verdict.well is not None
    assert verdict.report.unchecked() == [], "a check of nothing would prove nothing"
    assert verdict.report.checked[Invariant.I1] >= SUBMISSIONS / 2


async def test_a_recovery_is_measured_from_the_return_and_waits_for_no_load(parts: Parts) -> None:
    """A large load took longer than the recovery, and was counted as part of it."""
    scenario = replace(SCENARIOS[0], hold_seconds=3600.0)
    scene = Scene(parts, random.Random(7), AsyncExitStack(), "probe")
    scene.healed_now()

    async with asyncio.timeout(10):
        await go_on_under_it(scenario, scene, load_of(Workload("measuring", 7), SUBMISSIONS))


def test_scenarios_have_names_of_their_own() -> None:
    names = [each.name for each in SCENARIOS]

    assert len(names) == len(set(names))
    assert all(each.says for each in SCENARIOS)
