"""The results tail on real brokers: what comes after it, on its own partition, and nothing else."""

from acr_domain.topics import RESULTS_TOPIC
from acr_kafka.records import NewRecord
from acr_kafka.results import ResultsTail, follow_results
from acr_kafka.writer import LogWriter
from acr_settings.settings import KafkaSettings

OURS, OTHERS = 22, 23


async def values(tail: ResultsTail, count: int) -> list[bytes | None]:
    found: list[bytes | None] = []
    while len(found) < count:
        found += [each.value for each in await tail.next_batch()]
    return found


async def test_it_sees_what_comes_after_it_on_its_partition_only(
    prepared: None, kafka_settings: KafkaSettings, writer: LogWriter
) -> None:
    def result(value: bytes, partition: int) -> NewRecord:
        return NewRecord(RESULTS_TOPIC, b"key", value, [], partition)

    await writer.append_all([result(b"before", OURS), result(b"before", OTHERS)])
    async with follow_results(kafka_settings, "test", OURS) as tail:
        await writer.append_all([result(b"another's", OTHERS), result(b"first", OURS)])
        await writer.append_all([result(b"another's", OTHERS), result(b"second", OURS)])

        assert tail.partition == OURS
        assert await values(tail, 2) == [b"first", b"second"]
        assert await tail.next_batch() == []
