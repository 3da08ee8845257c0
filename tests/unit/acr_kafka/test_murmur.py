"""A key leads where aiokafka's own partitioner, and with it every client of Kafka, would take it."""

import uuid

from aiokafka.partitioner import DefaultPartitioner
from aiokafka.partitioner import murmur2 as murmur2_of_aiokafka
from hypothesis import given
from hypothesis import strategies as st

from acr_kafka.murmur import murmur2
from acr_kafka.packing import partition_of


@given(st.binary(max_size=100))
def test_the_hash_is_that_of_the_client(key: bytes) -> None:
    assert murmur2(key) == murmur2_of_aiokafka(key)


@given(st.binary(max_size=60), st.integers(1, 50))
def test_a_key_leads_where_the_client_takes_it(key: bytes, count: int) -> None:
    partitions = range(count)

    assert partition_of(key, partitions) == DefaultPartitioner()(key, partitions, partitions)


def test_keys_of_submissions_lead_to_every_partition() -> None:
    keys = [f"acme/{uuid.UUID(int=number)}".encode() for number in range(500)]

    assert {partition_of(key, range(12)) for key in keys} == set(range(12))


def test_without_a_key_it_is_any_partition() -> None:
    assert {partition_of(None, range(3)) for _ in range(200)} == {0, 1, 2}
