"""`acr-connect convert`: files become submissions beside them, and problems have file, line and field."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from acr_cli.main import app
from acr_registries.catalogue import load_registries
from acr_registries.checking import check_submission
from acr_registries.examples import read_submissions
from acr_testkit.conversions import RECEIVED_AT, lcsr_layout
from acr_testkit.legacy_files import as_text, record_cells

EXAM = read_submissions("acr_registries.lcsr", "valid")["baseline"]["payload"]["Exams"][0]
LAYOUT = lcsr_layout()
PARTNER = ("--partner", "acme", "--facility", "900101")


def line(**changes: Any) -> bytes:
    told = {**EXAM, "File_Version_Number": "1.8", "Follow_Ups": [], **changes}
    return as_text(LAYOUT, [record_cells(LAYOUT, {"Exams": [told]})])


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["convert", *map(str, arguments)])


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file of three good records."""
    return written(tmp_path / "lcsr_exam_good.txt", *(line(Exam_Unique_ID=f"a-{n}") for n in "123"))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A file whose second record is bad."""
    lines = (line(), line(Patient_Height="tall"), line(Exam_Unique_ID="b"))
    return written(tmp_path / "lcsr_exam_mixed.txt", *lines)


def written(path: Path, *lines: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(lines))
    return path


def bodies(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(each) for each in text.splitlines()]


def test_good_files_become_submissions_that_the_gateway_would_store(
    good: Path, tmp_path: Path
) -> None:
    before = hashlib.sha256(good.read_bytes()).digest()

    result = run("lcsr", good, "--form", "batch", "--out", tmp_path / "out", *PARTNER)

    content = (tmp_path / "out" / "lcsr_exam_good.txt.ndjson").read_bytes()
    registry = load_registries()["lcsr"]
    verdicts = [
        check_submission(registry, each, RECEIVED_AT).verdict_if_sent
        for each in content.splitlines()
    ]
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "3 records: 3 converted, 0 refused" in result.stderr
    assert verdicts == ["stored"] * 3
    assert hashlib.sha256(good.read_bytes()).digest() == before


def test_the_same_file_gives_the_same_bytes_in_every_run(good: Path) -> None:
    first, second = run("lcsr", good, *PARTNER), run("lcsr", good, *PARTNER)

    assert len(bodies(first.stdout_bytes)) == 3
    assert first.stdout_bytes == second.stdout_bytes


def test_good_records_are_converted_beside_bad_ones_and_the_exit_tells(
    mixed: Path, tmp_path: Path
) -> None:
    result = run("lcsr", mixed, "--out", tmp_path / "out", *PARTNER)

    content = (tmp_path / "out" / f"{mixed.name}.ndjson").read_bytes()
    assert result.exit_code == 1
    assert f"{mixed}:2 Patient_Height: The field must be a number" in result.stderr
    assert "3 records: 2 converted, 1 refused" in result.stderr
    assert len(bodies(content)) == 2


@pytest.mark.parametrize("to_folder", [True, False])
def test_strict_writes_nothing_of_a_file_with_a_problem_and_all_of_a_good_one(
    mixed: Path, good: Path, tmp_path: Path, to_folder: bool
) -> None:
    out = tmp_path / "out" if to_folder else Path("-")

    result = run("lcsr", mixed, good, "--strict", "--out", out, *PARTNER)

    content = (out / f"{good.name}.ndjson").read_bytes() if to_folder else result.stdout_bytes
    assert result.exit_code == 1
    assert len(bodies(content)) == 3
    assert f"{mixed}: nothing is written" in result.stderr
    assert not to_folder or [each.name for each in out.iterdir()] == [f"{good.name}.ndjson"]


def test_a_former_result_stays_where_nothing_new_is_kept(mixed: Path, tmp_path: Path) -> None:
    former = tmp_path / f"{mixed.name}.ndjson"
    former.write_bytes(b"former")

    run("lcsr", mixed, "--strict", "--out", tmp_path, *PARTNER)

    assert former.read_bytes() == b"former"


def test_files_of_one_name_are_not_written_over_each_other(good: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "june" / good.name, line(Exam_Unique_ID="june"))

    result = run("lcsr", good, other, "--out", tmp_path / "out", *PARTNER)

    assert result.exit_code == 1
    assert f"{other} would be written over {good}" in result.stderr
    assert not (tmp_path / "out").exists()


def test_no_source_is_written_over(good: Path, tmp_path: Path) -> None:
    beside = written(good.with_name(f"{good.name}.ndjson"), line(Exam_Unique_ID="beside"))
    before = beside.read_bytes()

    result = run("lcsr", good, beside, "--out", tmp_path, *PARTNER)

    assert result.exit_code == 1
    assert beside.read_bytes() == before


def test_the_document_for_machines_has_every_finding_and_counts(
    mixed: Path, tmp_path: Path
) -> None:
    result = run("lcsr", mixed, "--out", tmp_path / "out", "--json", *PARTNER)

    told = json.loads(result.stdout)
    errors = [each for each in told["findings"] if each["severity"] == "error"]
    assert [(each["file"], each["line"], each["field"]) for each in errors] == [
        (str(mixed), 2, "Patient_Height")
    ]
    assert told["summary"]["records"] == 3
    assert told["summary"]["files"] == [{"file": str(mixed), "records": 3, "written": 2}]
    assert {"severity": "error", "rule": "FILE", "count": 1} in told["summary"]["rules"]


def test_remarks_are_told_where_they_are_asked_for(tmp_path: Path) -> None:
    file = written(tmp_path / "lcsr_exam_a.txt", line(Patient_Sex=None))

    silent, telling = (run("lcsr", file, *PARTNER, *more) for more in ([], ["--remarks"]))

    assert "Patient_Sex" not in silent.stderr
    assert f"{file}:1 Patient_Sex: incomplete: " in telling.stderr
    assert (silent.exit_code, telling.exit_code) == (0, 0)


@pytest.mark.parametrize("whole", [True, False])
def test_a_template_gives_header_elements_and_options_go_before_it(
    good: Path, tmp_path: Path, whole: bool
) -> None:
    header = {
        "PartnerId": "from-template",
        "appid": "scanner",
        "creationdate": "2026-01-02T03:04:05Z",
        "modificationdate": "2026-01-02T03:04:05Z",
        "programspecificdata": {"FacilityId": "900109", "note": "kept"},
    }
    template = tmp_path / "header.json"
    template.write_text(json.dumps({"dartheader": header, "payload": {}} if whole else header))

    result = run("lcsr", good, "--header", template, "--version-no", 3, "--partner", "acme")

    made = bodies(result.stdout_bytes)[0]["dartheader"]
    assert made["partnerid"] == "acme"
    assert made["appid"] == "scanner"
    assert made["versionno"] == 3
    assert made["creationdate"] == "2026-01-02T03:04:05Z"
    assert made["programspecificdata"]["note"] == "kept"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "a"], "there is no registry"),
        (["grid", "a", *PARTNER], "say --form"),
        (["lcsr", "a", "--form", "xml", *PARTNER], "the file forms of lcsr are: batch"),
        (["cdsr", "a", *PARTNER], "no file form of cdsr is known"),
        (["lcsr", "a"], "say --partner"),
        (["lcsr", "a", "--json", *PARTNER], "name a folder with --out"),
        (["lcsr", "a", "--header", "nosuch.json"], "nosuch.json"),
        (["lcsr", "nosuch.txt", *PARTNER], "nosuch.txt: No such file"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(arguments: list[str], words: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("content", ["[]", "{", '{"dartheader": 1}', "[" * 70_000])
def test_a_template_that_is_none_is_told(good: Path, tmp_path: Path, content: str) -> None:
    template = tmp_path / "header.json"
    template.write_text(content)

    result = run("lcsr", good, "--header", template)

    assert result.exit_code == 1
    assert "is no JSON object of header elements" in result.stderr


def test_help_has_an_example() -> None:
    assert "Example: acr-connect convert lcsr" in run("--help").stdout.replace("\n", " ")
