"""One run at a time on a data folder. Knows nothing of what the folder holds.

The lock is an flock on an open file, and the servers of a run inherit that file: when the run is
killed, the folder stays locked until the last of its servers is gone as well.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from acr_localstack.cache import Report
from acr_localstack.errors import DataInUse

LOCK_FILE_NAME = ".lock"
ORPHANS_WAIT_SECONDS = 20.0
POLL_SECONDS = 0.1


@contextmanager
def hold_data(folder: Path) -> Iterator[int]:
    """Make the folder where it is missing, and hold it alone; gives the descriptor to inherit.

    Raises DataInUse, naming the holder's pid. Where the holder itself is dead, its servers are
    still ending, which is waited for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock_or_refuse(descriptor, folder)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        try:
            yield descriptor
        finally:
            # Said outright, as a forked copy of the descriptor would keep the lock.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _lock_or_refuse(descriptor: int, folder: Path) -> None:
    deadline = time.monotonic() + ORPHANS_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            written = os.pread(descriptor, 20, 0).decode()
            pid = int(written) if written.isdigit() else None
            if (pid is not None and psutil.pid_exists(pid)) or time.monotonic() > deadline:
                raise DataInUse(folder, pid) from None
            time.sleep(POLL_SECONDS)
        else:
            return


@contextmanager
def take_turns(path: Path, report: Report, occupation: str) -> Iterator[None]:
    """Let one process at a time do something that makes a shared result; others wait for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"waiting for another run that is {occupation}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
