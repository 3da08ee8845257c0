"""A consumer that ends between two effects: the next one announces what nobody may have heard."""

from collections.abc import Awaitable, Callable

import pytest

from acr_domain.judgement import Outcome
from acr_domain.topics import dead_letters_topic
from acr_kafka.writer import LogWriter
from acr_testkit.consuming import Bench
from acr_testkit.crash import Crash, CrashingLog
from acr_testkit.log_records import Sender
from acr_testkit.topic_contents import read_partition

Announced = Callable[[], Awaitable[list[Outcome]]]
TAKE_OVER = 0  # A take-over with nothing to repeat appends nothing.


async def test_killed_between_commit_and_announcement_the_next_one_announces_created(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced
) -> None:
    await log.append_all([sender.record(header_id=header_id) for header_id in IDS])
    with pytest.raises(Crash):
        await bench.settle(CrashingLog(log, TAKE_OVER), 3)
    assert await announced() == []

    await bench.settle(log, 3)

    assert [(each.position.offset, each.verdict.value) for each in await announced()] == [
        (0, "created"),
        (1, "created"),
        (2, "duplicate"),
    ]


async def test_killed_right_behind_the_announcement_the_next_one_repeats_it_unchanged(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced
) -> None:
    await log.append_all([sender.record(header_id=header_id) for header_id in IDS])
    with pytest.raises(Crash):
        await bench.settle(CrashingLog(log, TAKE_OVER, behind=True), 3)
    once = await announced()

    await bench.settle(log, 3)

    assert len(once) == 3
    assert await announced() == [*once, *once]


async def test_a_dead_letter_is_announced_again_with_its_reason(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced
) -> None:
    await log.append(sender.raw(b"key", b"?", sender.headers(IDS[0])))
    with pytest.raises(Crash):
        await bench.settle(CrashingLog(log, TAKE_OVER), 1)

    await bench.settle(log, 1)

    (outcome,) = await announced()
    (letter,) = await read_partition(bench.kafka, dead_letters_topic(bench.registry))
    assert (outcome.verdict.value, outcome.reason) == ("failed", letter.header("acr-error-reason"))
    assert letter.value == b"?"


async def test_an_orderly_restart_repeats_nothing(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced
) -> None:
    await log.append(sender.record())
    await bench.settle(log, 1)
    await log.append(sender.record())

    await bench.settle(log, 2)

    assert [each.position.offset for each in await announced()] == [0, 1]


IDS = ["541eae10-150d-4135-a85d-9ac98e734055", "541eae10-150d-4135-a85d-9ac98e734056"]
IDS.append(IDS[0])
