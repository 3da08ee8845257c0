"""`acr-connect rebuild`, as an operator runs it beside running services; and a topic that lost partitions."""

import asyncio
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any

import asyncpg
import httpx
import pytest

from acr_localstack.ports import free_port
from acr_localstack.services import System
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.children import child_environment
from acr_testkit.samples import submission

COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()", "rebuild"]
REGISTRY, PATH = "lcsr", "/v1/registries/lcsr/submissions"
LOST_PARTITION = 99


@pytest.fixture
def environ(kafka_settings: KafkaSettings, postgres_settings: PostgresSettings) -> dict[str, str]:
    return child_environment(kafka_settings, postgres_settings)


def ask(postgres: PostgresSettings, text: str, *values: object) -> list[asyncpg.Record]:
    """Run a statement with the owner's rights."""

    async def work() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(postgres.dsn.get_secret_value())
        try:
            return list(await connection.fetch(text, *values))
        finally:
            await connection.close()

    return asyncio.run(work())


def run(
    environ: Mapping[str, str], *arguments: str, status: int = 0
) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=dict(environ),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


def rebuild(environ: Mapping[str, str], *options: str, status: int = 0) -> dict[str, Any]:
    done = run(environ, "--registry", REGISTRY, "--json", *options, status=status)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def send(gateway: httpx.Client, count: int) -> list[dict[str, Any]]:
    partner = f"rebuild-{uuid.uuid4().hex[:8]}"
    bodies = [submission(REGISTRY, partner=partner) for _ in range(count)]
    for body in bodies:
        assert gateway.post(PATH, json=body).status_code == httpx.codes.CREATED
    return bodies


def test_tables_are_checked_swapped_and_repaired_while_services_go_on(
    gateway: httpx.Client, environ: dict[str, str], postgres_settings: PostgresSettings
) -> None:
    (first, *_) = send(gateway, 12)

    assert rebuild(environ, "--check")["state"] == "equal"
    told = run(environ, "--registry", REGISTRY).stdout
    assert "swapped" in told.splitlines()
    assert "rows, equal" in told
    again = gateway.post(PATH, json=first)
    assert (again.status_code, again.json()["verdict"]) == (200, "duplicate")
    send(gateway, 1)

    header_id = uuid.UUID(first["dartheader"]["id"])
    gone = f"DELETE FROM {REGISTRY}.submissions WHERE header_id = $1"
    ask(postgres_settings, gone, header_id)
    damaged = rebuild(environ, status=1)
    assert damaged["state"] == "different"
    differs = {each["table"]: each["difference"] for each in damaged["tables"]}
    assert differs["submissions"]["only_rebuilt"] == 1
    refused = run(environ, "--registry", REGISTRY, "--accept-differences", status=1)
    assert "needs --why" in refused.stderr
    repaired = rebuild(environ, "--accept-differences", "--why", "a row was lost")
    assert repaired["state"] == "swapped"
    assert repaired["former_kept"] == f"acr_former_{REGISTRY}"
    in_the_way = run(environ, "--registry", REGISTRY, status=1)
    assert "--drop former" in in_the_way.stderr
    assert "dropped former" in run(environ, "--registry", REGISTRY, "--drop", "former").stdout
    assert rebuild(environ, "--check")["state"] == "equal"
    runs = (
        "SELECT why FROM acr.rebuilds WHERE registry = $1 AND state = 'swapped' ORDER BY started_at"
    )
    assert ask(postgres_settings, runs, REGISTRY)[-1]["why"] == "a row was lost"


def test_a_state_of_a_former_time_is_kept_and_dropped(
    gateway: httpx.Client, environ: dict[str, str]
) -> None:
    send(gateway, 3)

    kept = rebuild(environ, "--until", "2026-01-01T00:00:00Z", "--as", "january")
    assert kept["state"] == "kept"
    assert set(kept["positions"].values()) == {0}
    assert (
        "belong together" in run(environ, "--registry", REGISTRY, "--until", "0:1", status=1).stderr
    )
    assert "dropped january" in run(environ, "--registry", REGISTRY, "--drop", "january").stdout
    assert "no state" in run(environ, "--registry", REGISTRY, "--drop", "january", status=1).stderr


def test_a_consumer_stands_still_where_its_topic_lost_partitions(
    system: System, environ: dict[str, str], postgres_settings: PostgresSettings
) -> None:
    ask(
        postgres_settings,
        "INSERT INTO acr.positions (registry, partition, next_offset, announced_offset, consumer) "
        "VALUES ('grid', $1, 5, 5, 'gone')",
        LOST_PARTITION,
    )
    port = free_port()
    consumer = subprocess.Popen(
        [sys.executable, "-m", "acr_consumer"],
        env={**environ, "ACR_CONSUMER_REGISTRY": "grid", "ACR_CONSUMER_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        told = why_not_ready(port, "settled partitions")
        consumer.terminate()
        status = consumer.wait(timeout=60)
    finally:
        consumer.kill()
        consumer.wait()
        ask(
            postgres_settings,
            "DELETE FROM acr.positions WHERE registry = 'grid' AND partition = $1",
            LOST_PARTITION,
        )

    assert f"the database has settled partitions {LOST_PARTITION}" in told
    assert status == 0


def why_not_ready(port: int, wanted: str) -> str:
    """Ask a service why it is not ready until it says what is wanted, or for a minute."""
    deadline, told = time.monotonic() + 60, ""
    while wanted not in told and time.monotonic() < deadline:
        try:
            told = httpx.get(f"http://127.0.0.1:{port}/readyz").text
        except httpx.TransportError:
            told = ""
        time.sleep(0.1)
    return told
