"""Topics declared, made, and compared with what the brokers have."""

import asyncio
import secrets
import time
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from acr_kafka.topics import Drift, Topic, apply_topics, count_brokers, find_drift, read_topics
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings
from acr_testkit.topic_contents import read_partition

HOUR_MS = 3_600_000
DECLARATION = Path(__file__).parents[3] / "deploy" / "kafka" / "topics.toml"


@pytest.fixture
def name() -> str:
    return f"acr.t{secrets.token_hex(6)}.submissions.v1"


async def test_what_was_applied_has_no_drift_and_applying_again_does_nothing(
    kafka_settings: KafkaSettings, prepared: None
) -> None:
    topics = read_topics(DECLARATION, load_registries(), brokers=1)

    assert await find_drift(kafka_settings, topics) == []
    assert await apply_topics(kafka_settings, topics) == []
    kinds = ("submissions", "dead-letters", "amendments", "uploads")
    assert len(topics) == len(kinds) * len(load_registries()) + 1


async def test_two_at_once_make_a_topic_once(kafka_settings: KafkaSettings, name: str) -> None:
    topics = [Topic(name, 3, 1, {})]

    await asyncio.gather(*(apply_topics(kafka_settings, topics) for _ in range(4)))

    assert await find_drift(kafka_settings, topics) == []


async def test_drift_of_partitions_copies_and_config_is_told_one_by_one(
    kafka_settings: KafkaSettings, name: str
) -> None:
    await apply_topics(kafka_settings, [Topic(name, 3, 1, {"retention.ms": "1000"})])
    declared = Topic(name, 12, 3, {"retention.ms": "-1", "cleanup.policy": "delete"})

    assert await find_drift(kafka_settings, [declared]) == [
        Drift(name, "partitions", "12", "3"),
        Drift(name, "replication_factor", "3", "1"),
        Drift(name, "retention.ms", "-1", "1000"),
    ]


async def test_a_missing_topic_and_an_unknown_config_are_told(
    kafka_settings: KafkaSettings, name: str
) -> None:
    await apply_topics(kafka_settings, [Topic(name, 1, 1, {})])
    missing = name.replace("submissions", "dead-letters")
    declared = [Topic(name, 1, 1, {"no.such.setting": "1"}), Topic(missing, 1, 1, {})]

    assert sorted(await find_drift(kafka_settings, declared), key=lambda each: each.what) == [
        Drift(name, "no.such.setting", "1", "absent"),
        Drift(missing, "topic", "present", "missing"),
    ]


async def test_no_wrong_clock_of_a_service_keeps_it_from_appending(
    kafka_settings: KafkaSettings,
) -> None:
    """Brokers refuse a record that is an hour ahead of them, unless its time is to be theirs."""
    declared = [
        replace(topic, name=f"t{secrets.token_hex(6)}.{topic.name}", partitions=1)
        for topic in read_topics(DECLARATION, ["any"], brokers=1)
    ]
    await apply_topics(kafka_settings, declared)
    now_ms = int(time.time() * 1000)
    producer = AIOKafkaProducer(bootstrap_servers=kafka_settings.bootstrap_servers)
    await producer.start()
    try:
        for topic in declared:
            for off_ms in (3 * HOUR_MS, -3 * HOUR_MS):
                await producer.send_and_wait(topic.name, b"any", timestamp_ms=now_ms + off_ms)
    finally:
        await producer.stop()

    for topic in declared:
        for record in await read_partition(kafka_settings, topic.name):
            assert abs(record.timestamp.timestamp() * 1000 - now_ms) < HOUR_MS, topic.name


async def test_brokers_are_counted(kafka_settings: KafkaSettings) -> None:
    assert await count_brokers(kafka_settings) == 1
