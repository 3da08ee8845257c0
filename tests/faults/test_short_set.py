"""A few faults under a small load; `make faults` plays all of them under a large one."""

import pytest

from acr_testkit.faults.catalogue import SCENARIOS
from acr_testkit.faults.parts import Parts
from acr_testkit.faults.scenario import play
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


def test_scenarios_have_names_of_their_own() -> None:
    names = [each.name for each in SCENARIOS]

    assert len(names) == len(set(names))
    assert all(each.says for each in SCENARIOS)
