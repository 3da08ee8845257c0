"""Starts processes that settle partitions for a rebuild, and stops them. Settles nothing itself."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from acr_domain.errors import Unavailable
from acr_rebuilding.messages import Done, Failed, Moved, Start, Task, hear, say
from acr_settings.cores import count_cores

STOP_SECONDS_MAX = 5.0
# A process takes about a second to start: for less it is not worth while.
RECORDS_EACH_MIN = 10_000


@dataclass(frozen=True, slots=True)
class Staff:
    """How many processes settle, this one among them, and what the others are told at their start.

    Without ``count`` there is one a core, and fewer where there is little to do.
    """

    start: Start
    count: int | None = None

    def others(self, partitions: int, records: int) -> int:
        """Tell how many are started for so many records in so many partitions."""
        wanted = self.count
        if wanted is None:
            wanted = min(count_cores(), records // RECORDS_EACH_MIN)
        return max(0, min(wanted, partitions) - 1)


@dataclass(slots=True)
class Colleague:
    """A process that settles partitions. ``moved`` is told how many records it has settled more."""

    process: asyncio.subprocess.Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    moved: Callable[[int], None]
    records: int = 0
    lost: Exception | None = None
    waited: dict[int, "asyncio.Future[Done]"] = field(default_factory=dict)

    async def settle(self, task: Task) -> Done:
        """Let it do a task.

        Raises:
            Unavailable: if the process, or a neighbour, is lost; repeat the command later.
        """
        if self.lost is not None:
            raise self.lost
        waited: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self.waited[task.partition] = waited
        say(self.writer, task)
        return await waited

    async def listen(self) -> None:
        """Take what it says, until it ends."""
        while (message := await hear(self.reader)) is not None:
            match message:
                case Moved(records):
                    self.moved(records - self.records)
                    self.records = records
                case Done(partition):
                    self.waited.pop(partition).set_result(message)
                case Failed(error):
                    self.lost = error
        status = await self.process.wait()
        self.lost = self.lost or Unavailable(
            f"a process of the rebuild was lost (status {status}): the same command goes on from there"
        )
        for each in self.waited.values():
            if not each.done():
                each.set_exception(self.lost)


@asynccontextmanager
async def open_colleagues(
    start: Start, count: int, moved: Callable[[int], None]
) -> AsyncIterator[list[Colleague]]:
    """Run so many processes until the block ends."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(_colleague(start, moved)) for _ in range(count)]


@asynccontextmanager
async def _colleague(start: Start, moved: Callable[[int], None]) -> AsyncIterator[Colleague]:
    ours, theirs = socket.socketpair()
    with theirs:
        # A session of its own: what a terminal tells the command is not for it.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "acr_rebuilding.worker", str(theirs.fileno())),
            pass_fds=[theirs.fileno()],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    reader, writer = await asyncio.open_connection(sock=ours)
    say(writer, start)
    colleague = Colleague(process, reader, writer, moved)
    listening = asyncio.create_task(colleague.listen())
    try:
        yield colleague
    finally:
        listening.cancel()
        writer.close()
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """It ends as its socket closes; one that does not is ended."""
    try:
        async with asyncio.timeout(STOP_SECONDS_MAX):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
