"""What waits for a person is counted: open dead letters by class, and a replay that stands still."""

import uuid
from datetime import UTC, datetime

import asyncpg

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.submission import LogPosition
from acr_domain.topics import submissions_topic
from acr_kafka.records import LogRecord
from acr_postgres.left_open import LeftOpen, read_left_open
from acr_postgres.replays import ReplayStore, Run, Stretch
from acr_postgres.settlement import Move, SettlementStore
from acr_settling.arrivals import dead_letter, failure

AT = datetime(2026, 1, 2, tzinfo=UTC)


async def test_open_dead_letters_are_counted_by_class(
    registry: str, writer_pool: asyncpg.Pool
) -> None:
    store = SettlementStore(writer_pool, registry, submissions_topic(registry), "test")
    await store.claim([0])
    for offset, error_class in enumerate([ErrorClass.NOT_AVRO] * 2 + [ErrorClass.TOMBSTONE]):
        position = LogPosition(submissions_topic(registry), 0, offset)
        record, poison = LogRecord(position, b"k", b"?", (), AT), Poison(error_class, "Why.")
        async with store.settlement() as settlement:
            await settlement.advance({0: Move(offset, offset + 1, 0, AT)})
            await settlement.bury(dead_letter(record, poison), failure(record, poison))

    found = await read_left_open(writer_pool, registry)

    assert found == LeftOpen({ErrorClass.NOT_AVRO: 2, ErrorClass.TOMBSTONE: 1}, 0.0)


async def test_a_replay_stands_still_until_it_is_given_up(
    registry: str, writer_pool: asyncpg.Pool
) -> None:
    replays, run_id = ReplayStore(writer_pool), uuid.uuid4()
    stretch = Stretch(0, 0, 10, 0, {})
    await replays.begin(
        Run(
            str(run_id),
            registry,
            "ann",
            "why",
            "rules",
            {},
            False,
            "running",
            1,
            AT,
            None,
            (stretch,),
        )
    )
    assert 0 < (await read_left_open(writer_pool, registry)).replay_idle_seconds < 60

    await replays.abandon(run_id, "bob", "not wanted")

    assert (await read_left_open(writer_pool, registry)).replay_idle_seconds == 0
    found = await replays.find(run_id)
    assert (found.abandoned_by, found.abandoned_why) == ("bob", "not wanted")
