"""One fault as a named scenario: load, break, mend, wait until well, come to rest, judge."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field

from acr_localstack.cache import Report as Tell
from acr_localstack.services import Service
from acr_testkit.faults.evidence import Stretch, mark_ends
from acr_testkit.faults.judging import judge_stretch
from acr_testkit.faults.load import Load, load_of
from acr_testkit.faults.parts import Parts, all_ready
from acr_testkit.faults.senders import Crowd, sending
from acr_testkit.faults.wellness import Wellness, at_rest, well_again
from acr_testkit.faults.workload import Workload
from acr_testkit.invariant_report import Harm, Report

SCENARIO_SECONDS_MAX = 300.0
JUDGE_SECONDS_MAX = 300.0
BEFORE_SHARE, UNDER_SHARE = 0.2, 0.7
BREAK_SECONDS_MAX = 60.0
STALLED_SECONDS = 1.0


class NoFault(Exception):
    """A scenario did not break what it was to break."""


@dataclass(slots=True)
class Scene:
    """What a fault may break, and by what chance. A fault may say when it was mended in truth.

    ``afterwards`` is done when the load has ended: what must stay until then is undone there.
    """

    parts: Parts
    chance: random.Random
    afterwards: AsyncExitStack
    probe_partner: str
    healed_at: float | None = None

    def healed_now(self) -> None:
        """Note that what was away is back at this moment (monotonic seconds)."""
        self.healed_at = time.monotonic()

    def require(self, condition: bool, what: str) -> None:
        """Fail a scenario whose fault was none."""
        if not condition:
            raise NoFault(f"not so, and so the fault was none: {what}")

    async def change(self, service: Service, changes: Mapping[str, str]) -> None:
        """Restart a service in order with changes to its environment, undone afterwards."""
        await self._restart(service, changes)
        if changes:
            self.afterwards.push_async_callback(self._restart, service, {})

    async def _restart(self, service: Service, changes: Mapping[str, str]) -> None:
        await asyncio.to_thread(service.stop)
        service.start(changes)
        await all_ready([service])


Fault = Callable[[Scene], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault and how long it lasts. Entering ``fault`` breaks, leaving it mends.

    ``hold_seconds`` is the least time between both; the load goes on meanwhile.
    """

    name: str
    says: str
    fault: Fault
    hold_seconds: float = 3.0
    small_disks: bool = False


@dataclass(slots=True)
class Verdict:
    """What came of one scenario; ``trouble`` says what kept it from its end."""

    scenario: str
    says: str
    submissions: int = 0
    requests: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    well: Wellness | None = None
    seconds: float = 0.0
    trouble: str | None = None

    not_run: bool = False

    @property
    def line(self) -> str:
        """Say in a line what came of it."""
        harms = ", ".join(f"{self.report.harms[harm]} {harm}" for harm in Harm)
        checked = sum(self.report.checked.values())
        end = f"FAILED: {self.trouble}" if self.trouble else f"{checked:,} facts checked"
        return f"{self.submissions:,} submissions, {harms}; {end}; {self.seconds:.0f} s"

    @property
    def passed(self) -> bool:
        """Whether it came to its end with nothing lost, twice or wrong."""
        return self.trouble is None and self.report.holds and bool(self.report.checked)


async def play(scenario: Scenario, parts: Parts, count: int, seed: int, tell: Tell) -> Verdict:
    """Run one scenario on a system that is well; whatever goes wrong is told in the verdict."""
    verdict = Verdict(scenario.name, scenario.says)
    began = time.monotonic()
    try:
        async with asyncio.timeout(2 * SCENARIO_SECONDS_MAX + JUDGE_SECONDS_MAX):
            await _play(
                scenario, parts, load_of(Workload(scenario.name, seed), count), seed, verdict, tell
            )
    except Exception as error:  # noqa: BLE001  # One failure must not hide the other scenarios.
        verdict.trouble = f"{type(error).__name__}: {error}"
    if ended := parts.ended():
        # What a fault ends, it starts again; so these gave up by themselves.
        verdict.trouble = f"{verdict.trouble or 'done, but'}; ended: {', '.join(ended)}"
    verdict.seconds = time.monotonic() - began
    return verdict


async def _play(
    scenario: Scenario, parts: Parts, load: Load, seed: int, verdict: Verdict, tell: Tell
) -> None:
    since = await mark_ends(parts)
    probe, urls = f"{scenario.name}-probe", [each.url for each in parts.gateways]
    async with AsyncExitStack() as afterwards, sending(urls, load, Crowd(), seed) as all_sent:
        await load.until_sent(int(load.count * BEFORE_SHARE))
        scene = Scene(parts, random.Random(seed), afterwards, probe)
        async with asyncio.timeout(SCENARIO_SECONDS_MAX):
            await _break_and_mend(scenario, scene, load, verdict, tell)
        load.go_on()
        async with asyncio.timeout(SCENARIO_SECONDS_MAX):
            await all_sent
    await at_rest(parts)
    _count(load, verdict)
    tell(f"{scenario.name}: at rest, {load_line(load)}; checking")
    stretch = Stretch(since, await mark_ends(parts), [*load.partners, probe])
    async with asyncio.timeout(JUDGE_SECONDS_MAX):
        verdict.report = await judge_stretch(parts, load.history, stretch)


async def _break_and_mend(
    scenario: Scenario, scene: Scene, load: Load, verdict: Verdict, tell: Tell
) -> None:
    """Break, let the load go on, mend, and measure how long it takes until all is well."""
    async with scenario.fault(scene):
        await go_on_under_it(scenario, scene, load)
    load.rest()
    healed_at = scene.healed_at or time.monotonic()
    tell(f"{scenario.name}: mended after {load.sent:,} submissions, {load_line(load)}")
    verdict.well = await well_again(scene.parts, healed_at, scene.probe_partner, load.history)
    tell(f"{scenario.name}: well again after {verdict.well.seconds:.1f} s")


def _count(load: Load, verdict: Verdict) -> None:
    statuses = load.history.statuses()
    verdict.submissions, verdict.requests = load.sent, sum(statuses.values())
    verdict.statuses = dict(sorted(statuses.items()))
    if load.given_up:
        verdict.trouble = f"{load.given_up} submissions were never answered for good"


async def go_on_under_it(scenario: Scenario, scene: Scene, load: Load) -> None:
    """Let the load go on: for the scenario's time, then until most is sent or nothing moves.

    Not where the neighbour is back already: the clock of the recovery runs.
    """
    if scene.healed_at is not None:
        return
    await asyncio.sleep(scenario.hold_seconds)
    began, sent = time.monotonic(), -1
    while load.sent > sent and time.monotonic() - began < BREAK_SECONDS_MAX:
        sent = load.sent
        if sent >= load.count * UNDER_SHARE:
            break
        await asyncio.sleep(STALLED_SECONDS)


def load_line(load: Load) -> str:
    """Say how the answers were."""
    counted = load.history.statuses()
    named = {("lost" if status == 0 else str(status)): n for status, n in counted.items()}
    return ", ".join(f"{named[name]:,} x {name}" for name in sorted(named))
