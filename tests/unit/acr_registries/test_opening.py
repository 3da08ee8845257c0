"""Data files of an operator that cannot be used stop a start, and say why in one line each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.opening import open_registries

GATEWAY, READER = ("-m", "acr_gateway"), ("-m", "acr_reader")
VALIDATE = ("-c", "from acr_cli.main import app; app()", "validate", "lcsr", "-")


def ended(overlay: Path, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run a process that an operator has given files, to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "ACR_REGISTRIES_DATA_PATH": str(overlay)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


@pytest.mark.parametrize("process", [GATEWAY, READER, VALIDATE])
def test_a_file_that_is_no_toml_stops_the_start(tmp_path: Path, process: tuple[str, ...]) -> None:
    ending = ended(written(tmp_path, "lcsr/thresholds.toml", "most is 3"), process)

    assert ending.returncode == 1
    assert "lcsr/thresholds.toml: Expected '='" in ending.stderr
    assert "Traceback" not in ending.stderr


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("lcrs/codes.toml", "", "lcrs/codes.toml: the folders are: acr_registries, cdsr,"),
        ("lcsr/code.toml", "", "lcsr/code.toml: the registry has no such file"),
        ("lcsr/elements/exam.toml", "[Exam.CTDIvol]\nmots = 1.0\n", "lcsr: its data files"),
        (
            "lcsr/elements/exam.toml",
            "[Exam.Exam_Unique_ID]\nlength_most = 900\n",
            "long for an index",
        ),
        ("lcsr/thresholds.toml", "[ctdivol_most]\nvalue = 1\n", "lcsr: its data files"),
    ],
)
def test_what_would_replace_nothing_is_told(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    ending = ended(written(tmp_path, name, text), VALIDATE)

    assert (ending.returncode, ending.stdout) == (1, "")
    assert says in ending.stderr
    assert "Traceback" not in ending.stderr


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    ending = ended(tmp_path / "away", VALIDATE)

    assert ending.returncode == 1
    assert "ACR_REGISTRIES_DATA_PATH names no folder" in ending.stderr


def test_what_an_orchestrator_keeps_beside_its_links_is_passed_over(tmp_path: Path) -> None:
    overlay = written(tmp_path, "..2026_11_24/thresholds.toml", "no toml")

    assert ended(overlay, VALIDATE).returncode == 0


def test_every_registry_of_ours_opens() -> None:
    open_registries(load_registries())
