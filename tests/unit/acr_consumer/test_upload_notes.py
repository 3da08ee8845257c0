"""Notes of uploads: read as they were written, kept before they are committed, passed over where unreadable."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from acr_consumer.upload_notes import NOTES_DAYS, RETRY_SECONDS, keep_notes, read_note
from acr_domain.errors import Unavailable
from acr_domain.submission import LogPosition
from acr_kafka.records import LogRecord
from acr_postgres.uploads import UploadNote
from acr_testkit.jumping_loop import run_at_once

UPLOAD, KEPT = uuid.uuid4(), uuid.uuid4()
NOTED_AT = datetime(2026, 7, 1, tzinfo=UTC)


def record(number: int, value: bytes, upload_id: str = str(UPLOAD)) -> LogRecord:
    headers = (("acr-upload-id", upload_id.encode()), ("acr-upload-note", str(number).encode()))
    position = LogPosition("acr.cdsr.uploads.v1", 0, number)
    return LogRecord(position, upload_id.encode(), value, headers, NOTED_AT)


LINES = (
    b'{"line":3,"status":400,"type":"/problems/invalid-submission"}\n'
    b'{"line":1,"status":202,"submission_id":"%b","summary":"Kept."}\n' % str(KEPT).encode()
)
NOTES = [
    record(0, b'{"upload":{"registry":"cdsr"}}\n'),
    record(1, LINES),
    record(2, b'{"summary":{"lines":3,"complete":true}}\n'),
]


@dataclass(slots=True)
class Log:
    """Gives the notes that are not committed, and fails as often as it is told to."""

    records: Sequence[LogRecord]
    committed: int = 0
    given: int = 0
    troubles: int = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Log"]:
        self.given = self.committed
        yield self

    async def next_batch(self) -> list[LogRecord]:
        if self.given == len(self.records):
            await asyncio.sleep(1)
            return []
        self.given += 1
        return [self.records[self.given - 1]]

    async def commit(self) -> None:
        if self.troubles:
            self.troubles -= 1
            raise Unavailable("no broker")
        self.committed = self.given


@dataclass(slots=True)
class Kept:
    """Keeps notes by upload and number, as the table does."""

    notes: dict[tuple[uuid.UUID, int], UploadNote] = field(default_factory=dict)
    calls: int = 0
    troubles: int = 0
    forgot: list[int] = field(default_factory=list)

    async def keep(self, notes: Sequence[UploadNote]) -> None:
        if self.troubles:
            self.troubles -= 1
            raise Unavailable("no database")
        self.calls += len(notes)
        for each in notes:
            self.notes.setdefault((each.upload_id, each.number), each)

    async def forget(self, days: int) -> None:
        self.forgot.append(days)


def keep_for(seconds: float, log: Log, kept: Kept) -> None:
    async def work() -> None:
        keeping = asyncio.create_task(keep_notes("cdsr", log.open, kept))
        await asyncio.sleep(seconds)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    run_at_once(work())


def test_notes_are_kept_in_their_order_and_old_ones_forgotten() -> None:
    log, kept = Log(NOTES), Kept()

    keep_for(5, log, kept)

    begun, lines, ended = kept.notes.values()
    assert (begun.number, begun.kept, begun.refused, begun.summary) == (0, [], [], None)
    assert lines.kept == [(1, KEPT)]
    assert [each["line"] for each in lines.refused] == [3]
    assert ended.summary == {"lines": 3, "complete": True}
    assert {each.noted_at for each in kept.notes.values()} == {NOTED_AT}
    assert log.committed == 3
    assert kept.forgot == [NOTES_DAYS]


@pytest.mark.parametrize(("at_log", "at_database"), [(1, 0), (0, 1), (2, 2)])
def test_trouble_loses_no_note(at_log: int, at_database: int) -> None:
    log, kept = Log(NOTES, troubles=at_log), Kept(troubles=at_database)

    keep_for(RETRY_SECONDS * 6, log, kept)

    assert [number for _, number in kept.notes] == [0, 1, 2]
    assert kept.calls == 3 + at_log
    assert log.committed == 3


def test_what_nobody_can_read_is_passed_over() -> None:
    broken = [
        record(0, b"no JSON\n"),
        record(0, b"{}\n", upload_id="no id"),
        record(0, b'{"line":1,"submission_id":"no id"}\n'),
        LogRecord(LogPosition("acr.cdsr.uploads.v1", 0, 9), None, None, (), NOTED_AT),
    ]
    log, kept = Log([*broken, *NOTES]), Kept()

    keep_for(5, log, kept)

    assert len(kept.notes) == 3
    assert log.committed == len(broken) + 3


def test_a_note_without_its_upload_is_none() -> None:
    with pytest.raises((ValueError, TypeError)):
        read_note("cdsr", LogRecord(LogPosition("t", 0, 0), None, b"", (), NOTED_AT))
