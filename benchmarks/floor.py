"""The same hops by bare drivers: what Kafka and PostgreSQL take when nothing of ours is between.

Append, read, insert with commit, append, read: one value at a time, in one process, without HTTP,
validation, encoding or a decision. No walk of a submission can be quicker on the same machine.
"""

import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from acr_kafka.topics import Topic, apply_topics
from acr_settings.settings import KafkaSettings

TABLE = "benchmark_floor"


@dataclass(frozen=True, slots=True)
class Floor:
    """Open drivers, one reader for each of two topics of one partition."""

    producer: AIOKafkaProducer
    there: tuple[str, AIOKafkaConsumer]
    back: tuple[str, AIOKafkaConsumer]
    connection: asyncpg.Connection

    async def walk(self, value: bytes) -> None:
        """Take one value through every hop."""
        await self._through_kafka(self.there, value)
        await self.connection.execute(f"INSERT INTO {TABLE} (value) VALUES ($1)", value)
        await self._through_kafka(self.back, value)

    async def _through_kafka(self, way: tuple[str, AIOKafkaConsumer], value: bytes) -> None:
        topic, consumer = way
        await self.producer.send_and_wait(topic, value)
        record = await consumer.getone()
        assert record.value == value

    async def time_walks(self, value: bytes, count: int) -> list[float]:
        """Walk so many times, one after the other; gives the seconds of each."""
        seconds = []
        for _ in range(count):
            started = time.perf_counter()
            await self.walk(value)
            seconds.append(time.perf_counter() - started)
        return seconds


@asynccontextmanager
async def open_floor(kafka_bootstrap: str, postgres_dsn: str) -> AsyncIterator[Floor]:
    """Make two topics and a table of its own, and open the drivers; closes them at the end.

    Raises Unavailable, KafkaError or asyncpg's errors where a neighbour does not answer.
    """
    series = uuid.uuid4().hex[:8]
    names = [f"benchmark.{way}.{series}" for way in ("there", "back")]
    topics = [Topic(name, 1, 1, {}) for name in names]
    await apply_topics(KafkaSettings(bootstrap_servers=kafka_bootstrap), topics)
    async with AsyncExitStack() as stack:
        connection = await asyncpg.connect(postgres_dsn)
        stack.push_async_callback(connection.close)
        await connection.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE} "
            "(number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value bytea NOT NULL)"
        )
        producer = AIOKafkaProducer(
            bootstrap_servers=kafka_bootstrap, acks="all", enable_idempotence=True
        )
        await producer.start()
        stack.push_async_callback(producer.stop)
        there, back = [await _open_reader(stack, kafka_bootstrap, name) for name in names]
        yield Floor(producer, (names[0], there), (names[1], back), connection)


async def _open_reader(stack: AsyncExitStack, bootstrap: str, topic: str) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=None)
    await consumer.start()
    stack.push_async_callback(consumer.stop)
    place = TopicPartition(topic, 0)
    consumer.assign([place])
    # Placed outright, as a reader that finds its place late would miss the first values.
    consumer.seek(place, 0)
    return consumer
