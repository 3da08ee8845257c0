"""The way between nodes: it delays, and where it is cut, nothing passes. Neighbours answer or do not.

A request that is on its way takes effect even if its sender is dead or has given up by then.
"""

import asyncio
import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from acr_domain.errors import Unavailable
from acr_testkit.simulated.loop import PROCESS

T = TypeVar("T")

LOG, DATABASE = "log", "database"
NOBODY = contextvars.Context()
"""The context of what belongs to no process."""


class CutOff(Unavailable):
    """The way to a neighbour is cut, or the neighbour is down."""


@dataclass(slots=True)
class Network:
    """Who reaches whom, and how fast. It changes as the schedule says.

    ``cut`` holds pairs of node names in alphabetical order; ``down`` the neighbours that do not answer;
    ``full`` those whose disk is full; ``slowness`` multiplies delays by node; ``on_the_way`` counts
    requests that have not arrived.
    """

    chance: Random
    delay_seconds: float = 0.002
    cut: set[tuple[str, str]] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    full: set[str] = field(default_factory=set)
    slowness: dict[str, float] = field(default_factory=dict)
    on_the_way: int = 0

    def reaches(self, one: str, other: str) -> bool:
        """Tell whether messages pass between two nodes at this moment."""
        if self.cut and ((one, other) if one < other else (other, one)) in self.cut:
            return False
        return not self.down or not (one in self.down or other in self.down)

    def delay(self, one: str, other: str) -> float:
        """Draw how long a message takes."""
        draw = self.chance.random()
        # Now and then one takes very long: that is what lets messages overtake each other.
        seconds = self.delay_seconds * (draw if draw < 0.97 else draw * 30)
        if not self.slowness:
            return seconds
        return seconds * max(self.slowness.get(one, 1.0), self.slowness.get(other, 1.0))

    async def call(
        self, one: str, other: str, effect: Callable[[], T], timeout_seconds: float
    ) -> T:
        """Let an effect take place at another node, and give its answer.

        Raises:
            CutOff: if no answer comes in time; whether it took place is then unknown.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self.on_the_way += 1
        loop.call_later(
            self.delay(one, other),
            self._arrive,
            one,
            other,
            effect,
            answer,
            # What is on its way arrives, whatever becomes of the sender.
            context=NOBODY,
        )
        patience = loop.call_later(timeout_seconds, _give_up, answer, other)
        try:
            return await answer
        finally:
            patience.cancel()

    def _arrive(
        self, one: str, other: str, effect: Callable[[], Any], answer: "asyncio.Future[Any]"
    ) -> None:
        self.on_the_way -= 1
        if not self.reaches(one, other):
            if other in self.down:
                settle(answer, CutOff(f"{other} is down"))
            return
        result: Any
        try:
            result = effect()
        except Exception as error:  # noqa: BLE001 - it is the caller's, and goes back to it.
            result = error
        loop = asyncio.get_running_loop()
        delay = self.delay(other, one)
        loop.call_later(delay, self._return, one, other, result, answer, context=NOBODY)

    def _return(self, one: str, other: str, result: Any, answer: "asyncio.Future[Any]") -> None:
        if self.reaches(one, other):
            settle(answer, result)

    async def travel(self, one: str, other: str, timeout_seconds: float) -> None:
        """Go one way, for an effect that is at its caller's place.

        Raises:
            CutOff: if nothing passes.
        """
        await asyncio.sleep(self.delay(one, other))
        if not self.reaches(one, other):
            if other not in self.down and one not in self.down:
                await asyncio.sleep(timeout_seconds)
            raise CutOff(f"{other} does not answer")


def _give_up(answer: "asyncio.Future[Any]", other: str) -> None:
    settle(answer, CutOff(f"{other} does not answer"))


def settle(answer: "asyncio.Future[Any]", result: Any) -> None:
    """Give an answer, unless nobody waits for it any more."""
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)


def here() -> str:
    """Name the node that runs."""
    return PROCESS.get().name
