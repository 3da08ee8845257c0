"""A real Kafka: kept between runs, killed and started again, alone or as a cluster of three."""

import asyncio
import os
import socket
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError

from acr_localstack.errors import DataInUse, PortTaken, StackError, StartFailed
from acr_localstack.kafka import KafkaCluster, running_kafka
from acr_localstack.kafka_probe import known_brokers
from acr_localstack.ports import free_port

TOPIC = "kept"
BOUND_SECONDS = 30.0


async def create_topic(bootstrap: str, replicas: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, 1, replicas)])
    finally:
        await admin.close()


async def broker_ids(bootstrap: str) -> set[int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        described = await admin.describe_cluster()
        return {broker["node_id"] for broker in described["brokers"]}
    finally:
        await admin.close()


async def append(bootstrap: str, value: bytes) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, acks="all"
    ) as producer:
        await producer.send_and_wait(TOPIC, value, partition=0)


async def read(bootstrap: str, count: int) -> list[bytes]:
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        partition = TopicPartition(TOPIC, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        return [(await consumer.getone()).value for _ in range(count)]


async def appended(bootstrap: str, value: bytes) -> None:
    await asyncio.wait_for(append(bootstrap, value), BOUND_SECONDS)


def run_some(cluster: KafkaCluster) -> None:
    asyncio.run(create_topic(cluster.bootstrap, 1))
    asyncio.run(append(cluster.bootstrap, b"first"))


def test_data_is_kept_through_stop_kill_and_another_run_on_another_port(
    home: Path, data: Path
) -> None:
    with running_kafka(home, data=data, report=print, quick_start=True) as cluster:
        (broker,) = cluster.brokers
        run_some(cluster)
        broker.stop()
        assert not broker.running
        assert known_brokers(broker.port) == frozenset()
        broker.start()
        asyncio.run(append(cluster.bootstrap, b"second"))
        broker.kill()
        assert not broker.running
        broker.start()
        assert asyncio.run(read(cluster.bootstrap, 2)) == [b"first", b"second"]

    with running_kafka(
        home, data=data, report=print, ports=[free_port()], quick_start=True
    ) as cluster:
        assert asyncio.run(read(cluster.bootstrap, 2)) == [b"first", b"second"]


def test_a_suspended_broker_answers_nothing_until_it_is_resumed(home: Path, data: Path) -> None:
    with running_kafka(home, data=data, report=print, quick_start=True) as cluster:
        (broker,) = cluster.brokers
        broker.suspend()
        assert broker.running
        assert known_brokers(broker.port) == frozenset()
        broker.resume()
        broker.wait_until_known({1}, BOUND_SECONDS)


def test_topics_are_never_made_by_asking_for_them(home: Path, data: Path) -> None:
    async def send_to_nowhere(bootstrap: str) -> None:
        async with AIOKafkaProducer(
            bootstrap_servers=bootstrap, request_timeout_ms=2000
        ) as producer:
            await producer.send_and_wait("nowhere", b"x")

    with (
        running_kafka(home, data=data, report=print, quick_start=True) as cluster,
        pytest.raises(UnknownTopicOrPartitionError),
    ):
        asyncio.run(send_to_nowhere(cluster.bootstrap))


def test_a_second_run_on_the_same_data_is_refused_with_the_pid_of_the_first(
    home: Path, data: Path
) -> None:
    with running_kafka(home, data=data, report=print, quick_start=True) as cluster:
        with (
            pytest.raises(DataInUse, match=f"pid {os.getpid()}"),
            running_kafka(home, data=data, report=print),
        ):
            pass

        assert known_brokers(cluster.brokers[0].port) == {1}


def test_a_taken_port_is_refused_by_name(home: Path, data: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as taken:
        port = taken.getsockname()[1]

        with (
            pytest.raises(PortTaken, match=f"{port}.*Kafka.*pid {os.getpid()}.*--kafka-port"),
            running_kafka(home, data=data, report=print, ports=[port]),
        ):
            pass


def test_a_broker_that_cannot_start_is_told_with_the_last_of_its_log(
    home: Path, data: Path
) -> None:
    wrong = {"log.segment.bytes": "1"}

    with (
        pytest.raises((StartFailed, StackError), match=r"log\.segment\.bytes"),
        running_kafka(home, data=data, report=print, extra_settings=wrong),
    ):
        pass


@pytest.mark.slow
def test_three_brokers_form_a_cluster_that_survives_the_kill_of_one(home: Path, data: Path) -> None:
    with running_kafka(home, data=data, report=print, brokers=3, quick_start=True) as cluster:
        assert asyncio.run(broker_ids(cluster.bootstrap)) == {1, 2, 3}
        asyncio.run(create_topic(cluster.bootstrap, 3))
        asyncio.run(append(cluster.bootstrap, b"before"))

        cluster.brokers[0].kill()
        asyncio.run(appended(cluster.bootstrap, b"during"))
        cluster.brokers[0].start()
        cluster.brokers[1].kill()
        asyncio.run(appended(cluster.bootstrap, b"after"))

        values = asyncio.run(read(cluster.bootstrap, 3))
        assert values == [b"before", b"during", b"after"]
        began = time.monotonic()
    assert time.monotonic() - began < BOUND_SECONDS

    with (
        pytest.raises(StackError, match="made by 3 Kafka brokers"),
        running_kafka(home, data=data, report=print),
    ):
        pass
