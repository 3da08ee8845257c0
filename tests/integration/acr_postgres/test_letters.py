"""Finding dead letters: every filter, and pages that neither repeat nor leave out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.submission import LogPosition
from acr_domain.topics import submissions_topic
from acr_kafka.records import LogRecord
from acr_postgres.letters import LetterFilter, LetterPlace, LetterState, LetterStore
from acr_postgres.settlement import Move, SettlementStore
from acr_settling.arrivals import dead_letter, failure

GUID = "541eae10-150d-4135-a85d-9ac98e734055"
AT = datetime(2026, 1, 2, tzinfo=UTC)
SOON, LONG_AGO = datetime.now(UTC) + timedelta(hours=1), AT
KEYS = [f"acme/{GUID}".encode(), b"acme-two/x", b"xacme/x", b"\xff", None]
CLASSES = [ErrorClass.NOT_AVRO, ErrorClass.TOMBSTONE]


@pytest.fixture
async def letters(registry: str, writer_pool: asyncpg.Pool) -> LetterStore:
    """Ten letters in two partitions: their keys take turns, and their classes."""
    topic = submissions_topic(registry)
    store = SettlementStore(writer_pool, registry, topic, "test")
    await store.claim([0, 1])
    for number in range(10):
        partition, offset = number % 2, number // 2
        position = LogPosition(topic, partition, offset)
        record = LogRecord(position, KEYS[offset], b"?" * number, (), AT)
        poison = Poison(CLASSES[offset % 2], "Why.")
        async with store.settlement() as settlement:
            await settlement.advance({partition: Move(offset, offset + 1, 0, AT)})
            await settlement.bury(dead_letter(record, poison), failure(record, poison))
    return LetterStore(writer_pool)


async def found(
    letters: LetterStore, registry: str, after: LetterPlace | None = None, **restrictions: Any
) -> list[tuple[int, int]]:
    wanted = LetterFilter((registry,), **restrictions)
    places = [each.place async for each in letters.find(wanted, after)]
    if after is None:
        assert await letters.count(wanted) == len(places)
    return [(place.partition, place.offset) for place in places]


def both(*offsets: int) -> list[tuple[int, int]]:
    return [(partition, offset) for partition in (0, 1) for offset in offsets]


@pytest.mark.parametrize(
    ("restrictions", "due"),
    [
        ({}, both(0, 1, 2, 3, 4)),
        ({"partner": "acme"}, both(0)),
        ({"partner": "acm"}, []),
        ({"key": f"acme/{GUID}"}, both(0)),
        ({"error_classes": (ErrorClass.TOMBSTONE,)}, both(1, 3)),
        ({"error_classes": tuple(CLASSES)}, both(0, 1, 2, 3, 4)),
        ({"partition": 1}, [(1, offset) for offset in range(5)]),
        ({"offset_min": 3}, both(3, 4)),
        ({"offset_max": 1}, both(0, 1)),
        ({"partition": 0, "offsets": (4, 2, 9)}, [(0, 2), (0, 4)]),
        ({"since": LONG_AGO, "until": SOON}, both(0, 1, 2, 3, 4)),
        ({"since": SOON}, []),
        ({"until": LONG_AGO}, []),
        ({"states": (LetterState.OPEN,)}, both(0, 1, 2, 3, 4)),
        ({"states": (LetterState.REDRIVEN, LetterState.DISCARDED)}, []),
    ],
)
async def test_each_filter_restricts_as_it_says(
    letters: LetterStore, registry: str, restrictions: dict[str, Any], due: list[tuple[int, int]]
) -> None:
    assert await found(letters, registry, **restrictions) == due


@pytest.mark.parametrize("size", [1, 3, 5, 10, 11])
async def test_pages_of_any_size_neither_repeat_nor_leave_out(
    letters: LetterStore, registry: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acr_postgres.letters.PAGE_LETTERS", size)

    assert await found(letters, registry) == both(0, 1, 2, 3, 4)
    behind = await found(letters, registry, LetterPlace(registry, 0, 3))
    assert behind == both(0, 1, 2, 3, 4)[4:]
    bounded = [each async for each in letters.find(LetterFilter((registry,)), None, 4)]
    assert len(bounded) == 4


async def test_a_letter_is_given_as_it_was(letters: LetterStore, registry: str) -> None:
    content = await letters.content(LetterPlace(registry, 1, 3))

    assert content is not None
    assert (content.key, content.value, content.error_class) == (b"\xff", b"?" * 7, "tombstone")
    assert await letters.content(LetterPlace(registry, 1, 5)) is None
