"""Reads what a topic holds, with a bare driver and no group. Never writes, changes no offset."""

from aiokafka import AIOKafkaConsumer, TopicPartition

from acr_kafka.records import LogRecord, log_record
from acr_settings.settings import KafkaSettings

READ_SECONDS_MAX = 20


async def partition_end(settings: KafkaSettings, topic: str, partition: int = 0) -> int:
    """Ask for the offset that the next record will get."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers)
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        return int((await consumer.end_offsets([place]))[place])
    finally:
        await consumer.stop()


async def read_partition(
    settings: KafkaSettings, topic: str, partition: int = 0, begin: int = 0
) -> list[LogRecord]:
    """Read a partition from an offset to its present end."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap_servers)
    await consumer.start()
    try:
        place = TopicPartition(topic, partition)
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        consumer.seek(place, begin)
        records: list[LogRecord] = []
        while await consumer.position(place) < end:
            fetched = await consumer.getmany(place, timeout_ms=1000)
            records += [log_record(each) for each in fetched.get(place, ())]
        return records
    finally:
        await consumer.stop()
