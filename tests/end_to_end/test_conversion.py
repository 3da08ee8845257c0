"""A legacy file, converted by the command and sent as it came out."""

import subprocess
import sys
import uuid
from pathlib import Path

import httpx

from acr_registries.examples import read_submissions
from acr_testkit.conversions import lcsr_layout
from acr_testkit.legacy_files import as_text, record_cells

COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()"]


def batch_file(folder: Path, records: int) -> Path:
    layout = lcsr_layout()
    exam = read_submissions("acr_registries.lcsr", "valid")["baseline"]["payload"]["Exams"][0]
    own = {"File_Version_Number": "1.8", "Facility_ID": None}
    rows = [
        record_cells(layout, {"Exams": [{**exam, **own, "Exam_Unique_ID": uuid.uuid4().hex}]})
        for _ in range(records)
    ]
    file = folder / "lcsr_exam_may.txt"
    file.write_bytes(as_text(layout, rows))
    return file


def test_converted_records_are_stored_once_however_often_the_file_is_converted(
    gateway: httpx.Client, tmp_path: Path
) -> None:
    """Goal: a facility's file reaches the record, and doing it all again changes nothing.

    Method: convert a batch file of two exams twice and send each line of both results.
    """
    file = batch_file(tmp_path, 2)
    answers = []
    for _ in range(2):
        made = subprocess.run(
            [*COMMAND, "convert", "lcsr", file, "--partner", "acme", "--facility", "900101"],
            capture_output=True,
            timeout=60,
            check=True,
        )
        for line in made.stdout.splitlines():
            answers.append(
                gateway.post(
                    "/v1/registries/lcsr/submissions",
                    content=line,
                    headers={"Content-Type": "application/json"},
                )
            )

    assert [answer.status_code for answer in answers] == [201, 201, 200, 200]
    assert [answer.json()["verdict"] for answer in answers] == [
        *["created", "created"],
        *["duplicate", "duplicate"],
    ]
