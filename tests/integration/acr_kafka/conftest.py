"""Topics of a test's own on the shared brokers."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_settings.settings import KafkaSettings
from acr_testkit.consuming import ready_writer

NewTopicName = Callable[[int], Awaitable[str]]


@pytest.fixture
def new_topic(kafka_settings: KafkaSettings) -> NewTopicName:
    """Makes a topic with so many partitions and names it."""

    async def make(partitions: int) -> str:
        name = f"acr.t{secrets.token_hex(6)}.submissions.v1"
        await apply_topics(kafka_settings, [Topic(name, partitions, 1, {})])
        return name

    return make


@pytest.fixture
async def writer(kafka_settings: KafkaSettings) -> AsyncIterator[LogWriter]:
    async with ready_writer(kafka_settings) as writer:
        yield writer
