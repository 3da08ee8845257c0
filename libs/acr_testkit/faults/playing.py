"""Plays scenarios one after another on one system, and on a new one after a scenario that failed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from pathlib import Path

from acr_localstack.cache import Report as Tell
from acr_localstack.shelter import temporary_data
from acr_testkit.faults.judging import judge_whole
from acr_testkit.faults.parts import Parts, Plan, running_parts
from acr_testkit.faults.scenario import Scenario, Verdict, play
from acr_testkit.faults.small_disks import may_mount

NO_MOUNT = "not run: a small file system is mounted by root alone"


@dataclass(frozen=True, slots=True)
class Order:
    """What to play: each scenario with so many submissions, by one seed."""

    scenarios: Sequence[Scenario]
    count: int
    seed: int
    topics_file: Path
    logs: Path


async def play_all(order: Order, tell: Tell) -> AsyncGenerator[Verdict, None]:
    """Give the verdict of each scenario, and at last one on all tables, as they come.

    Raises:
        StackError: if the system cannot be started.
    """
    for small_disks in (False, True):
        left = [each for each in order.scenarios if each.small_disks == small_disks]
        if small_disks and left and not may_mount():
            for scenario in left:
                yield Verdict(scenario.name, scenario.says, trouble=NO_MOUNT, not_run=True)
            continue
        system = 0
        while left:
            system += 1
            logs = order.logs / f"{'small' if small_disks else 'large'}-{system}"
            async with aclosing(_play_on_one(order, left, logs, small_disks, tell)) as played:
                async for verdict in played:
                    yield verdict


async def _play_on_one(
    order: Order, left: list[Scenario], logs: Path, small_disks: bool, tell: Tell
) -> AsyncGenerator[Verdict, None]:
    """Play on one system until a scenario fails or none is left; takes them off the list."""
    async with AsyncExitStack() as stack:
        data = stack.enter_context(temporary_data())
        plan = Plan(order.topics_file, data, logs, small_disks)
        parts = await stack.enter_async_context(running_parts(plan, tell))
        while left:
            scenario = left.pop(0)
            tell(f"{scenario.name}: {scenario.says}")
            verdict = await play(scenario, parts, order.count, order.seed, tell)
            yield verdict
            if not verdict.passed:
                tell(f"{scenario.name}: the rest goes to a new system")
                return
        tell("comparing all tables with what the topics make of them")
        yield await _whole(parts, "all tables")


async def _whole(parts: Parts, name: str) -> Verdict:
    verdict = Verdict(name, "Every table at the end, whole, beside the rebuilt one")
    try:
        verdict.report = await judge_whole(parts)
    except (TimeoutError, OSError) as error:
        verdict.trouble = f"{type(error).__name__}: {error}"
    return verdict
