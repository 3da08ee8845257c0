"""What the dead-letter topic tells of arrivals that failed when they came."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from acr_domain.error_classes import ErrorClass
from acr_domain.submission import LogPosition
from acr_kafka.records import LogRecord, text_headers
from acr_kafka.stretches import Bounds, Piece, StretchReader
from acr_rebuilding.failures import Failures

TOPIC, LETTERS = "acr.lcsr.submissions.v1", "acr.lcsr.dead-letters.v1"
AT = datetime(2026, 5, 1, tzinfo=UTC)
TOLD: dict[str, str | int | None] = {
    "topic": TOPIC,
    "partition": 2,
    "offset": 7,
    "class": "no-guid",
    "reason": "Why.",
}


@dataclass(slots=True)
class Letters:
    """A dead-letter topic of one partition, as its reader shows it."""

    records: list[LogRecord] = field(default_factory=list)
    read_from: list[int] = field(default_factory=list)

    def add(self, **told: Any) -> None:
        headers = {f"acr-error-{name}": each for name, each in {**TOLD, **told}.items()}
        position = LogPosition(LETTERS, 0, len(self.records))
        self.records.append(LogRecord(position, b"k", b"v", tuple(text_headers(headers)), AT))

    async def bounds(self, topic: str) -> dict[int, Bounds]:
        return {0: Bounds(0, len(self.records))} if topic == LETTERS else {}

    async def read(self, _: str, __: int, begin: int, end: int, ___: int) -> AsyncIterator[Piece]:
        self.read_from.append(begin)
        if begin < end:
            yield Piece(tuple(self.records[begin:end]), (), end)


async def known(letters: Letters, failures: Failures) -> dict[LogPosition, tuple[str, str]]:
    await failures.look(cast(StretchReader, letters))
    return {at: (each.error_class, each.reason) for at, each in failures.known.items()}


async def test_each_letter_tells_where_and_why_and_is_read_once() -> None:
    letters, failures = Letters(), Failures("lcsr")
    letters.add()

    first = await known(letters, failures)
    letters.add(offset=9, **{"class": "integrity-violation"})
    second = await known(letters, failures)

    assert first == {LogPosition(TOPIC, 2, 7): (ErrorClass.NO_GUID, "Why.")}
    assert second == {
        **first,
        LogPosition(TOPIC, 2, 9): (ErrorClass.INTEGRITY_VIOLATION, "Why."),
    }
    assert letters.read_from == [0, 1]


async def test_what_tells_nothing_of_the_sort_is_passed_over() -> None:
    letters = Letters()
    letters.add(topic="acr.cdsr.submissions.v1")
    letters.add(offset="seven")
    letters.add(partition=None)
    letters.add(**{"class": "bad-luck"})

    assert await known(letters, Failures("lcsr")) == {}


async def test_without_a_topic_nothing_is_known() -> None:
    assert await known(Letters(), Failures("grid")) == {}
