"""`acr-connect validate`: what it tells, what it exits with, and what it never tells."""

import json
import tracemalloc
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from acr_cli.main import app
from acr_testkit.samples import as_bytes, submission

SECRET = "Zaphod-1234"
STORED = submission()
REJECTED = submission(modificationdate="2015-10-27T00:00:00Z")
UNREADABLE = {"payload": {"name": SECRET}}


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(app, ["validate", "cdsr", *map(str, arguments)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def lines(*bodies: object) -> bytes:
    return b"\n".join(map(as_bytes, bodies))


def test_what_would_be_stored_exits_with_0_and_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(as_bytes(STORED))

    result = run(file)

    assert result.exit_code == 0
    assert f"{file}:1 warning CDSR-111 /dartheader/programspecificdata/npifp" in result.stdout
    assert "1 submissions: 1 would be stored" in result.stdout


def test_findings_name_file_line_rule_and_place_and_the_exit_says_that_some_are_refused(
    tmp_path: Path,
) -> None:
    file = tmp_path / "many.ndjson"
    file.write_bytes(lines(STORED, REJECTED, UNREADABLE))

    result = run(file)

    assert result.exit_code == 1
    assert f"{file}:2 error HEADER-201 /dartheader/modificationdate" in result.stdout
    assert f"{file}:3 error HEADER-101 /dartheader " in result.stdout
    assert "3 submissions: 1 would be stored" in result.stdout
    assert "1 rejected, 1 cannot be read" in result.stdout


@pytest.mark.parametrize("body", [REJECTED, UNREADABLE])
def test_one_that_would_not_be_kept_is_enough_to_exit_with_1(body: object) -> None:
    assert run("-", stdin=lines(STORED, STORED)).exit_code == 0
    assert run("-", stdin=lines(STORED, body)).exit_code == 1


def test_the_summary_counts_by_rule_errors_first() -> None:
    result = run("-", "--summary-only", stdin=lines(STORED, REJECTED, REJECTED))

    rules = [line.split()[:3] for line in result.stdout.splitlines()[:-1]]
    assert rules == [["2", "error", "HEADER-201"], ["3", "warning", "CDSR-111"]]


def test_quiet_tells_by_the_exit_alone() -> None:
    result = run("-", "--quiet", stdin=lines(REJECTED))

    assert (result.exit_code, result.output) == (1, "")


def test_machines_get_one_document() -> None:
    result = run("-", "--json", stdin=lines(STORED, UNREADABLE))

    told = json.loads(result.stdout)
    assert told["registry"] == "cdsr"
    assert [(each["line"], each["rule"]) for each in told["findings"]] == [
        (1, "CDSR-111"),
        (2, "HEADER-101"),
    ]
    assert told["summary"]["stored"] == 1
    assert told["summary"]["unreadable"] == 1
    assert told["summary"]["rules"][0]["rule"] == "HEADER-101"


def test_no_value_is_told() -> None:
    bad = submission(versionno=SECRET, id=SECRET, creationdate=SECRET, recordstatus=SECRET)

    result = run("-", stdin=lines(UNREADABLE, bad) + f"\n{SECRET}".encode())

    assert "cannot be read" in result.output
    assert SECRET not in result.output


def test_names_cannot_command_the_terminal() -> None:
    body = b'{"dartheader": {}, "\\u001b[2J": 1, "\\u001B[2J": 2, "dartHeader": 1}'

    result = run("-", stdin=body)

    assert "\x1b" not in result.output


def test_a_line_too_long_is_a_finding_and_the_rest_is_read() -> None:
    result = run("-", stdin=b"x" * 2_000_000 + b"\n" + lines(STORED))

    assert result.exit_code == 1
    assert "-:1 error body-too-large /" in result.stdout
    assert "2 submissions: 1 would be stored" in result.stdout


def test_a_file_that_is_not_there_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(as_bytes(STORED))

    result = run(tmp_path / "none.json", file)

    assert result.exit_code == 1
    assert "No such file" in result.stderr
    assert "1 would be stored" in result.stdout


def test_a_contract_version_replaces_what_the_header_names() -> None:
    named = submission(contractversion="never")

    assert run("-", stdin=lines(named)).exit_code == 1
    assert run("-", "--contract", "1", stdin=lines(named)).exit_code == 0
    assert "name one of" in run("-", "--contract", "never", stdin=b"").stderr


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "many.ndjson"
    file.write_bytes(lines(STORED, *([submission(payload={"a": "x" * 5000})] * 2000)))
    run(file, "--summary-only")

    tracemalloc.start()
    result = run(file, "--summary-only")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "2,001 submissions" in result.stdout
    assert peak < file.stat().st_size / 4
