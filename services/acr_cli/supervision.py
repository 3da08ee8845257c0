"""Starts again what ends of a running system, and says so in a plain line each. Stops nothing.

A part that ends soon after each start is started less and less often, so that a broken one neither
floods the output nor eats the machine.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx

from acr_localstack.errors import StackError
from acr_localstack.neighbours import Neighbours, Server
from acr_localstack.services import Service, System

SOON_SECONDS = 10.0
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 1.0, 30.0
ANSWER_SECONDS_MAX = 0.5


@dataclass(slots=True)
class Part:
    """One process. ``ended`` says how it ended, or None; ``start`` may raise StackError.

    It changes as it is watched (seconds on the watcher's clock): ``started_at`` of its last restart,
    ``due_at`` of the next one, and whether it is ``awaited`` since.
    """

    name: str
    ended: Callable[[], str | None]
    start: Callable[[], None]
    answers: Callable[[], bool]
    started_at: float | None = None
    due_at: float | None = None
    pause_seconds: float = 0.0
    awaited: bool = False


@dataclass(slots=True)
class Supervisor:
    """Looks at parts whenever it is told to, and tells what happened to them."""

    parts: Iterable[Part]
    tell: Callable[[str], None]
    clock: Callable[[], float] = field(default=time.monotonic)

    def look(self) -> None:
        """Start again what has ended, and tell what answers again."""
        for part in self.parts:
            how = part.ended()
            if how is None:
                self._greet(part)
            elif part.due_at is None:
                self._notice(part, how)
            if part.due_at is not None and self.clock() >= part.due_at:
                self._start(part)

    def _notice(self, part: Part, how: str) -> None:
        """Tell the end of a part, and when it is started again."""
        now, pause = self.clock(), 0.0
        if part.started_at is not None and now - part.started_at < SOON_SECONDS:
            pause = min(max(2 * part.pause_seconds, PAUSE_SECONDS_MIN), PAUSE_SECONDS_MAX)
        part.pause_seconds, part.due_at = pause, now + pause
        when = f" in {pause:g} s, as it ended soon" if pause else ""
        self.tell(f"{part.name} has ended ({how}); starting it again{when}")

    def _start(self, part: Part) -> None:
        part.started_at, part.due_at, part.awaited = self.clock(), None, True
        try:
            part.start()
        except StackError as error:
            self.tell(str(error))

    def _greet(self, part: Part) -> None:
        if part.awaited and part.answers():
            part.awaited = False
            seconds = self.clock() - (part.started_at or 0.0)
            self.tell(f"{part.name} answers again, {seconds:.1f} s after its start")


def supervisor_of(
    neighbours: Neighbours, system: System, tell: Callable[[str], None]
) -> Supervisor:
    """Watch over every process of a system that is ours to start."""
    servers = [_server_part(name, server) for name, server in neighbours.servers().items()]
    return Supervisor([*servers, *map(_service_part, system.all())], tell)


def _server_part(name: str, server: Server) -> Part:
    def ended() -> str | None:
        return None if server.running else "its process is gone"

    # A server's start waits until it answers.
    return Part(name, ended, server.start, lambda: True)


def _service_part(service: Service) -> Part:
    def ended() -> str | None:
        status = service.process.returncode
        return None if status is None else f"status {status}"

    def answers() -> bool:
        try:
            answer = httpx.get(f"{service.url}/readyz", timeout=ANSWER_SECONDS_MAX)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    return Part(service.name, ended, service.start, answers)
