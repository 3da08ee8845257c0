"""PostgreSQL, or both parts, are lost and restored by the commands of docs/backup.md."""

import asyncio
import os
import random
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from acr_archive.folder import Folder
from acr_archive.restoring import restore, topics_of
from acr_avro.amendments import decode_amendment
from acr_avro.records import decode_result
from acr_domain.amending import Amendment, Deed, Kind
from acr_domain.errors import Unavailable
from acr_domain.judgement import Outcome
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC, amendments_topic
from acr_kafka import header_names
from acr_kafka.records import NewRecord
from acr_kafka.topics import Topic
from acr_kafka.writer import LogWriter
from acr_localstack.postgres import PostgresServer, running_postgres
from acr_localstack.shelter import server_account, sheltered_cluster, temporary_data
from acr_rebuilding.ready import require_ready
from acr_rebuilding.request import State
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_telemetry import metrics
from acr_testkit.archives import unseen, write_export
from acr_testkit.backups import dump, restore_dump, run_program
from acr_testkit.consuming import ready_writer
from acr_testkit.settled_registry import SettledRegistry, make_registry
from acr_testkit.topic_contents import lose_topics, read_partition

FIRST, SECOND, THIRD = 180, 120, 60
PARTITIONS, RESULTS_PARTITIONS = 3, 24


@pytest.fixture(scope="module")
def archive() -> Iterator[Path]:
    """Where PostgreSQL puts its log; it may be entered by the user that it runs as."""
    with temporary_data() as folder:
        if account := server_account():
            os.chown(folder, account.uid, account.gid)
        yield folder


@pytest.fixture(scope="module")
def server(archive: Path) -> Iterator[PostgresServer]:
    settings = {
        "wal_level": "replica",
        "archive_mode": "on",
        "archive_command": f"cp %p {archive}/%f",
    }
    with (
        temporary_data() as data,
        running_postgres(data=data, report=print, extra_settings=settings) as server,
    ):
        yield server


@pytest.fixture
async def own(
    prepared: None, server: PostgresServer, kafka_settings: KafkaSettings, log: LogWriter
) -> AsyncIterator[SettledRegistry]:
    """A registry on a PostgreSQL that may be lost."""
    owner = await asyncpg.connect(server.dsn)
    postgres = PostgresSettings(dsn=SecretStr(server.dsn))
    yield await make_registry(kafka_settings, postgres, log, owner, PARTITIONS)
    await owner.close()


def deed(why: str) -> Deed:
    return Deed(Kind.REPLAYED, str(uuid.uuid4()), "ann", why)


async def amend(settled: SettledRegistry, partition: int, why: str, seed: int) -> int:
    count = await settled.amend(partition, deed(why), 0.2, random.Random(seed))
    assert count > 5, "fewer would prove little"
    return count


async def consume(settled: SettledRegistry, count: int) -> list[str | None]:
    """Let a consumer settle what is there, up to so many records, and tell what troubled it."""
    async with settled.consuming() as running:
        await settled.all_settled(count)
    return [each for each in running.troubles if each]


async def append_and_settle(settled: SettledRegistry, before: int, count: int, seed: int) -> int:
    async with ready_writer(settled.bench.kafka) as writer:
        fresh = replace(settled, log=writer)
        await fresh.append(count, seed=seed)
        await consume(fresh, before + count)
    return before + count


async def told(settled: SettledRegistry) -> Mapping[LogPosition, list[Outcome]]:
    """Give all results that were ever told of a registry's arrivals, but not of amendments."""
    found: dict[LogPosition, list[Outcome]] = defaultdict(list)
    pages = await asyncio.gather(
        *(
            read_partition(settled.bench.kafka, RESULTS_TOPIC, each)
            for each in range(RESULTS_PARTITIONS)
        )
    )
    for record in (each for page in pages for each in page):
        if record.header(header_names.SCHEMA) is None:
            continue  # Tests of bad input share the topic, and write there what is no result.
        outcome = decode_result(record.value)
        if outcome.position.topic == settled.bench.topic:
            assert record.header(header_names.AMENDMENT) is None
            found[outcome.position].append(outcome)
    return found


