"""An event loop in simulated time, whose order is the seed's. It belongs to one history.

Every callback belongs to the process in whose context it was made. A process that is killed runs no
further step, not even of its `finally`; one that is paused runs them later. So a process can be
ended at every await that it has.
"""

import asyncio
import heapq
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
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
        self.put_off: list[_Step] = []


PROCESS: ContextVar[Process] = ContextVar("process")


class _Step(asyncio.TimerHandle):
    """A callback that waits for its turn. As asyncio's own, without what debugging needs of it."""

    __slots__ = ()

    def __init__(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context | None
    ) -> None:
        self._callback: Any = callback
        self._args: Any = args
        self._context = copy_context() if context is None else context
        self._cancelled = False

    def cancel(self) -> None:
        """Leave it where it is; it is passed over when its turn comes."""
        self._cancelled = True
        self._callback = self._args = None


class _Task(asyncio.Task[T]):
    """A task with a number: sets of tasks, as those of a `TaskGroup`, then have an order of the seed's,
    not one of addresses in memory.
    """

    def __init__(self, coro: Coroutine[Any, Any, T], number: int, **options: Any) -> None:
        # Before anything else: asyncio puts each new task into a set of its own.
        self._number = number
        super().__init__(coro, **options)

    def __hash__(self) -> int:
        return self._number


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs what is ready, in the seed's order where it shuffles; where nothing is, time jumps.

    ``fuse`` is called before each step of a process, with the number of the step and the process.
    """

    # Every future asks; this answers False.
    get_debug = staticmethod(bool)

    def __init__(self, chance: Random, *, shuffles: bool) -> None:
        super().__init__()
        self.now = 0.0
        self.steps = 0
        self.fuse: Callable[[int, Process], None] | None = None
        self._chance = chance if shuffles else None
        self._ready: deque[_Step] = deque()
        self._timers: list[tuple[float, int, _Step]] = []
        self._timers_made = 0
        self._tasks_made = 0
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
        self._tasks_made += 1
        task = _Task(coro, self._tasks_made, loop=self, name=name, context=context)
        self._tasks.append(task)
        if len(self._tasks) > TASKS_MAX:
            self._tasks = [each for each in self._tasks if not each.done()]
        return task

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Call back in the next turn."""
        step = _Step(callback, args, context)
        self._ready.append(step)
        return step

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back at a time; timers of one time keep the order in which they were made."""
        step = _Step(callback, args, context)
        self._timers_made += 1
        heapq.heappush(self._timers, (when, self._timers_made, step))
        return step

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Call back after a delay."""
        step = _Step(callback, args, context)
        self._timers_made += 1
        heapq.heappush(self._timers, (self.now + delay, self._timers_made, step))
        return step

    def _run_once(self) -> None:
        ready, timers = self._ready, self._timers
        if not ready:
            while timers and timers[0][2]._cancelled:
                heapq.heappop(timers)
            assert timers, "every task waits for another: nothing can happen any more"
            self.now = max(self.now, timers[0][0])
        while timers and timers[0][0] <= self.now:
            ready.append(heapq.heappop(timers)[2])
        turn = list(ready)
        ready.clear()
        if len(turn) > 1 and self._chance is not None:
            self._chance.shuffle(turn)
        for step in turn:
            if step._cancelled:
                continue
            process = step._context.get(PROCESS)
            if process is None or self._may_step(process, step):
                step._context.run(step._callback, *step._args)

    def _may_step(self, process: Process, step: _Step) -> bool:
        if process.paused or process.dead:
            if not process.dead:
                process.put_off.append(step)
            return False
        self.steps += 1
        assert self.steps < STEPS_MAX, "the history does not come to rest"
        if self.fuse is not None:
            self.fuse(self.steps, process)
        return not process.dead

    def resume(self, process: Process) -> None:
        """Let a paused process run on."""
        process.paused = False
        self._ready.extend(process.put_off)
        process.put_off = []

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
