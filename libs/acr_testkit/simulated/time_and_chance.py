"""Puts simulated time and chance in place of the real ones, in every module that lives in a history.

Modules are found by looking at what they import, so that none is forgotten: whoever writes
`import time` or `from datetime import datetime` into the data path gets the history's.
"""

import functools
import random
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from types import ModuleType
from typing import Any

import uuid_utils

from acr_testkit.simulated.loop import PROCESS, SimulatedLoop

PACKAGES = ("acr_gateway.", "acr_consumer.", "acr_settling.", "acr_replayer.", "acr_http.")
MODULES = frozenset({"acr_testkit.memory_store", "acr_testkit.simulated.database"})
BEGIN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of one history. Monotonic time is the same for all; wall clocks are each node's."""

    loop: SimulatedLoop

    def monotonic(self) -> float:
        """Tell seconds since some moment."""
        return self.loop.now

    perf_counter = monotonic

    def time(self) -> float:
        """Tell the wall clock's seconds since 1970."""
        return self.wall().timestamp()

    def wall(self) -> datetime:
        """Tell the wall clock of the process that asks."""
        process = PROCESS.get(None)
        offset = process.clock_offset_seconds if process else 0.0
        return BEGIN + timedelta(seconds=self.loop.now + offset)


@dataclass(frozen=True, slots=True)
class Ids:
    """Makes UUIDs of version 7 from simulated time and chance."""

    clock: Clock
    chance: Random

    def uuid7(self) -> uuid.UUID:
        """Make one."""
        milliseconds = int(self.clock.wall().timestamp() * 1000)
        low = self.chance.getrandbits(74)
        number = milliseconds << 80 | 7 << 76 | (low >> 62) << 64 | 2 << 62 | low & (2**62 - 1)
        return uuid.UUID(int=number)


def _datetime_of(clock: Clock) -> type[datetime]:
    class SimulatedDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return clock.wall() if tz is UTC else clock.wall().astimezone(tz)

    return SimulatedDatetime


@contextmanager
def simulated_time(loop: SimulatedLoop, chance: Random) -> Iterator[Clock]:
    """Put time and chance of a history in place until the block ends."""
    clock = Clock(loop)
    ids = Ids(clock, chance)
    instead: dict[str, Any] = {
        "time": clock,
        "random": chance,
        "datetime": _datetime_of(clock),
        "uuid_utils": ids,
        "uuid7": ids.uuid7,
    }
    for module, name, real, _ in _places():
        setattr(module, name, instead[real])
    try:
        yield clock
    finally:
        for module, name, _, value in _places():
            setattr(module, name, value)


@functools.cache
def _places() -> list[tuple[ModuleType, str, str, Any]]:
    """Find each name of a living module that means real time or chance; looked for once."""
    real = {
        id(time): "time",
        id(random): "random",
        id(datetime): "datetime",
        id(uuid_utils): "uuid_utils",
        id(uuid_utils.uuid7): "uuid7",
    }
    return [
        (module, name, real[id(value)], value)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith(PACKAGES) or module_name in MODULES
        for name, value in vars(module).items()
        if id(value) in real
    ]
