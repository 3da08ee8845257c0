"""Many records packed by hand stand in the log as the same records do that are sent one by one."""

from collections.abc import Awaitable, Callable

import pytest

from acr_domain.submission import LogPosition
from acr_kafka.packing import PACKED_RECORDS_MIN
from acr_kafka.records import NewRecord
from acr_kafka.writer import BATCH_BYTES, LogWriter
from acr_settings.settings import KafkaSettings
from acr_testkit.topic_contents import read_partition

PARTITIONS = 5
MANY = 10 * PACKED_RECORDS_MIN


def keyed(topic: str, number: int, partition: int | None = None, value: bytes = b"") -> NewRecord:
    key = b"%d" % (number % 50)
    return NewRecord(topic, key, value or b"%d" % number, [("header", b"1")], partition)


async def test_packed_a_key_goes_to_the_partition_to_which_it_goes_alone(
    writer: LogWriter, new_topic: Callable[[int], Awaitable[str]]
) -> None:
    topic = await new_topic(PARTITIONS)
    alone = {
        record.key: (await writer.append(record)).partition
        for record in (keyed(topic, number) for number in range(50))
    }

    packed = [keyed(topic, number) for number in range(MANY)]
    positions = await writer.append_all(packed)

    assert [each.partition for each in positions] == [alone[record.key] for record in packed]


async def test_packed_records_stand_at_the_positions_that_are_told_in_their_order(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: Callable[[int], Awaitable[str]]
) -> None:
    topic = await new_topic(PARTITIONS)
    # One is larger than a batch, and one asks for a partition that is not there.
    sizes = {70: bytes(2 * BATCH_BYTES), 71: bytes(BATCH_BYTES)}
    records = [keyed(topic, n, n % 3, sizes.get(n, b"")) for n in range(MANY)]
    records[5] = keyed(topic, 5, PARTITIONS + 1)

    positions = await writer.append_all(records)

    found = {
        each.position: (each.key, each.value)
        for partition in range(PARTITIONS)
        for each in await read_partition(kafka_settings, topic, partition)
    }
    told = zip(positions, records, strict=True)
    assert found == {position: (record.key, record.value) for position, record in told}
    for partition in range(3):
        offsets = [each.offset for each in positions if each.partition == partition]
        assert offsets == sorted(offsets)


@pytest.mark.parametrize("count", [PACKED_RECORDS_MIN - 1, PACKED_RECORDS_MIN])
async def test_few_and_many_are_told_alike(
    writer: LogWriter, new_topic: Callable[[int], Awaitable[str]], count: int
) -> None:
    topic = await new_topic(1)

    positions = await writer.append_all([keyed(topic, number, 0) for number in range(count)])

    assert positions == [LogPosition(topic, 0, offset) for offset in range(count)]
