"""Remembers which sizes the brokers refused, so that the same record is not tried for ever.

A refusal costs an idempotent producer its sequence: it has to be opened anew. What is known to be
refused is therefore not sent again, for a while: somebody may raise the topic's limit meanwhile.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from aiokafka.errors import MessageSizeTooLargeError

from acr_domain.errors import TooLarge
from acr_kafka.records import NewRecord, record_bytes

REMEMBER_SECONDS = 60.0


class RefusedSizes:
    """Sizes that were refused, by topic. It changes with each refusal."""

    def __init__(self, bytes_max: int) -> None:
        """Take nothing above ``bytes_max`` for any topic."""
        self._bytes_max = bytes_max
        self._never = bytes_max, float("inf")
        self._refused: dict[str, tuple[int, float]] = {}

    def check(self, records: Sequence[NewRecord]) -> None:
        """Look at records before they are sent.

        Raises:
            TooLarge: if the client or the brokers will refuse one of them.
        """
        for record in records:
            size = record_bytes(record)
            refused, since = self._refused.get(record.topic, self._never)
            if size >= refused and time.monotonic() - since < REMEMBER_SECONDS:
                raise TooLarge(f"Kafka: {record.topic} takes no {size} bytes", refused)

    def learn(
        self, records: Sequence[NewRecord], sent: Sequence["asyncio.Future[Any]"], why: str
    ) -> TooLarge:
        """Remember what was refused; gives the error to tell it with."""
        refused = self._bytes_max
        for record, future in zip(records, sent, strict=False):
            ended = future.done() and not future.cancelled()
            if ended and isinstance(future.exception(), MessageSizeTooLargeError):
                refused = record_bytes(record)
                self._refused[record.topic] = (refused, time.monotonic())
        return TooLarge(why, refused)
