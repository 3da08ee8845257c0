"""Announcements that are too large: shortened until they are taken, and marked as such."""

import pytest

from acr_avro.records import decode_result
from acr_domain.errors import TooLarge
from acr_domain.findings import Finding, Severity
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC, dead_letters_topic
from acr_kafka.records import EPOCH, Header
from acr_postgres.settlement import DeadLetter
from acr_settling.announcing import RECORD_BYTES_LEAST, announce
from acr_testkit.memory_log import MemoryLog

POSITION = LogPosition("acr.lcsr.submissions.v1", 0, 7)
LARGE = b"x" * 100_000
MANY = tuple(Finding(Severity.ERROR, f"R-{no}", "/payload", "Wrong.") for no in range(4000))
RESULT = Outcome(POSITION, "541eae10-150d-4135-a85d-9ac98e734055", Verdict.REJECTED, findings=MANY)


def letter(
    key: bytes | None = b"key", value: bytes | None = b"?", headers: tuple[Header, ...] = ()
) -> DeadLetter:
    return DeadLetter(POSITION, "not-avro", "Why.", key, value, headers, EPOCH)


@pytest.mark.parametrize(
    "large",
    [
        letter(value=LARGE),
        letter(key=LARGE, value=None),
        letter(headers=(("a", b"1"), ("large", LARGE), ("b", b"2"))),
        letter(headers=((LARGE.decode(), b""),)),
        letter(LARGE, LARGE, (("large", LARGE),)),
    ],
    ids=["value", "key", "header", "header name", "all"],
)
@pytest.mark.parametrize("bytes_max", [50_000, 10_000, 2 * RECORD_BYTES_LEAST])
async def test_a_letter_that_is_too_large_is_told_by_its_beginning_and_its_sizes(
    large: DeadLetter, bytes_max: int
) -> None:
    log = MemoryLog(bytes_max=bytes_max)

    await announce(log, "lcsr", [], [large])

    told = log.records(dead_letters_topic("lcsr"))[-1]
    assert (large.value or b"").startswith(told.value or b"")
    assert told.header("acr-error-class") == "not-avro"
    assert f"value of {len(large.value or b'')} bytes" in (told.header("acr-error-truncated") or "")


async def test_a_letter_that_fits_is_not_touched() -> None:
    log = MemoryLog()

    await announce(log, "lcsr", [], [letter(value=LARGE)])

    told = log.records(dead_letters_topic("lcsr"))[0]
    assert told.value == LARGE
    assert told.header("acr-error-truncated") is None


async def test_a_result_that_is_too_large_tells_the_first_findings_and_how_many_miss() -> None:
    log = MemoryLog(bytes_max=20_000)

    await announce(log, "lcsr", [RESULT], [])

    told = decode_result(log.records(RESULTS_TOPIC)[-1].value)
    *first, note = told.findings
    assert first == list(MANY[: len(first)])
    assert len(first) > 100
    assert note.message == f"{len(MANY) - len(first)} findings are left out; the status has them."
    assert told.verdict is Verdict.REJECTED


async def test_brokers_that_take_next_to_nothing_are_told_as_trouble() -> None:
    with pytest.raises(TooLarge):
        await announce(MemoryLog(bytes_max=100), "lcsr", [], [letter()])
