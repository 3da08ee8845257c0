"""A fifth registry is a folder and nothing else.

Goal: prove it with a toy that no file of the project names. Method: lay it into a temporary folder as
another distribution, prepare log and database with the operator's commands, start a whole system of
its own beside the tests' neighbours, and send a submission through all of it.
"""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Ports, System, running_system
from acr_settings.settings import PostgresSettings

ROOT = Path(__file__).parents[3]
PLUGIN = Path(__file__).parent / "plugin"
NAME = "doseindex"
COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()"]
ADDRESS = f"/v1/registries/{NAME}/submissions"


@pytest.fixture(scope="module")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of another distribution: a package, and the metadata that an installer writes."""
    folder = tmp_path_factory.mktemp("distribution")
    shutil.copytree(PLUGIN, folder, dirs_exist_ok=True)
    metadata = folder / "acr_doseindex-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acr-doseindex\nVersion: 1.0\n")
    entry_point = f"[acr_connect.registries]\n{NAME} = acr_doseindex.registry:REGISTRY\n"
    (metadata / "entry_points.txt").write_text(entry_point)
    return folder


@pytest.fixture(scope="module")
def environ(distribution: Path, neighbours: Neighbours) -> dict[str, str]:
    """What an operator sets: where to find the distribution, the log and the database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACR_")}
    return kept | {
        "PYTHONPATH": str(distribution),
        "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
        "ACR_POSTGRES_DSN": neighbours.postgres_dsn,
    }


def command(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def five(
    prepared: None,
    environ: dict[str, str],
    neighbours: Neighbours,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    """A whole system that knows the fifth registry, and runs its consumer."""
    for arguments in (("topics", "apply", "--few-brokers"), ("migrate",)):
        done = command(environ, *arguments)
        assert done.returncode == 0, done.stderr
        assert NAME in done.stdout
    logs = tmp_path_factory.mktemp("logs")
    ports = Ports(free_port(), free_port(), [free_port()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", environ["PYTHONPATH"])
        with running_system(neighbours, [NAME], ports, logs, print) as system:
            yield system


@pytest.fixture
def submission(distribution: Path) -> dict[str, Any]:
    """The toy's own example, as a record of the test's own."""
    file = distribution / "acr_doseindex/examples/valid/two-events.json"
    body: dict[str, Any] = json.loads(file.read_text())
    body["dartheader"]["id"] = str(uuid.uuid4())
    return body


@pytest.fixture
def sender(five: System) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=five.gateway.url, timeout=30.0) as client:
        yield client


def test_no_file_of_the_project_names_it() -> None:
    named = [
        str(path.relative_to(ROOT))
        for folder in ("services", "libs", "deploy", "requirements", "pyproject.toml")
        for path in [ROOT / folder, *(ROOT / folder).rglob("*")]
        if path.is_file() and NAME in path.read_text(encoding="utf-8", errors="ignore").lower()
    ]

    assert not named


def test_its_submission_goes_the_whole_way_and_is_read_back(
    five: System, sender: httpx.Client, submission: dict[str, Any]
) -> None:
    submission["payload"]["Events"][0]["CTDIvol"] = 99.5

    created = sender.post(ADDRESS, json=submission)

    assert created.status_code == 201, created.text
    told = created.json()
    assert (told["verdict"], told["registry"]) == ("created", NAME)
    assert [(each["severity"], each["rule"], each["pointer"]) for each in told["findings"]] == [
        ("warning", "DOSE-101", "/payload/Events/0/CTDIvol")
    ]
    assert "above 80 mGy" in told["findings"][0]["message"]
    record = httpx.get(five.reader.url + created.headers["location"]).json()
    assert (record["registry"], record["current_version_no"]) == (NAME, 1)
    assert record["versions"][0]["submission_id"] == told["submission_id"]


@pytest.fixture
def updated(sender: httpx.Client, submission: dict[str, Any]) -> uuid.UUID:
    """The id of a record of two versions."""
    first = sender.post(ADDRESS, json=submission)
    submission["dartheader"]["versionno"] = "2"
    submission["payload"]["Events"][1]["DLP"] = 100
    second = sender.post(ADDRESS, json=submission)
    assert (first.json()["verdict"], second.json()["verdict"]) == ("created", "updated")
    return uuid.UUID(submission["dartheader"]["id"])


async def test_its_typed_tables_hold_the_current_version(
    updated: uuid.UUID, postgres_settings: PostgresSettings
) -> None:
    connection = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    try:
        exam = await connection.fetchrow(
            "SELECT facilityid, exam_date::text, regions, total_dlp, version_no FROM"
            f" {NAME}.submissions JOIN {NAME}.exams USING (partner_id, header_id)"
            " WHERE header_id = $1",
            updated,
        )
        events = await connection.fetch(
            f"SELECT event_no, dlp FROM {NAME}.events WHERE header_id = $1 ORDER BY event_no",
            updated,
        )
    finally:
        await connection.close()

    assert exam is not None
    assert tuple(exam) == ("900101", "2026-01-14", ["chest", "abdomen"], 410.5, 2)
    assert [tuple(each) for each in events] == [(1, 310.5), (2, 100.0)]


def test_its_rules_reject(sender: httpx.Client, submission: dict[str, Any]) -> None:
    del submission["payload"]["Events"][1]["DLP"]

    rejected = sender.post(ADDRESS, json=submission)

    assert rejected.status_code == 400
    assert [(each["rule"], each["pointer"]) for each in rejected.json()["findings"]] == [
        ("DOSE-102", "/payload/Events/1/DLP")
    ]


def test_the_other_four_are_still_there(sender: httpx.Client) -> None:
    refused = sender.post("/v1/registries/lcsr/submissions", json={})
    unknown = sender.post("/v1/registries/nobody/submissions", json={})

    assert (refused.status_code, unknown.status_code) == (400, 404)


def test_its_examples_can_be_checked_before_sending(
    environ: dict[str, str], distribution: Path
) -> None:
    examples = distribution / "acr_doseindex/examples"

    valid = command(environ, "validate", NAME, str(examples / "valid"))
    invalid = command(environ, "validate", NAME, str(examples / "invalid"))

    assert valid.returncode == 0, valid.stderr
    assert invalid.returncode == 1
    assert "DOSE-102" in invalid.stdout


def test_without_the_distribution_there_is_no_such_registry(environ: dict[str, str]) -> None:
    without = {name: value for name, value in environ.items() if name != "PYTHONPATH"}

    refused = command(without, "validate", NAME, "-")

    assert refused.returncode != 0
    assert NAME in refused.stderr
