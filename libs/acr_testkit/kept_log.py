"""Compares what the log got during a stretch of tests with what it should have got. Writes nothing."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from acr_avro.records import decode_submission
from acr_domain.submission import Submission
from acr_domain.topics import submissions_topic
from acr_registries.catalogue import load_registries
from acr_settings.settings import KafkaSettings


@dataclass(slots=True)
class Kept:
    """What was promised to be kept: by the answer's submission id, or by a header id of our own.

    A header id is for a sender that does not live to see its answer.
    """

    submission_ids: set[str] = field(default_factory=set)
    header_ids: set[str] = field(default_factory=set)

    def expect(self, answer: httpx.Response) -> None:
        """Expect in the log what an answer says is kept; answers without an id keep nothing."""
        submission_id = answer.json().get("submission_id")
        if submission_id is not None:
            self.submission_ids.add(submission_id)


@asynccontextmanager
async def only_promised_is_kept(settings: KafkaSettings) -> AsyncIterator[Kept]:
    """Check at the end that each registry's log grew by what was promised, and by nothing else."""
    before = await _ends(settings)
    kept = Kept()
    yield kept
    found = [one async for one in _since(settings, before)]
    strangers = [
        one
        for one in found
        if one.submission_id not in kept.submission_ids and one.key.header_id not in kept.header_ids
    ]
    assert not strangers, f"{len(strangers)} submissions are in the log that no answer promised"
    assert kept.submission_ids <= {one.submission_id for one in found}
    assert kept.header_ids <= {one.key.header_id for one in found}


@asynccontextmanager
async def _consumer(settings: KafkaSettings) -> AsyncIterator[AIOKafkaConsumer]:
    """Read all partitions of all registries, as a member of no group."""
    topics = [submissions_topic(name) for name in load_registries()]
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=settings.bootstrap_servers)
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def _ends(settings: KafkaSettings) -> dict[TopicPartition, int]:
    async with _consumer(settings) as consumer:
        ends: dict[TopicPartition, int] = await consumer.end_offsets(consumer.assignment())
        return ends


async def _since(
    settings: KafkaSettings, begins: Mapping[TopicPartition, int]
) -> AsyncIterator[Submission]:
    async with _consumer(settings) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        assert ends.keys() == begins.keys()
        for place, begin in begins.items():
            consumer.seek(place, begin)
        left = list(ends)
        while left:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    yield decode_submission(record.value)
            left = [place for place in left if await consumer.position(place) < ends[place]]
