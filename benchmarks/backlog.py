"""Fills topics with submissions as a gateway would append them, faster than a gateway. Reads nothing."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import uuid_utils
from aiokafka import AIOKafkaProducer
from benchmarks.wire import Variant

from acr_avro.records import SUBMISSION, encode_submission
from acr_domain.submission import Submission
from acr_kafka import header_names
from acr_kafka.records import Header, text_headers
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_testkit.samples import submission

REPLY_PARTITIONS = 4
BATCH_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One record to append to a partition."""

    partition: int
    key: bytes
    value: bytes
    headers: Sequence[Header]


def make_submissions(
    registry: str, variant: Variant | None, count: int, series: str
) -> Iterator[Submission]:
    """Make first versions of so many keys; without a variant, of the registry's smallest sample."""
    declared = load_registries()[registry]
    for number in range(count):
        payload = dict(variant.payload) if variant else None
        made = submission(registry, partner=f"{series}{number % 64}", payload=payload)
        body = json.dumps(made, separators=(",", ":")).encode()
        contents, received_at = read_contents(declared, body, {}), datetime.now(UTC)
        yield Submission(
            str(uuid_utils.uuid7()),
            contents.key,
            contents.version_no,
            contents.digest,
            examine(declared, contents, received_at),
            received_at,
            "application/json",
            body,
        )


def as_submission_record(made: Submission, number: int, partitions: int) -> Entry:
    """Write what the gateway appends. Each key is new, so that any partition will do."""
    headers = text_headers(
        {
            header_names.SUBMISSION_ID: made.submission_id,
            header_names.REPLY_PARTITION: number % REPLY_PARTITIONS,
            header_names.CONTENT_TYPE: made.content_type,
            header_names.SCHEMA: SUBMISSION,
        }
    )
    key = made.key.log_key().encode()
    return Entry(number % partitions, key, encode_submission(made), headers)


async def fill(
    bootstrap: str,
    topic: str,
    submissions: Sequence[Submission],
    write: Callable[[Submission, int, int], Entry],
) -> None:
    """Append a record for each, in batches by hand, to all partitions in turns."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES
    )
    await producer.start()
    try:
        partitions = len(await producer.partitions_for(topic))
        entries = [write(made, n, partitions) for n, made in enumerate(submissions)]
        entries.sort(key=lambda entry: entry.partition)
        for partition, group in itertools.groupby(entries, lambda entry: entry.partition):
            await _fill_partition(producer, topic, partition, group)
        await producer.flush()
    finally:
        await producer.stop()


async def _fill_partition(
    producer: AIOKafkaProducer, topic: str, partition: int, entries: Iterator[Entry]
) -> None:
    sent: list[asyncio.Future[object]] = []
    batch = producer.create_batch()
    for entry in entries:
        now = None
        args = {"key": entry.key, "value": entry.value, "timestamp": now}
        if batch.append(**args, headers=list(entry.headers)) is None:
            sent.append(await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(**args, headers=list(entry.headers))
    sent.append(await producer.send_batch(batch, topic, partition=partition))
    for future in sent:
        await future
