"""Small file systems that can be filled: a tmpfs each, which only root may mount. Knows no server."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BALLAST = "ballast"
CHUNK_BYTES = 1024 * 1024
COMMAND_SECONDS_MAX = 20


def may_mount() -> bool:
    """Tell whether this user may mount a file system."""
    return os.geteuid() == 0


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[Path]:
    """Mount a file system of that size on the folder until the block ends.

    Raises:
        subprocess.CalledProcessError: if it cannot be mounted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={mebibytes}m,mode=711"
    _command("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))
    try:
        yield folder
    finally:
        # Lazily: a process that has not quite ended may still hold a file.
        _command("umount", "--lazy", str(folder))


def fill(folder: Path) -> None:
    """Write until nothing more fits on the folder's disk."""
    chunk = bytes(CHUNK_BYTES)
    with (folder / BALLAST).open("wb", buffering=0) as file:
        while True:
            try:
                file.write(chunk)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                return


def free(folder: Path) -> None:
    """Give back what `fill` took."""
    (folder / BALLAST).unlink(missing_ok=True)


def _command(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True, timeout=COMMAND_SECONDS_MAX)


def said_to_be_full(log: Path) -> bool:
    """Tell whether a server's log complains of a full disk (ENOSPC, as both servers word it)."""
    return os.strerror(errno.ENOSPC) in log.read_text(encoding="utf-8", errors="replace")
