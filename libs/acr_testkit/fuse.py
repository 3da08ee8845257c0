"""The crash fuse: counts the effects of a run and ends or disturbs it at chosen ones."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from acr_domain.errors import Unavailable


class Crash(BaseException):
    """The process is gone. No `Exception`, so that no handler of ours survives it by accident."""


class Blow(Enum):
    """What the fuse does at a point: end the process, or let the neighbour fail."""

    CRASH = "crash"
    TROUBLE = "trouble"


class Effects(Protocol):
    """What surrounds each effect of a fake: a fuse, or the way through a simulated network."""

    def effect(self) -> AbstractAsyncContextManager[None]:
        """Surround one effect."""


EFFECTS_MAX = 20_000


@dataclass(slots=True)
class Fuse:
    """Counts points, two an effect: before it and behind it.

    ``blows`` says at which counts what happens; a blow behind an effect means that it took place,
    and the caller never heard. ``pauses`` lets other tasks run before each effect, that many turns
    of the loop, over and over in this order: it chooses how several consumers interleave.
    """

    blows: Mapping[int, Blow] = field(default_factory=dict)
    pauses: Sequence[int] = ()
    points: int = 0
    effects: int = 0

    @asynccontextmanager
    async def effect(self) -> AsyncIterator[None]:
        """Surround one effect.

        Raises:
            Crash, Unavailable: at the chosen points.
        """
        if self.pauses:
            for _ in range(self.pauses[self.effects % len(self.pauses)]):
                await asyncio.sleep(0)
        self.effects += 1
        assert self.effects < EFFECTS_MAX, "the run does not come to rest"
        self._burn()
        yield
        self._burn()

    def _burn(self) -> None:
        blow = self.blows.get(self.points)
        self.points += 1
        if blow is Blow.CRASH:
            raise Crash
        if blow is Blow.TROUBLE:
            raise Unavailable("the fuse")
