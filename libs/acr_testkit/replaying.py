"""Replays of the made-up registry under two days' rules, in this process or in one to be killed.

`python -m acr_testkit.replaying run|resume ...` is a process of its own; imported by tests only.
"""

import argparse
import asyncio
import sys
import uuid
from collections.abc import Callable
from dataclasses import replace

from acr_domain.findings import Severity
from acr_postgres.replays import Run
from acr_registries.registry import Places, Receipt, Registry, Rule
from acr_replayer.opening import Deciders, Ended, Settings, Watch, resume_replay, start_replay
from acr_replayer.selection import Selection
from acr_settings.settings import KafkaSettings, PostgresSettings, ReplayerSettings
from acr_testkit.phantoms.model import Scan
from acr_testkit.phantoms.samples import phantoms_named

COUNT_MAX = 5
RULE_ID = "PHANTOM-901"


def _too_many(scan: Scan, _: Receipt) -> Places:
    return ("count",) if scan.count is not None and scan.count > COUNT_MAX else ()


def lenient(name: str) -> Registry:
    """Declare the made-up registry as it is."""
    return phantoms_named(name)


def strict(name: str) -> Registry:
    """Declare it with one more rule: a scan's count is bounded."""
    rule = Rule(RULE_ID, Severity.ERROR, "made up", Scan, "There are too many.", _too_many)
    declared = phantoms_named(name)
    return replace(declared, rules=(*declared.rules, rule))


def never() -> bool:
    """Never ask for a stop."""
    return False


def settings_of(kafka: KafkaSettings, postgres: PostgresSettings, batch_max: int = 100) -> Settings:
    """Give a replay's settings, without metrics of its own."""
    return Settings(kafka, postgres, ReplayerSettings(port=0, batch_arrivals_max=batch_max))


def watch(
    rate: float | None = None,
    stop: Callable[[], bool] = never,
    begun: Callable[[Run], None] = lambda run: None,
    workers: int = 1,
    told: Callable[[int], None] = lambda arrivals: None,
) -> Watch:
    """Watch a replay without a bar; ``told`` hears how many arrivals were looked at so far."""

    def begin(run: Run) -> Callable[[int, int], None]:
        begun(run)
        return lambda arrivals, done: told(arrivals)

    return Watch(rate, stop, begin, workers)


async def replay(
    registry: Registry,
    settings: Settings,
    selection: Selection | None = None,
    *,
    for_real: bool = False,
    tell_senders: bool = False,
    how: Watch | None = None,
) -> Ended:
    """Run a replay to its end."""
    deciders = Deciders("ann", "a limit was wrong", for_real, tell_senders)
    return await start_replay(
        registry, selection or Selection(), deciders, settings, how or watch()
    )


def main() -> None:
    """Run or resume a replay for real, slowly enough to be killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["run", "resume"])
    parser.add_argument("registry")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--run-id", type=uuid.UUID)
    options = parser.parse_args()
    settings = settings_of(KafkaSettings(), PostgresSettings(), options.batch)
    declared, how = lenient(options.registry), watch(options.rate, workers=options.workers)
    if options.what == "run":
        ended = asyncio.run(replay(declared, settings, for_real=True, how=how))
    else:
        ended = asyncio.run(resume_replay(declared, options.run_id, settings, how))
    if ended.state == "stopped":
        sys.exit(1)


if __name__ == "__main__":
    main()
