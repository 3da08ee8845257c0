"""An event loop in simulated time, whose order is the seed's. It belongs to one history.

Every callback belongs to the process in whose context it was made. A process that is killed runs no
further step, not even of its `finally`; one that is paused runs them later. So a process can be
ended at every await that it has.
"""

import asyncio
import heapq
from asyncio import events
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

STEPS_MAX = 3_000_000
TASKS_MAX = 5_000


class Process:
    """One life of a node: from its start to its end. ``clock_offset_seconds`` is its wall clock's."""

    __slots__ = ("clock_offset_seconds", "dead", "name", "paused", "put_off")

    def __init__(self, name: str, clock_offset_seconds: float = 0.0) -> None:
        self.name = name
        self.clock_offset_seconds = clock_offset_seconds
        self.dead = False
        self.paused = False
        self.put_off: list[asyncio.Handle] = []


PROCESS: ContextVar[Process] = ContextVar("process")


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs what is ready, in the seed's order where it shuffles; where nothing is, time jumps.

    ``fuse`` is called before each step of a process, with the number of the step and the process.
    """

    def __init__(self, chance: Random, *, shuffles: bool) -> None:
        super().__init__()
        self.now = 0.0
        self.steps = 0
        self.fuse: Callable[[int, Process], None] | None = None
        self._chance = chance if shuffles else None
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._timers_made = 0
        # Held, so that what a dead process left half done is not ended by the garbage collector.
        self._tasks: list[asyncio.Task[Any]] = []

    def time(self) -> float:
        """Tell simulated time, seconds from the history's begin."""
        return self.now

    def create_task(  # type: ignore[override]
        self,
        coro: Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: Context | None = None,
    ) -> "asyncio.Task[T]":
        """Begin a task."""
        task = super().create_task(coro, name=name, context=context)
        self._tasks.append(task)
        if len(self._tasks) > TASKS_MAX:
            self._tasks = [each for each in self._tasks if not each.done()]
        return task

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back at a time; timers of one time keep the order in which they were made."""
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self._timers_made += 1
        heapq.heappush(self._timers, (when, self._timers_made, timer))
        return timer

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back after a delay."""
        return self.call_at(self.now + delay, callback, *args, context=context)

    def _run_once(self) -> None:
        ready: Any = self._ready  # type: ignore[attr-defined]
        timers = self._timers
        if not ready:
            while timers and timers[0][2].cancelled():
                heapq.heappop(timers)
            assert timers, "every task waits for another: nothing can happen any more"
            self.now = max(self.now, timers[0][0])
        while timers and timers[0][0] <= self.now:
            ready.append(heapq.heappop(timers)[2])
        turn = list(ready)
        ready.clear()
        if self._chance is not None and len(turn) > 1:
            self._chance.shuffle(turn)
        for handle in turn:
            if not handle.cancelled():
                self._step(handle)

    def _step(self, handle: asyncio.Handle) -> None:
        process = handle._context.get(PROCESS)  # type: ignore[attr-defined]
        if process is not None:
            if process.dead:
                return
            if process.paused:
                process.put_off.append(handle)
                return
            self.steps += 1
            assert self.steps < STEPS_MAX, "the history does not come to rest"
            if self.fuse is not None:
                self.fuse(self.steps, process)
                if process.dead:
                    return
        handle._run()

    def resume(self, process: Process) -> None:
        """Let a paused process run on."""
        process.paused = False
        self._ready.extend(process.put_off)  # type: ignore[attr-defined]
        process.put_off = []

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Leave a cancelled timer where it is; it is passed over when its time comes."""

    def _write_to_self(self) -> None:
        """Nothing sleeps, so nothing has to be woken."""

    def _process_events(self, event_list: Any) -> None:
        """There is no input or output."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Whatever nobody awaited is the history's to judge; see `run`."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a history to its end, and end what dead processes left half done."""
        try:
            return self.run_until_complete(work)
        finally:
            self._sweep()
            self.close()

    def _sweep(self) -> None:
        events._set_running_loop(self)
        try:
            for task in self._tasks:
                if task.done():
                    continue
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                coroutine = task.get_coro()
                if coroutine is not None:
                    coroutine.close()
        finally:
            events._set_running_loop(None)
