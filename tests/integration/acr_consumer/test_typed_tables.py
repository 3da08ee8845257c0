"""A consumer and the typed tables of its registry: one transaction with the version, come what may."""

import uuid
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from acr_kafka.writer import LogWriter
from acr_postgres.migrations import migrate
from acr_registries.registry import Registry
from acr_telemetry import metrics
from acr_testkit.awaiting import until
from acr_testkit.consuming import Bench
from acr_testkit.crash import Crash, CrashingLog
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.model import Scan
from acr_testkit.phantoms.samples import body_of, phantoms_named, scan_body

ONE, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))
VERSIONS = "SELECT version_no, status FROM {}.submissions ORDER BY header_id"


@pytest.fixture
def declared(registry: str) -> Registry:
    return phantoms_named(registry)


@pytest.fixture
async def typed(bench: Bench, declared: Registry) -> Bench:
    """A bench whose registry has typed tables."""
    await migrate(bench.postgres, [declared.name], declared={declared.name: declared})
    return replace(bench, declared=declared)


@pytest.fixture
def scanner(sender: Sender, declared: Registry) -> Sender:
    return replace(sender, declared=declared)


def scan(scanner: Sender, header_id: str, version_no: int, **changes: Any) -> Any:
    body = scan_body({"header_id": header_id, "version_no": version_no}, **changes)
    return scanner.record_of(scanner.submission(body))


async def versions(owner: asyncpg.Connection, registry: str) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in await owner.fetch(VERSIONS.format(registry))]


async def test_rows_are_of_the_current_versions_and_a_cancelled_record_leaves_its_tables(
    typed: Bench, scanner: Sender, log: LogWriter, owner: asyncpg.Connection
) -> None:
    cancel = body_of("scan", {}, header_id=OTHER, version_no=2, recordstatus="cancelled")
    rows = metrics.PROJECTION_ROWS.labels(typed.registry)
    before = rows._value.get()
    await log.append_all(
        [
            scan(scanner, ONE, 2),
            scan(scanner, ONE, 1),
            scan(scanner, OTHER, 1),
            scanner.record_of(scanner.submission(cancel)),
        ]
    )

    await typed.settle(log, 4)

    assert await versions(owner, typed.registry) == [(2, "complete"), (2, "cancelled")]
    assert await owner.fetchval(f"SELECT count(*) FROM {typed.registry}.scans") == 1
    assert rows._value.get() - before == 9  # Of one scan: root, scan, report, side, 2 + 2; a root.


async def test_killed_behind_the_commit_the_rows_are_there_once(
    typed: Bench, scanner: Sender, log: LogWriter, owner: asyncpg.Connection
) -> None:
    await log.append_all([scan(scanner, ONE, 1), scan(scanner, OTHER, 1)])
    with pytest.raises(Crash):
        await typed.settle(CrashingLog(log, 0), 2)

    await log.append(scan(scanner, ONE, 2))
    await typed.settle(log, 3)

    assert await versions(owner, typed.registry) == [(2, "complete"), (1, "complete")]
    assert await owner.fetchval(f"SELECT count(*) FROM {typed.registry}.images") == 4


async def test_a_consumer_of_another_shape_waits_until_the_tables_are_of_its_own(
    typed: Bench, scanner: Sender, log: LogWriter, owner: asyncpg.Connection, declared: Registry
) -> None:
    narrow = replace(declared, forms=(Scan,))
    await log.append(scan(scanner, ONE, 1))

    newer = replace(typed, declared=narrow)
    async with newer.store() as store, newer.consumer(store, log) as running:
        await until(
            lambda: any("another shape" in each for each in running.troubles if each),
            "the consumer tells what it waits for",
        )
        assert await versions(owner, typed.registry) == []
        await migrate(typed.postgres, [declared.name], declared={declared.name: narrow})
        await running.settled(1)

    assert await versions(owner, typed.registry) == [(1, "complete")]


async def test_what_was_settled_before_there_were_tables_is_filled_in(
    bench: Bench, scanner: Sender, log: LogWriter, owner: asyncpg.Connection, declared: Registry
) -> None:
    await log.append(scan(scanner, ONE, 1))
    await replace(bench, declared=declared).settle(log, 1)

    await migrate(bench.postgres, [declared.name], declared={declared.name: declared})

    assert await versions(owner, bench.registry) == [(1, "complete")]


async def test_a_body_that_cannot_be_read_any_more_settles_all_the_same(
    typed: Bench, scanner: Sender, log: LogWriter, owner: asyncpg.Connection
) -> None:
    accepted = scanner.submission(scan_body({"header_id": ONE}))
    unreadable = metrics.PROJECTIONS_UNREADABLE.labels(typed.registry)
    before = unreadable._value.get()
    await log.append_all(
        [
            scanner.record_of(accepted, body=b'{"not": "as declared"}'),
            scan(scanner, OTHER, 1),
        ]
    )

    await typed.settle(log, 2)

    assert await versions(owner, typed.registry) == [(1, "unreadable"), (1, "complete")]
    assert (
        await owner.fetchval(
            "SELECT count(*) FROM acr.dead_letters WHERE registry = $1", typed.registry
        )
        == 0
    )
    assert unreadable._value.get() - before == 1
