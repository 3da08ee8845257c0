"""`acr-connect contract`: the bundle on disk, without any service."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from acr_bundles.bundle import zip_of
from acr_cli.main import app
from acr_registries.catalogue import load_registries
from acr_registries.contract import contract_versions
from acr_testkit.made_bundles import bundle_of

RUNNER = CliRunner()


def test_the_files_of_a_contract_are_written(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, ["contract", "LCSR", "--out", str(tmp_path / "new" / "folder")])

    assert result.exit_code == 0, result.output
    for name, content in bundle_of("lcsr").files.items():
        assert (tmp_path / "new" / "folder" / name).read_bytes() == content
    assert "index.html" in result.output


def test_an_archive_of_a_former_version_is_written(tmp_path: Path) -> None:
    arguments = ["contract", "lcsr", "--out", str(tmp_path), "--version", "1.2", "--zip", "--json"]

    result = RUNNER.invoke(app, arguments)

    file = tmp_path / "lcsr-contract-1.2.zip"
    assert file.read_bytes() == zip_of(bundle_of("lcsr", "1.2"))
    told = json.loads(result.stdout)
    assert told["files"] == [str(file)]
    assert told["bytes"] == file.stat().st_size
    assert told["version"] == "1.2"


def test_registries_and_versions_are_listed() -> None:
    result = RUNNER.invoke(app, ["contract", "--list", "--json"])

    told = {each["registry"]: each["versions"] for each in json.loads(result.stdout)}
    assert told.keys() == load_registries().keys()
    for name, versions in told.items():
        expected = [each.name for each in contract_versions(load_registries()[name])]
        assert [each["version"] for each in versions] == expected
        assert [each["current"] for each in versions] == [*([False] * (len(expected) - 1)), True]


def test_the_list_is_readable_for_people() -> None:
    result = RUNNER.invoke(app, ["contract", "--list"])

    assert "lcsr: Lung Cancer Screening Registry" in result.output
    assert "current" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["contract"], "say a registry"),
        (["contract", "lcsr"], "say a registry"),
        (["contract", "nothing", "--out", "x"], "there is no registry"),
        (["contract", "lcsr", "--out", "x", "--version", "9"], "no contract version"),
        (["contract", "lcsr", "--out", "/dev/null/x"], "/dev/null"),
    ],
)
def test_what_cannot_be_done_is_told(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = RUNNER.invoke(app, arguments)

    assert result.exit_code == 1
    assert told in result.output
    assert list(tmp_path.iterdir()) == []