def unreadable(registry: str) -> float:
    """Count the records that were taken for no amendments."""
    found = metrics.AMENDMENTS_UNREADABLE.collect()
    return sum(
        each.value
        for metric in found
        for each in metric.samples
        if each.name.endswith("_total") and each.labels["registry"] == registry
    )


async def numbers_are_given_once(settled: SettledRegistry) -> None:
    """Hold that no number of an amendment was given to two of them."""
    for partition in range(PARTITIONS):
        given: dict[int, Amendment] = {}
        for record in await read_partition(
            settled.bench.kafka, amendments_topic(settled.name), partition
        ):
            if record.value == b"no amendment":
                continue
            amendment = decode_amendment(record.value)
            assert given.setdefault(amendment.number, amendment) == amendment


async def import_topics(settled: SettledRegistry, folder: Folder, *, fill: bool) -> None:
    await lose_topics(settled.bench.kafka, topics_of([settled.name]))
    topics = [Topic(name, PARTITIONS, 1, {}) for name in topics_of([settled.name])]
    postgres = settled.bench.postgres if fill else None
    await restore(folder, settled.bench.kafka, postgres, [settled.name], topics, unseen)


async def test_an_older_dump_comes_to_what_was_there_before_and_contradicts_nothing(
    own: SettledRegistry, server: PostgresServer, tmp_path: Path
) -> None:
    """Goal: verdicts that depend on amendments made after the dump come out as they were told."""
    await own.settle(FIRST)
    await amend(own, 0, "one", 3)
    dump(server, tmp_path / "acr.dump")
    count = await append_and_settle(own, FIRST, SECOND, seed=8)
    await amend(own, 1, "two", 4)
    await amend(own, 0, "three", 5)
    count = await append_and_settle(own, count, THIRD, seed=9)
    await amend(own, 0, "four", 6)
    sums, first = await own.sums(), await told(own)

    back = replace(own, owner=await restore_dump(server, tmp_path / "acr.dump"))
    assert await back.sums() != sums
    async with back.bench.store() as store:
        with pytest.raises(Unavailable, match="it was restored from a backup"):
            await require_ready(back.bench.kafka, store, back.name)
        assert await consume(back, count) == []
        await require_ready(back.bench.kafka, store, back.name)

    assert await back.sums() == sums
    again = await told(back)
    assert again.keys() == first.keys()
    assert sum(map(len, again.values())) > sum(map(len, first.values()))
    assert all(each == some[0] for some in again.values() for each in some)
    await amend(back, 0, "five", 7)
    await numbers_are_given_once(back)
    assert (await back.rebuild(check_only=True)).state is State.EQUAL
    await back.owner.close()


async def test_an_empty_database_comes_to_what_was_there_before(
    own: SettledRegistry, server: PostgresServer, tmp_path: Path
) -> None:
    """Goal: amendments come back too; a foreign record among them is counted and passed over."""
    dump(server, tmp_path / "before-anything.dump")
    await own.settle(FIRST)
    await amend(own, 0, "one", 3)
    topic = amendments_topic(own.name)
    await own.log.append(NewRecord(topic, b"?", b"no amendment", [], 0))
    await amend(own, 0, "two", 4)
    count = await append_and_settle(own, FIRST, SECOND, seed=8)
    sums, before = await own.sums(), unreadable(own.name)

    back = replace(own, owner=await restore_dump(server, tmp_path / "before-anything.dump"))
    assert await consume(back, count) == []

    assert await back.sums() == sums
    assert unreadable(own.name) == before + 1
    await numbers_are_given_once(back)
    await back.owner.close()


