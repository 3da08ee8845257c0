"""What a reference marks as assumed is data that an operator changes without touching code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, changed, read_submissions
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes

LCSR = load_registries()["lcsr"]
BASELINE = read_submissions(LCSR.package, "valid")["baseline"]

PROGRAM = """
import json, sys
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT
from acr_registries.reading import read_contents
registry = load_registries()["lcsr"]
contents = read_contents(registry, sys.stdin.buffer.read(), {})
print(json.dumps([each.rule + " " + each.pointer for each in examine(registry, contents, RECEIVED_AT)]))
"""

COMPLETENESS = """
import json, sys
from acr_registries.catalogue import load_registries
from acr_registries.lcsr.exam_derived import EXAM_DERIVED
from acr_registries.reading import read_contents
contents = read_contents(load_registries()["lcsr"], sys.stdin.buffer.read(), {})
told = {each.attribute: each.compute(contents.form.exams[0], contents) for each in EXAM_DERIVED}
print(json.dumps(told["complete"]))
"""


def told_with(overlay: Path, program: str, body: Any) -> Any:
    """Run a program over a submission in a process that an operator has given other values."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=as_bytes(body),
        env={**os.environ, "ACR_REGISTRIES_DATA_PATH": str(overlay)},
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def found_with(overlay: Path, body: Any) -> list[str]:
    found: list[str] = told_with(overlay, PROGRAM, body)
    return found


def found_without(body: Any) -> list[str]:
    contents = read_contents(LCSR, as_bytes(body), {})
    return [f"{each.rule} {each.pointer}" for each in examine(LCSR, contents, RECEIVED_AT)]


@pytest.mark.parametrize(
    ("file", "text", "rule"),
    [
        ("elements/exam.toml", "[Exam.CTDIvol]\nmost = 1.0\n", "FORM-113 /payload/Exams/0/CTDIvol"),
        (
            "codes.toml",
            '[smoking_status]\ncodes = [{ code = "9", text = "unknown if ever smoked" }]\n',
            "FORM-105 /payload/Exams/0/Smoking_Status",
        ),
        (
            "elements/exam.toml",
            '[Exam.New_Medicare_Beneficiary_ID]\nneed = "complete"\n',
            "FORM-130 /payload/Exams/0/New_Medicare_Beneficiary_ID",
        ),
    ],
)
def test_a_limit_a_code_list_and_a_need_are_replaced(
    tmp_path: Path, file: str, text: str, rule: str
) -> None:
    path = tmp_path / "lcsr" / file
    path.parent.mkdir(parents=True)
    path.write_text(text)

    assert rule not in found_without(BASELINE)
    assert rule in found_with(tmp_path, BASELINE)


def test_a_folder_that_says_nothing_of_a_registry_changes_nothing(tmp_path: Path) -> None:
    assert found_with(tmp_path, BASELINE) == found_without(BASELINE)


def test_an_exam_is_not_complete_without_a_list_that_is_needed(tmp_path: Path) -> None:
    body = changed(BASELINE, {"/payload/Exams/0/Patient_Race": None})
    assert told_with(tmp_path, COMPLETENESS, body) is True

    path = tmp_path / "lcsr" / "elements" / "exam.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[Exam.Patient_Race]\nneed = "complete"\n')

    assert "FORM-130 /payload/Exams/0/Patient_Race" in found_with(tmp_path, body)
    assert told_with(tmp_path, COMPLETENESS, body) is False


def test_a_code_that_is_older_than_the_element_it_asks_for_asks_for_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "lcsr" / "codes.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[health_insurance]\ncodes = [{ code = "7", text = "Other" }]\n')
    places = {
        "/dartheader/contractversion": "1.2",
        "/payload/Exams/0/Health_Insurance": ["7"],
        "/payload/Exams/0/Lung_RADS_Version": "1.1",
    }

    found = found_with(tmp_path, changed(BASELINE, places))

    assert not [each for each in found if each.startswith(("FORM-105", "LCSR-425"))]
