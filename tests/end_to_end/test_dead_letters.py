"""`acr-connect dead-letters` as an operator uses it, on a running system."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner, Result

from acr_cli.main import app
from acr_kafka.records import NewRecord
from acr_localstack.neighbours import Neighbours
from acr_localstack.services import System
from acr_registries.catalogue import load_registries
from acr_settings.settings import ConsumerSettings, KafkaSettings
from acr_testkit.awaiting import wait_until
from acr_testkit.consuming import ready_writer
from acr_testkit.log_records import Sender
from acr_testkit.metrics_page import metric
from acr_testkit.samples import as_bytes, submission

REGISTRY = "grid"
LIMIT = ConsumerSettings().dead_letters_max
FAULT = (
    "ALTER TABLE acr.versions_grid ADD CONSTRAINT faulty CHECK (partner_id <> 'faulty') NOT VALID"
)
MENDED = "ALTER TABLE acr.versions_grid DROP CONSTRAINT IF EXISTS faulty"


@dataclass(frozen=True, slots=True)
class Operator:
    """Someone at a terminal, with the owner's rights in the database besides."""

    environ: dict[str, str]
    dsn: str

    def run(self, *arguments: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(app, ["dead-letters", *arguments], env=self.environ)

    def ok(self, *arguments: str) -> Any:
        """Run a command that should succeed; give its JSON."""
        done = self.run(*arguments, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def letters(self, *arguments: str) -> list[dict[str, Any]]:
        """List this registry's letters."""
        found: list[dict[str, Any]] = self.ok("list", "--registry", REGISTRY, *arguments)
        return found

    def sql(self, statement: str) -> list[asyncpg.Record]:
        """Run a statement as the owner."""

        async def work() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(self.dsn)
            try:
                return await connection.fetch(statement)
            finally:
                await connection.close()

        return asyncio.run(work())


@pytest.fixture(scope="module")
def operator(system: System, neighbours: Neighbours) -> Operator:
    environ = {
        "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
        "ACR_POSTGRES_DSN": neighbours.postgres_dsn,
        "NO_COLOR": "1",
    }
    return Operator(environ, neighbours.postgres_dsn)


@pytest.fixture
def buried(operator: Operator, kafka_settings: KafkaSettings) -> Iterator[str]:
    """Three fresh dead letters: one of a fault that is mended by now, two of foreign bytes."""
    sender = Sender(REGISTRY, declared=load_registries()[REGISTRY])
    header_id = str(uuid.uuid4())
    body = as_bytes(submission(REGISTRY, partner="faulty", header_id=header_id))
    before = len(operator.letters())

    async def append(records: list[NewRecord]) -> None:
        async with ready_writer(kafka_settings) as writer:
            await writer.append_all(records)

    operator.sql(FAULT)
    try:
        good = sender.record_of(sender.submission(body))
        asyncio.run(append([good, *[sender.raw(b"Zzyzx", b"Zzyzx 1962") for _ in range(2)]]))
        wait_until(lambda: len(operator.letters()) == before + 3, "three dead letters")
    finally:
        operator.sql(MENDED)
    yield header_id
    if operator.letters("--state", "open"):
        operator.ok("discard", REGISTRY, "--all", "--why", "left by a test")


def test_they_are_listed_shown_redriven_and_discarded(operator: Operator, buried: str) -> None:
    key = f"faulty/{buried}"
    (mended,) = operator.letters("--state", "open", "--key", key)
    foreign = operator.letters("--state", "open", "--class", "not-avro")
    place = f"{mended['partition']}/{mended['offset']}"
    assert (mended["class"], mended["key"]) == ("integrity-violation", key)
    assert [each["key"] for each in foreign] == [None, None]
    assert operator.letters("--partner", "faulty", "--state", "open") == [mended]

    foreseen = operator.ok("redrive", REGISTRY, "--key", key, "--dry-run")
    assert (foreseen["dry_run"], foreseen["counts"]) == (True, {"created": 1})
    assert operator.letters("--state", "open", "--key", key) == [mended]

    assert operator.ok("redrive", REGISTRY, "--at", place)["counts"] == {"created": 1}
    (redriven,) = operator.letters("--key", key)
    assert redriven["state"] == "redriven"

    twice = operator.run("redrive", REGISTRY, "--at", place)
    assert twice.exit_code == 1
    assert f"{REGISTRY}/{place} is redriven already" in twice.stderr

    still = operator.run("redrive", REGISTRY, "--class", "not-avro")
    assert still.exit_code == 1
    assert "stays open: The bytes do not begin like an Avro single object." in still.stdout

    why = ("--why", "a test wrote them")
    assert operator.ok("discard", REGISTRY, "--class", "not-avro", *why)["counts"] == {
        "discarded": 2
    }
    assert operator.letters("--state", "open") == []


def test_pages_follow_each_other(operator: Operator, buried: str) -> None:
    whole = operator.letters("--state", "open")
    assert len(whole) == 3

    first = operator.letters("--state", "open", "--limit", "2")
    behind = "{registry}/{partition}/{offset}".format(**first[-1])
    rest = operator.letters("--state", "open", "--after", behind)

    assert first + rest == whole


def test_values_are_masked_and_a_look_at_them_is_audited(operator: Operator, buried: str) -> None:
    foreign = operator.letters("--state", "open", "--class", "not-avro")[0]
    where = (REGISTRY, str(foreign["partition"]), str(foreign["offset"]))
    audited = "SELECT who, why, registry, partition, log_offset FROM acr.audit ORDER BY audit_id"
    before = len(operator.sql(audited))

    plain = operator.run("show", *where)
    masked = operator.ok("show", *where)
    refused = operator.run("show", *where, "--reveal")

    assert "Zzyzx" not in plain.output + json.dumps(masked) + refused.output
    assert "aaaaa 9999" in plain.stdout
    assert masked["value"]["form"] == "aaaaa 9999"
    assert refused.exit_code == 2
    assert len(operator.sql(audited)) == before

    revealed = operator.ok("show", *where, "--reveal", "--why", "ticket 4711", "--who", "ann")

    assert revealed["revealed"]["value"] == "Zzyzx 1962"
    rows = operator.sql(audited)[before:]
    assert [tuple(row) for row in rows] == [
        ("ann", "ticket 4711", REGISTRY, foreign["partition"], foreign["offset"])
    ]


def test_accepting_is_written_down_for_every_partition(operator: Operator) -> None:
    accepted = operator.ok("accept", REGISTRY, "--why", "a test", "--who", "ann")

    rows = operator.sql(
        "SELECT partition, accepted_to FROM acr.dead_letter_acceptances "
        f"WHERE registry = '{REGISTRY}' AND who = 'ann' AND why = 'a test'"
    )
    assert {str(row[0]): row[1] for row in rows} == accepted["accepted_to"]
    assert len(rows) == 12


def test_a_flood_stops_the_consumer_until_it_is_accepted(
    operator: Operator, system: System, kafka_settings: KafkaSettings
) -> None:
    consumer = system.consumers[REGISTRY]
    sender = Sender(REGISTRY)
    open_before = len(operator.letters("--state", "open"))
    flood = [sender.raw(b"key", b"?")._replace(partition=5) for _ in range(LIMIT + 5)]

    async def append() -> None:
        async with ready_writer(kafka_settings) as writer:
            await writer.append_all(flood)

    def stopped() -> bool:
        return metric(consumer.url, "acr_consumer_stopped", registry=REGISTRY) == 1

    asyncio.run(append())
    wait_until(stopped, "the consumer stands still")

    ready = httpx.get(f"{consumer.url}/readyz")
    assert ready.status_code == 503
    assert f"{LIMIT} of the last 1000 arrivals" in ready.json()["neighbours"]["settling"]
    assert httpx.get(f"{consumer.url}/livez").status_code == 200
    assert len(operator.letters("--state", "open")) == open_before + LIMIT

    operator.ok("accept", REGISTRY, "--why", "a test wrote them")
    wait_until(lambda: not stopped(), "the consumer goes on")
    consumer.wait_ready()

    wait_until(
        lambda: len(operator.letters("--state", "open")) == open_before + len(flood), "all buried"
    )
    operator.ok("discard", REGISTRY, "--all", "--why", "a test wrote them")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["redrive", REGISTRY], "say which are meant"),
        (["discard", REGISTRY, "--why", "w", "--all", "--at", "0/1"], "say which are meant"),
        (["redrive", REGISTRY, "--at", "x"], "write partition/offset"),
        (["list", "--since", "yesterday"], "is no time"),
        (["list", "--after", "lcsr"], "write registry/partition/offset"),
        (["discard", REGISTRY, "--all"], "--why"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_done(
    operator: Operator, arguments: list[str], said: str
) -> None:
    done = operator.run(*arguments)

    assert done.exit_code == 2
    assert said in done.stderr


def test_a_letter_that_is_not_there_is_named(operator: Operator) -> None:
    shown = operator.run("show", REGISTRY, "0", "999999999")
    redriven = operator.run("redrive", REGISTRY, "--at", "0/999999999")

    assert (shown.exit_code, redriven.exit_code) == (1, 1)
    said = f"there is no dead letter at {REGISTRY}/0/999999999"
    assert said in shown.stderr
    assert said in redriven.stderr
