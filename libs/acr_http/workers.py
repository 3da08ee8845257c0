"""Several processes of one service behind one address: starts them, and starts again what was killed.

The socket is opened once, before the processes are made, so that they take connections from one
queue and none is lost with a process. A worker that ends by its own word ends the service: it has
said why. One that was killed says nothing, and is started again.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

BACKLOG = 2048
# A worker that is killed sooner than this after its start waits for the next one.
RESTART_SECONDS = 1.0
_STOPPING = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Worker:
    """Which of a service's processes this is.

    ``listening`` is the socket that all share, and ``folder`` where each has one for the others;
    a process that is alone opens its own. ``restarts`` counts its killed predecessors.
    """

    number: int = 0
    count: int = 1
    restarts: int = 0
    listening: socket.socket | None = None
    folder: Path = Path()


ALONE = Worker()


@dataclass(slots=True)
class Crew:
    """The workers of a service, by process id. It changes as they end and are started again."""

    count: int
    listening: socket.socket
    folder: Path
    work: Callable[[Worker], None]
    numbers: dict[int, int] = field(default_factory=dict)
    restarts: list[int] = field(default_factory=list)
    stopping: bool = False
    status: int = 0

    def run(self) -> int:
        """Run all workers until a signal stops them or one of them ends; gives the exit status."""
        for each in _STOPPING:
            signal.signal(each, self._on_signal)
        self.restarts = [0] * self.count
        # Open for as long as we live: at its end workers know that they are alone.
        alive_end, our_end = os.pipe()
        for number in range(self.count):
            self._start(number, alive_end, our_end)
        while self.numbers:
            pid, status = os.wait()
            ended = self.numbers.pop(pid, None)
            if ended is not None and self._ended(ended, os.waitstatus_to_exitcode(status)):
                time.sleep(RESTART_SECONDS)
                self._start(ended, alive_end, our_end)
        return self.status

    def _ended(self, number: int, code: int) -> bool:
        """Note how a worker ended; True where it is to be started again."""
        if self.stopping:
            self.status = self.status or (0 if code in {0, *(-each for each in _STOPPING)} else 1)
            return False
        if code > 0:
            log.error("worker_gave_up", worker=number, status=code)
            self.status = code
            self._stop()
            return False
        log.warning("worker_lost", worker=number, signal=-code)
        self.restarts[number] += 1
        return True

    def _start(self, number: int, alive_end: int, our_end: int) -> None:
        # Held back until its handlers are its own: a signal must not meet ours in the new process.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        pid = 0 if self.stopping else os.fork()
        if pid == 0 and not self.stopping:
            for each in _STOPPING:
                signal.signal(each, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
            os.close(our_end)
            self._be_worker(number, alive_end)
        if pid:
            self.numbers[pid] = number
            log.info("worker_started", worker=number, pid=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)

    def _be_worker(self, number: int, alive_end: int) -> None:
        """Do the work, and end: nothing of the parent's goes on in this process."""
        code = 1
        try:
            threading.Thread(target=_end_with_parent, args=(alive_end,), daemon=True).start()
            self.work(
                Worker(number, self.count, self.restarts[number], self.listening, self.folder)
            )
            code = 0
        except SystemExit as told:
            code = told.code if isinstance(told.code, int) else 1
        except BaseException:
            log.exception("worker_failed", worker=number)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        self._stop()

    def _stop(self) -> None:
        self.stopping = True
        for pid in tuple(self.numbers):
            os.kill(pid, signal.SIGTERM)


def _end_with_parent(alive_end: int) -> None:
    """Stop in order when the parent is gone: its end of the pipe closes, however it ended."""
    os.read(alive_end, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that workers share.

    Raises:
        OSError: if the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
    except OSError:
        opened.close()
        message = f"cannot listen on {host}:{port}: is another program there?"
        raise OSError(message) from None
    opened.listen(BACKLOG)
    opened.set_inheritable(True)
    return opened
