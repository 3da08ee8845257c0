"""`acr-connect generate`: what it writes, and that `validate` finds in it what it says it made."""

import json
from collections import Counter
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from acr_cli.generate_command import read_share
from acr_cli.main import app
from acr_registries.catalogue import load_registries
from acr_registries.synthetic_faults import FAULTS


def run(command: str, *arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [command, *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.mark.parametrize("registry", load_registries())
def test_what_was_made_is_found_by_validate(registry: str, tmp_path: Path) -> None:
    file = tmp_path / "made.ndjson"
    mix = (
        "--seed",
        "7",
        "--faults",
        "10%",
        "--revisions",
        "0.2",
        "--repeats",
        "2%",
        "--cancels",
        "2%",
    )

    made = run("generate", registry, "--count", "400", *mix, "--out", file, "--json")
    found = run("validate", registry, file, "--json")

    told, summary = json.loads(made.stdout), json.loads(found.stdout)["summary"]
    assert told["submissions"] == summary["submissions"] == 400
    assert told["faulty"] == summary["rejected"] + summary["unreadable"] > 0
    assert told["first"] + told["revision"] + told["repeat"] + told["cancel"] == summary["stored"]
    assert told["faulty"] == sum(told["faults"].values())
    assert found.exit_code == 1


def test_a_line_each_goes_to_standard_output_and_the_summary_elsewhere() -> None:
    result = run("generate", "cdsr", "--count", "20")

    bodies = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(bodies) == 20
    assert {"dartheader", "payload"} == set(bodies[0])
    assert "20 submissions" in result.stderr


def test_a_file_each_holds_the_same(tmp_path: Path) -> None:
    lines = run("generate", "cdsr", "--count", "20").stdout.splitlines()

    result = run("generate", "cdsr", "--count", "20", "--form", "files", "--out", tmp_path / "new")

    files = sorted((tmp_path / "new").iterdir())
    assert result.exit_code == 0
    assert [each.name for each in files][:2] == ["cdsr-00000001.json", "cdsr-00000002.json"]
    assert [each.read_text() for each in files] == lines
    assert run("validate", "cdsr", tmp_path / "new").exit_code == 0


def test_a_file_is_there_only_when_all_of_it_is(tmp_path: Path) -> None:
    file = tmp_path / "made.ndjson"
    file.write_text("before")

    refused = run("generate", "cdsr", "--faults", "60%", "--revisions", "60%", "--out", file)

    assert refused.exit_code == 1
    assert "at most 1 together" in refused.stderr
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_standard_output_takes_submissions_alone() -> None:
    assert "--out" in run("generate", "cdsr", "--json").stderr
    assert "--out" in run("generate", "cdsr", "--form", "files").stderr


def test_a_registry_that_is_none_is_told_with_those_there_are() -> None:
    assert "cdsr, grid, lcsr, pqrs" in run("generate", "xyz").stderr


@pytest.mark.parametrize(
    ("text", "share"), [("2%", 0.02), ("0.02", 0.02), ("0", 0.0), ("100%", 1.0), ("1", 1.0)]
)
def test_shares_are_read_in_either_form(text: str, share: float) -> None:
    assert read_share(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["-1%", "101%", "2", "many", "%", "nan", ""])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_share(text)


def test_each_fault_has_a_name_of_its_own() -> None:
    assert max(Counter(FAULTS).values()) == 1
