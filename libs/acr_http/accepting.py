"""Takes connections from a listening socket, several in each round of the loop. Reads nothing of them."""

import asyncio
import socket
from collections.abc import Callable

# libuv takes one connection from a listening socket in each round of its loop (libuv, pull request
# 3696). Under load rounds are long, and new senders and probes would wait for one each.
ACCEPTED_A_ROUND = 64
# So long nothing is taken where the process may open no more: it would be tried again each round.
NONE_LEFT_SECONDS = 1.0


class Accepting:
    """Takes connections until it is closed. uvicorn closes it as one of its servers."""

    def __init__(self, listening: socket.socket, make: Callable[[], asyncio.Protocol]) -> None:
        """Begin; the socket is ours from now on, and does not block."""
        self._listening = listening
        self._make = make
        self._loop = asyncio.get_running_loop()
        self._beginning: set[asyncio.Task[object]] = set()
        self._paused: asyncio.TimerHandle | None = None
        self._begin()

    def close(self) -> None:
        """Take no more."""
        if self._paused is not None:
            self._paused.cancel()
        self._loop.remove_reader(self._listening)
        self._listening.close()

    async def wait_closed(self) -> None:
        """Wait until those that were taken have their protocols."""
        await asyncio.gather(*self._beginning, return_exceptions=True)

    def _begin(self) -> None:
        self._paused = None
        self._loop.add_reader(self._listening, self._take_several)

    def _take_several(self) -> None:
        for _ in range(ACCEPTED_A_ROUND):
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError:
                self._loop.remove_reader(self._listening)
                self._paused = self._loop.call_later(NONE_LEFT_SECONDS, self._begin)
                return
            begin = self._loop.connect_accepted_socket(self._make, connection)
            task: asyncio.Task[object] = self._loop.create_task(begin)
            self._beginning.add(task)
            task.add_done_callback(self._beginning.discard)
