"""Reads what a topic holds, with a bare driver and no group, or loses it. Writes no record."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from acr_kafka.records import LogRecord, log_record
from acr_settings.settings import KafkaSettings

READ_SECONDS_MAX = 20
LOOK_AGAIN_SECONDS = 0.1


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


async def lose_topics(settings: KafkaSettings, topics: Sequence[str]) -> None:
    """Delete topics and wait until the brokers know them no more, as after the loss of a cluster."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics(list(topics))
        while set(topics) & set(await admin.list_topics()):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
    finally:
        await admin.close()


async def delete_records(settings: KafkaSettings, topic: str, partition: int, before: int) -> None:
    """Let the brokers forget the first records of a partition, as retention does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)
    await admin.start()
    try:
        place = TopicPartition(topic, partition)
        await admin.delete_records({place: RecordsToDelete(before_offset=before)})
    finally:
        await admin.close()
