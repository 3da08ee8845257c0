"""One run at a time on a data folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from acr_localstack.data_lock import hold_data, take_turns
from acr_localstack.errors import DataInUse

HOLDER = """
import sys
from pathlib import Path
from acr_localstack.data_lock import hold_data
with hold_data(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_told_the_pid_of_the_first(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", HOLDER, str(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"

        with pytest.raises(DataInUse, match=f"pid {holder.pid}") as caught, hold_data(tmp_path):
            pass

        assert caught.value.pid == holder.pid
        holder.communicate()
    with hold_data(tmp_path):
        pass


def test_a_folder_is_free_after_its_holder_failed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold_data(tmp_path / "data"):
        _ = 1 / 0

    with hold_data(tmp_path / "data"):
        pass


def test_a_dead_holder_whose_servers_are_ending_is_waited_for(tmp_path: Path) -> None:
    script = """
import os, subprocess, sys
from pathlib import Path
from acr_localstack.data_lock import hold_data
with hold_data(Path(sys.argv[1])) as held:
    subprocess.Popen(["sleep", "1"], pass_fds=[held], stdout=subprocess.DEVNULL)
    os.kill(os.getpid(), 9)
"""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environ, check=False)

    with hold_data(tmp_path):
        assert killed.returncode == -9


def test_taking_turns_says_that_it_waits_only_when_it_does(tmp_path: Path) -> None:
    lines: list[str] = []

    with take_turns(tmp_path / "deep" / "lock", lines.append, "fetching"):
        pass

    assert lines == []
