"""The writer while its broker is stopped, killed or suspended, and when answers are lost."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from acr_domain.errors import Unavailable
from acr_kafka.records import NewRecord
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter, open_writer
from acr_localstack.cache import cache_home
from acr_localstack.kafka import Broker, running_kafka
from acr_localstack.ports import free_ports
from acr_localstack.shelter import temporary_data
from acr_settings.settings import KafkaSettings
from acr_testkit.awaiting import until
from acr_testkit.tcp_proxy import CuttingProxy
from acr_testkit.topic_contents import read_partition

APPEND_SECONDS = 2.0
TOPIC = "acr.away.v1"
PORTS = free_ports(2)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    """A broker of the tests' own, which tells its clients to come through the proxy's port."""
    port, proxied = PORTS
    with (
        temporary_data() as data,
        running_kafka(
            cache_home(os.environ),
            data=data,
            report=print,
            ports=[port],
            quick_start=True,
            extra_settings={"advertised.listeners": f"PLAINTEXT://127.0.0.1:{proxied}"},
        ) as cluster,
    ):
        yield cluster.brokers[0]


@pytest.fixture(scope="module")
async def proxy(broker: Broker) -> AsyncIterator[CuttingProxy]:
    async with CuttingProxy(broker.port).listening(PORTS[1]) as proxy:
        yield proxy


@pytest.fixture
async def settings(proxy: CuttingProxy) -> KafkaSettings:
    settings = KafkaSettings(
        bootstrap_servers=f"127.0.0.1:{PORTS[1]}", append_timeout_seconds=APPEND_SECONDS
    )
    await apply_topics(settings, [Topic(TOPIC, 1, 1, {})])
    return settings


class Watched:
    """A writer and what it last said of its health."""

    def __init__(self) -> None:
        self.troubles: list[str | None] = []
        self.writer: LogWriter | None = None

    def note(self, trouble: str | None) -> None:
        self.troubles.append(trouble)

    async def appended(self, value: bytes) -> int:
        assert self.writer is not None
        record = NewRecord(TOPIC, b"key", value, [])
        return (await self.writer.append(record)).offset

    async def well(self) -> None:
        before = len(self.troubles)
        await until(lambda: None in self.troubles[before:], "a probe finds the brokers")

    async def ill(self) -> None:
        before = len(self.troubles)
        await until(lambda: any(self.troubles[before:]), "a probe misses the brokers")


@pytest.fixture
async def watched(settings: KafkaSettings) -> AsyncIterator[Watched]:
    watched = Watched()
    async with open_writer(settings, "test", watched.note) as writer:
        watched.writer = writer
        await watched.well()
        yield watched


Away = Callable[[Broker], object]


@pytest.mark.slow
@pytest.mark.parametrize("leave", [Broker.stop, Broker.kill], ids=["stopped", "killed"])
async def test_while_the_broker_is_away_it_is_unavailable_and_then_works_by_itself(
    settings: KafkaSettings, broker: Broker, watched: Watched, leave: Away
) -> None:
    await watched.appended(b"before")

    await asyncio.to_thread(leave, broker)
    await _unavailable_in_time(watched)
    await watched.ill()
    await asyncio.to_thread(broker.start)
    await watched.well()
    after = await watched.appended(b"after")

    found = await read_partition(settings, TOPIC)
    assert found[after].value == b"after"


async def test_while_the_broker_is_suspended_an_append_ends_in_time_and_then_works_by_itself(
    settings: KafkaSettings, broker: Broker, watched: Watched
) -> None:
    broker.suspend()
    try:
        await _unavailable_in_time(watched)
        await watched.ill()
    finally:
        broker.resume()
    await watched.well()
    after = await watched.appended(b"after")

    found = await read_partition(settings, TOPIC)
    assert found[after].value == b"after"


async def test_a_record_whose_acknowledgement_was_lost_is_in_the_log_once(
    settings: KafkaSettings, proxy: CuttingProxy, watched: Watched
) -> None:
    """Goal: the producer's own repeats add nothing. Method: the answer is lost, the line is cut."""
    first = await watched.appended(b"first")
    proxy.deaf = True
    append = asyncio.create_task(watched.appended(b"once"))
    await until(lambda: proxy.lost_bytes > 0, "an answer is lost")
    proxy.deaf = False
    await proxy.cut()

    assert await append == first + 1
    values = [each.value for each in await read_partition(settings, TOPIC)]
    assert values[first:] == [b"first", b"once"]


async def _unavailable_in_time(watched: Watched) -> None:
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"^Kafka: "):
        await watched.appended(b"perhaps")
    assert time.monotonic() - began < APPEND_SECONDS + 1
