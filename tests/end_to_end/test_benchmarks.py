"""Each part of the suite of benchmarks runs, with tiny counts, on one Kafka and one PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.goals import GOALS
from benchmarks.outcome import read_results
from benchmarks.suite import PARTS

ROOT = Path(__file__).parents[2]
# The peer is fetched with Maven and runs in `make bench`.
NEEDS_THE_SINK = "JDBC sink"
# The same code as another part, with more rows.
THE_SAME = "stored-10m"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_part_of_the_suite_gives_its_ratios(tmp_path: Path) -> None:
    parts = [name for name in PARTS if name != THE_SAME]
    argv = ["-m", "benchmarks.suite", "--tiny", "--out", str(tmp_path), "--only", *parts]

    done = subprocess.run(
        [sys.executable, *argv],
        check=False,
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=280,
    )

    assert done.returncode == 0, done.stderr
    found = {
        (part, ratio)
        for part, document in read_results(tmp_path).items()
        for ratio in document["ratios"]
    }
    wanted = {
        (goal.part, goal.ratio)
        for goal in GOALS
        if goal.part in parts and NEEDS_THE_SINK not in goal.ratio
    }
    assert found == wanted
