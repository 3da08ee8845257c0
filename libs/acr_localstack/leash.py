"""Starts a program that ends when we end, for whatever reason. Knows no particular program.

The program leads a session of its own, so that a terminal's Ctrl-C reaches only us. In its process
group lives a watcher, a few lines of shell that wait for the end of a pipe which only we hold open:
when we close it, or die of SIGKILL, the watcher ends the group. Linux's PR_SET_PDEATHSIG would do
less: it is lost on a change of user, fires when the starting thread ends, and reaches one process.
"""

import os
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from acr_localstack.errors import StartFailed

TERMINATE_SECONDS = 15.0
KILL_SECONDS = 10.0
ORPHAN_GRACE_SECONDS = 10.0
LOG_BYTES_MAX = 8 * 1024 * 1024
TAIL_BYTES_MAX = 16 * 1024
TAIL_LINES = 20

# $$ stays the pid of the program, which takes the shell's place at the last line. The watcher is
# forked twice so that the program finds no child that it did not start.
_LEASH = """
exec 3<&0 </dev/null
(
    trap '' HUP INT QUIT TERM
    (
        PATH=${PATH:-/usr/bin:/bin}
        read -r _ <&3
        kill -s "$1" 0
        kill -s CONT 0
        tenths=$2
        while [ "$tenths" -gt 0 ] && kill -s 0 $$ 2>/dev/null; do
            sleep 0.1 || sleep 1
            tenths=$((tenths - 1))
        done
        kill -s KILL 0
    ) &
)
shift 2
exec "$@" 3<&-
"""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the system, under whom a program runs."""

    name: str
    uid: int
    gid: int


class ManagedProcess:
    """A running program on our leash. Dropping or closing it ends the program."""

    def __init__(self, popen: subprocess.Popen[bytes], log: Path, log_start: int) -> None:
        self._popen = popen
        self._log = log
        self._log_start = log_start

    @classmethod
    def start(
        cls,
        argv: Sequence[str | os.PathLike[str]],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        account: Account | None = None,
        inherit: Iterable[int] = (),
        orphan_signal: signal.Signals = signal.SIGTERM,
    ) -> Self:
        """Start a program with its output appended to ``log``; does not wait for anything.

        A program that does not exist ends at once with 127, and its log says so. ``inherit`` are
        descriptors to leave open in it; ``orphan_signal`` is what it gets first when we are gone.
        """
        grace_tenths = str(int(ORPHAN_GRACE_SECONDS * 10))
        signal_name = orphan_signal.name.removeprefix("SIG")
        with _open_log(log) as output:
            log_start = output.tell()
            popen = subprocess.Popen(
                ["/bin/sh", "-c", _LEASH, "leash", signal_name, grace_tenths, *argv],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
                pass_fds=tuple(inherit),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        return cls(popen, log, log_start)

    @property
    def pid(self) -> int:
        """The program's process id, which is its process group's as well."""
        return self._popen.pid

    @property
    def log(self) -> Path:
        """The file that takes what the program prints."""
        return self._log

    @property
    def returncode(self) -> int | None:
        """None while it runs; afterwards the exit status, negative for a signal."""
        code = self._popen.poll()
        if code is not None:
            self._let_go()
        return code

    @property
    def running(self) -> bool:
        """Whether it has not ended; a suspended program runs."""
        return self.returncode is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program alone; nothing happens where it has ended."""
        self._popen.send_signal(number)

    def suspend(self) -> None:
        """Stop its clock: it keeps its memory and its connections, and answers nothing."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a suspended program go on."""
        self.send(signal.SIGCONT)

    def wait(self, seconds: float) -> int:
        """Wait for its end and give the exit status; raises subprocess.TimeoutExpired."""
        code = self._popen.wait(seconds)
        self._let_go()
        return code

    def terminate(
        self, seconds: float = TERMINATE_SECONDS, number: signal.Signals = signal.SIGTERM
    ) -> int:
        """Ask it to end, kill it when it has not within these seconds, give the exit status."""
        self.send(number)
        self.resume()
        try:
            return self.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End it with SIGKILL, and what it started in its group as well."""
        self.send(signal.SIGKILL)
        return self.wait(KILL_SECONDS)

    def tail(self, lines: int = TAIL_LINES) -> str:
        """Give the last lines that this run of the program has printed."""
        with self._log.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(self._log_start, end - TAIL_BYTES_MAX))
            text = file.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def require_running(self, what: str) -> None:
        """Raise StartFailed with the last of the log where the program has ended."""
        code = self.returncode
        if code is not None:
            raise StartFailed(f"{what} ended with status {code}; {self.log} ends:\n{self.tail()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.terminate()

    def _let_go(self) -> None:
        # The watcher then ends what the program may have left in its group, and itself.
        cast(BinaryIO, self._popen.stdin).close()


def _open_log(path: Path) -> BinaryIO:
    """Open for appending; a long log is put aside first, so that it never fills the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_name(path.name + ".1"))
    file = path.open("ab")
    file.seek(0, os.SEEK_END)
    return file
