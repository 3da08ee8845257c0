"""Runs a real PostgreSQL on loopback, durable as in production. Knows no tables and no clients."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from acr_localstack.cache import Report
from acr_localstack.data_lock import hold_data
from acr_localstack.errors import StackError, StartFailed
from acr_localstack.leash import ManagedProcess
from acr_localstack.ports import LOOPBACK, free_port, require_port
from acr_localstack.postgres_cluster import (
    DATABASE,
    OWNER,
    ClusterFiles,
    ensure_cluster,
    server_environment,
)

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 20.0
KILL_SECONDS_MAX = 5.0
POLL_SECONDS = 0.02
PORT_SETTING = "--postgres-port"
# What the server says while processes of a killed predecessor have not all ended yet.
STILL_SHARED = "shared memory block"

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class PostgresServer:
    """One server, which can be ended in order or at once and started again on its data."""

    def __init__(
        self, files: ClusterFiles, log: Path, port: int, held: int, settings: Mapping[str, str]
    ) -> None:
        self._files = files
        self._log = log
        self._port = port
        self._held = held
        self._settings = settings
        self._process: ManagedProcess | None = None

    @property
    def port(self) -> int:
        """The TCP port on loopback, the same through every start of this run."""
        return self._port

    @property
    def dsn(self) -> str:
        """The address for clients; its user owns the database and is a superuser."""
        return f"postgresql://{OWNER}@{LOOPBACK}:{self._port}/{DATABASE}"

    def program(self, name: str) -> Path:
        """Name one of the programs that come with this server, such as pg_dump."""
        return self._files.binaries / name

    @property
    def pid(self) -> int:
        """The process id of the latest start's postmaster."""
        return self._started().pid

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.running

    @property
    def log(self) -> Path:
        """The file with what it says."""
        return self._log

    def start(self, seconds: float = START_SECONDS_MAX) -> None:
        """Start it on its data and wait until it takes connections; recovers first after a kill.

        Raises StartFailed with the last of the log; DataInUse where a foreign server runs on it.
        """
        if self.running:
            return
        deadline = time.monotonic() + seconds
        self._launch()
        while self._files.pid_in_file() != self.pid or not self._files.ready:
            time.sleep(POLL_SECONDS)
            process = self._started()
            if not process.running and STILL_SHARED in process.tail():
                self._launch()
            else:
                process.require_running("PostgreSQL")
            if time.monotonic() > deadline:
                tail = process.tail()
                process.kill()
                raise StartFailed(
                    f"PostgreSQL took no connections on port {self._port} in {seconds:.0f} s; "
                    f"{self._log} ends:\n{tail}"
                )

    def stop(self) -> int:
        """End it in order, closing its clients' connections; gives the exit status."""
        return self._started().terminate(STOP_SECONDS_MAX, signal.SIGINT)

    def kill(self) -> None:
        """End it at once, without a checkpoint: what a crash leaves, the next start recovers."""
        self._started().terminate(KILL_SECONDS_MAX, signal.SIGQUIT)

    def kill_postmaster(self) -> None:
        """End the postmaster alone with SIGKILL; its other processes end when they notice."""
        self._started().kill()

    def suspend(self) -> None:
        """Stop the postmaster's clock: no new connections are served; those open go on."""
        self._started().suspend()

    def resume(self) -> None:
        """Let the postmaster go on after suspend."""
        self._started().resume()

    def _launch(self) -> None:
        self._files.clear_stale_pid()
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self._port),
            # TCP only: no folder for a socket that two users would have to share.
            "unix_socket_directories": "",
            "log_timezone": "UTC",
            "timezone": "UTC",
            **self._settings,
        }
        argv: list[str | Path] = [self._files.binaries / "postgres", "-D", self._files.cluster]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        self._process = ManagedProcess.start(
            argv,
            log=self._log,
            env=server_environment(os.environ),
            cwd=Path("/"),
            account=self._files.account,
            inherit=[self._held],
            orphan_signal=signal.SIGQUIT,
        )

    def _started(self) -> ManagedProcess:
        if self._process is None:
            raise StackError("PostgreSQL was never started")
        return self._process


@contextmanager
def running_postgres(
    *,
    data: Path,
    report: Report,
    port: int | None = None,
    extra_settings: Mapping[str, str] = NO_SETTINGS,
) -> Iterator[PostgresServer]:
    """Run PostgreSQL on ``data``, which is kept; yields when it takes connections.

    ``extra_settings`` are postgresql.conf settings and win over ours. The port is a free one
    without ``port``. Every local user may log in: it listens on loopback only. Raises StackError:
    port taken, data in use, no PostgreSQL for this system, failed start.
    """
    data = data.absolute()
    with hold_data(data) as held:
        if port is not None:
            require_port(port, "PostgreSQL", PORT_SETTING)
        files = ensure_cluster(data, report)
        chosen = port if port is not None else free_port()
        server = PostgresServer(files, data / "postgres.log", chosen, held, extra_settings)
        report(f"starting PostgreSQL on {LOOPBACK}:{chosen}")
        began = time.monotonic()
        try:
            server.start()
            report(f"PostgreSQL answers after {time.monotonic() - began:.1f} s")
            yield server
        finally:
            if server.running:
                began = time.monotonic()
                server.stop()
                report(f"PostgreSQL stopped after {time.monotonic() - began:.1f} s")
