"""A consumer names offsets that no record has, and stops where the log has gone back."""

import pytest
from structlog.testing import CapturingLogger

from acr_consumer import gaps
from acr_consumer.gaps import notice_gaps
from acr_domain.errors import LogRestarted
from acr_domain.submission import LogPosition
from acr_kafka.records import EPOCH, LogRecord
from acr_postgres.settlement import Place
from acr_telemetry import metrics

PLACES = {0: Place(5, 5), 1: Place(0, 0)}


def records(partition: int, *offsets: int) -> list[LogRecord]:
    return [LogRecord(LogPosition("t", partition, at), None, None, (), EPOCH) for at in offsets]


def missing(name: str) -> float:
    return float(metrics.LOG_OFFSETS_MISSING.labels(name)._value.get())


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    """What is logged, whatever another test has configured and cached."""
    logger = CapturingLogger()
    monkeypatch.setattr(gaps, "log", logger)
    return logger


def test_records_that_follow_each_other_are_no_news(told: CapturingLogger) -> None:
    notice_gaps("whole", [*records(0, 5, 6), *records(1, 0, 1)], PLACES)

    assert told.calls == []
    assert missing("whole") == 0


def test_records_of_partitions_by_turns_are_no_news(told: CapturingLogger) -> None:
    notice_gaps("turns", [*records(0, 5), *records(1, 0), *records(0, 6), *records(1, 1)], PLACES)

    assert told.calls == []
    assert missing("turns") == 0


def test_offsets_without_a_record_are_counted_and_named(told: CapturingLogger) -> None:
    notice_gaps("holes", [*records(0, 8, 10), *records(1, 0, 1)], PLACES)

    assert [each.kwargs["what"] for each in told.calls] == [
        "partition 0: offsets 5 to 7 hold no record",
        "partition 0: offset 9 holds no record",
    ]
    assert missing("holes") == 4


def test_a_log_that_has_gone_back_stops_the_consumer() -> None:
    with pytest.raises(LogRestarted, match="t/0 gives offset 0, but is settled to 5"):
        notice_gaps("back", records(0, 0, 1), PLACES)
