"""What foreign programs leave in the topics: noticed, named, counted, and nothing stops for it.

What cannot settle at all is in `test_poison`; here are records that settle although they are odd,
records too large for a topic, and records of the results topic that nobody expects.
"""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from acr_avro.records import encode_result
from acr_domain.judgement import Outcome, Verdict
from acr_domain.oddities import Oddity
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC, dead_letters_topic, submissions_topic
from acr_gateway.replies import Replies
from acr_gateway.waiters import Waiters
from acr_kafka.records import Header, NewRecord
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_postgres.migrations import migrate
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_telemetry import metrics
from acr_testkit.awaiting import until
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.topic_contents import read_partition

Announced = Callable[[], Awaitable[list[Outcome]]]
SMALL_TOPIC_BYTES = 20_000


@pytest.fixture
async def producer(kafka_settings: KafkaSettings) -> AsyncIterator[AIOKafkaProducer]:
    """A foreign program: it compresses, names times, and takes any size."""
    foreign = AIOKafkaProducer(
        bootstrap_servers=kafka_settings.bootstrap_servers,
        compression_type="gzip",
        max_request_size=64 * 1024 * 1024,
    )
    await foreign.start()
    yield foreign
    await foreign.stop()


@pytest.fixture
async def cramped(kafka_settings: KafkaSettings, postgres_settings: PostgresSettings) -> Bench:
    """A registry whose dead-letter topic takes small records only."""
    name = f"t{uuid.uuid4().hex[:12]}"
    small = {"max.message.bytes": str(SMALL_TOPIC_BYTES)}
    topics = [
        Topic(submissions_topic(name), 1, 1, {}),
        Topic(dead_letters_topic(name), 1, 1, small),
    ]
    await apply_topics(kafka_settings, topics)
    await migrate(postgres_settings, [name])
    return Bench(kafka_settings, postgres_settings, name)


def counted(registry: str) -> dict[str, float]:
    return {
        sample.labels["oddity"]: sample.value
        for family in metrics.ARRIVALS_ODD.collect()
        for sample in family.samples
        if sample.labels["registry"] == registry and sample.name.endswith("_total") and sample.value
    }


async def test_odd_records_settle_and_each_oddity_is_counted(
    bench: Bench,
    sender: Sender,
    log: LogWriter,
    producer: AIOKafkaProducer,
    announced: Announced,
    owner: asyncpg.Connection,
) -> None:
    foreign: list[Header] = [("acr-submission-id", b"\xff"), ("acr-reply-partition", b"\xff")]
    nowhere: list[Header] = [("acr-reply-partition", b"2147483647")]
    records = [sender.record()._replace(headers=headers) for headers in ([], foreign, nowhere)]
    await log.append_all(records)
    # The brokers themselves refuse what is more than an hour ahead.
    for time in (datetime.now(UTC) + timedelta(minutes=50), datetime(1999, 1, 1, tzinfo=UTC)):
        late, ms = sender.record(), int(time.timestamp() * 1000)
        await producer.send_and_wait(
            late.topic, late.value, late.key, headers=list(late.headers), timestamp_ms=ms
        )

    await bench.settle(log, 5)

    verdicts = "SELECT DISTINCT verdict FROM acr.arrivals WHERE registry = $1"
    assert [row[0] for row in await owner.fetch(verdicts, bench.registry)] == ["created"]
    assert counted(bench.registry) == {
        Oddity.NO_HEADERS: 2,
        Oddity.OTHER_ID: 1,
        Oddity.REPLY_PARTITION: 1,
        Oddity.TIME: 2,
    }
    # Where no reply partition is named, or none that is there, the key chooses one of all.
    assert {3, 4} <= {each.position.offset for each in await announced()}
    ahead = "SELECT max(caught_up_at) < now() + interval '10 minutes' FROM acr.positions WHERE registry = $1"
    assert await owner.fetchval(ahead, bench.registry)


async def test_what_the_dead_letter_topic_refuses_is_kept_whole_and_announced_shortened(
    cramped: Bench, log: LogWriter, owner: asyncpg.Connection
) -> None:
    """A refused record breaks the producer for its partition, the more so behind one that was taken."""
    sender = Sender(cramped.registry, secrets.randbelow(24))
    large = secrets.token_bytes(4 * SMALL_TOPIC_BYTES)
    await log.append(sender.raw(b"key", b"?"))
    await log.append(sender.raw(b"key", large, [("odd", b"\xff")]))
    await log.append(sender.record())

    await cramped.settle(log, 3)

    kept = "SELECT value FROM acr.dead_letters WHERE registry = $1 AND log_offset = 1"
    assert await owner.fetchval(kept, cramped.registry) == large
    letters = await read_partition(cramped.kafka, dead_letters_topic(cramped.registry))
    shortened = [each for each in letters if each.value != b"?"]
    assert {each.header("acr-error-truncated") for each in shortened} == {
        f"key of 3 bytes, headers of 4 bytes, value of {len(large)} bytes"
    }
    for letter in shortened:
        assert letter.value
        assert large.startswith(letter.value)
        assert (letter.key, letter.headers[0]) == (b"key", ("odd", b"\xff"))


async def test_a_value_that_was_small_only_while_compressed_stops_nothing(
    bench: Bench,
    sender: Sender,
    log: LogWriter,
    producer: AIOKafkaProducer,
    owner: asyncpg.Connection,
) -> None:
    size = 12 * 1024 * 1024
    await producer.send_and_wait(bench.topic, bytes(size), b"key")
    await log.append(sender.record())

    await bench.settle(log, 2)

    kept = "SELECT octet_length(value) FROM acr.dead_letters WHERE registry = $1"
    assert await owner.fetchval(kept, bench.registry) == size
    letters = await read_partition(bench.kafka, dead_letters_topic(bench.registry))
    assert letters[0].header("acr-error-truncated") is not None


async def test_a_gateway_passes_over_what_is_no_result_and_counts_what_nobody_waits_for(
    prepared: None, kafka_settings: KafkaSettings, log: LogWriter
) -> None:
    partition = secrets.randbelow(24)
    replies = Replies(kafka_settings, "test-gateway", log, partition)
    waiters, health = Waiters(), list[str | None]()
    listening = asyncio.create_task(replies.listen(waiters, health.append))
    await until(lambda: replies.partition is not None, "the gateway listens")
    unreadable = metrics.RESULTS_UNREADABLE._value.get()
    unexpected = metrics.RESULTS_UNEXPECTED._value.get()
    wanted = Outcome(LogPosition("t", 0, 0), str(uuid.uuid4()), Verdict.CREATED)
    stranger = wanted._replace(submission_id=str(uuid.uuid4()))
    values = [
        b"?",
        None,
        encode_result(wanted)[:-1],
        encode_result(stranger),
        encode_result(wanted),
    ]

    try:
        with waiters.expect(wanted.submission_id) as result:
            await log.append_all(
                [NewRecord(RESULTS_TOPIC, b"key", value, [], partition) for value in values]
            )
            async with asyncio.timeout(20):
                told = await result
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    assert told is not None
    assert told.submission_id == wanted.submission_id
    assert metrics.RESULTS_UNREADABLE._value.get() - unreadable == 3
    assert metrics.RESULTS_UNEXPECTED._value.get() - unexpected == 1
    assert set(health) == {None}
