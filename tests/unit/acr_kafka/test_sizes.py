"""Sizes that the brokers refused are not sent again, for a while, to that topic."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError

from acr_domain.errors import TooLarge
from acr_kafka.records import NewRecord, record_bytes
from acr_kafka.sizes import RefusedSizes


def record(size: int, topic: str = "a") -> NewRecord:
    return NewRecord(topic, b"key", bytes(size), [])


def ended(error: Exception | None) -> "asyncio.Future[Any]":
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
    return future


async def test_what_was_refused_is_refused_at_once_and_smaller_ones_and_other_topics_are_not() -> (
    None
):
    sizes = RefusedSizes(10_000)
    sent = [ended(None), ended(MessageSizeTooLargeError()), ended(KafkaConnectionError())]

    told = sizes.learn([record(9000), record(5000), record(1)], sent, "why")

    assert told.bytes_refused == record_bytes(record(5000))
    sizes.check([record(4999), record(5000, "b")])
    with pytest.raises(TooLarge) as caught:
        sizes.check([record(1), record(5000)])
    assert caught.value.bytes_refused == told.bytes_refused


async def test_it_is_forgotten_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = RefusedSizes(10_000)
    sizes.learn([record(5000)], [ended(MessageSizeTooLargeError())], "why")
    monkeypatch.setattr("acr_kafka.sizes.REMEMBER_SECONDS", 0.0)

    sizes.check([record(5000)])


async def test_what_the_client_would_refuse_is_never_sent() -> None:
    with pytest.raises(TooLarge):
        RefusedSizes(10_000).check([record(10_000)])