async def test_both_are_lost_and_the_dump_is_older_than_the_export(
    own: SettledRegistry, server: PostgresServer, tmp_path: Path
) -> None:
    """Goal: the state of the export's end; what came after it is gone, and can be sent again."""
    await own.settle(FIRST)
    dump(server, tmp_path / "acr.dump")
    count = await append_and_settle(own, FIRST, SECOND, seed=8)
    await amend(own, 0, "one", 3)
    sums = await own.sums()
    await write_export(own.bench.kafka, Folder(tmp_path / "export"), [own.name])
    await append_and_settle(own, count, THIRD, seed=9)

    back = replace(own, owner=await restore_dump(server, tmp_path / "acr.dump"))
    await import_topics(back, Folder(tmp_path / "export"), fill=True)
    assert await consume(back, count) == []

    assert await back.sums() == sums
    count = await append_and_settle(back, count, THIRD, seed=9)
    assert (await back.rebuild(check_only=True)).state is State.EQUAL
    await back.owner.close()


async def test_both_are_lost_and_the_dump_is_newer_than_the_export(
    own: SettledRegistry, server: PostgresServer, tmp_path: Path
) -> None:
    """Goal: the state of the dump; what the export lacks is put back from it."""
    await own.settle(FIRST)
    await amend(own, 0, "one", 3)
    await write_export(own.bench.kafka, Folder(tmp_path / "export"), [own.name])
    count = await append_and_settle(own, FIRST, SECOND, seed=8)
    await amend(own, 1, "two", 4)
    sums = await own.sums()
    dump(server, tmp_path / "acr.dump")
    await append_and_settle(own, count, THIRD, seed=9)

    back = replace(own, owner=await restore_dump(server, tmp_path / "acr.dump"))
    await import_topics(back, Folder(tmp_path / "export"), fill=True)
    assert await back.sums() == sums
    await append_and_settle(back, count, THIRD, seed=9)

    assert (await back.rebuild(check_only=True)).state is State.EQUAL
    await back.owner.close()


async def test_a_base_backup_goes_to_a_point_in_time_and_consumers_go_on_from_there(
    own: SettledRegistry, server: PostgresServer, archive: Path
) -> None:
    await own.settle(FIRST)
    with temporary_data() as data:
        account = server_account()
        cluster = sheltered_cluster(data, account, print)
        run_program(server, "pg_basebackup", "-d", server.dsn, "-D", cluster, "-c", "fast")
        count = await append_and_settle(own, FIRST, SECOND, seed=8)
        at = await own.owner.fetchval("SELECT clock_timestamp()")
        await asyncio.sleep(1)
        await amend(own, 0, "one", 3)
        count = await append_and_settle(own, count, THIRD, seed=9)
        sums = await own.sums()
        await own.owner.execute("SELECT pg_switch_wal()")
        (cluster / "recovery.signal").touch()
        if account:
            for each in (cluster, *cluster.rglob("*")):
                os.chown(each, account.uid, account.gid, follow_symlinks=False)
        settings = {
            "restore_command": f"cp {archive}/%f %p",
            "recovery_target_time": at.isoformat(),
            "recovery_target_action": "promote",
            "archive_mode": "off",
        }
        with running_postgres(data=data, report=print, extra_settings=settings) as other:
            await goes_on_at_the_point(own, other, count, sums)


async def goes_on_at_the_point(
    own: SettledRegistry, other: PostgresServer, count: int, sums: Mapping[str, tuple[int, int]]
) -> None:
    """Hold that the database stands at the point, and comes to what the former one had."""
    owner = await asyncpg.connect(other.dsn)
    async with asyncio.timeout(30):
        while await owner.fetchval("SELECT pg_is_in_recovery()"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    bench = replace(own.bench, postgres=PostgresSettings(dsn=SecretStr(other.dsn)))
    back = replace(own, owner=owner, bench=bench)
    settled = "SELECT sum(next_offset) FROM acr.positions WHERE registry = $1"
    assert await owner.fetchval(settled, own.name) == FIRST + SECOND
    assert await consume(back, count) == []
    assert await back.sums() == sums
    await owner.close()
