"""A single broker that is killed and back at once leaves no client of ours silent, on the services' loop.

With three brokers another one may hide for a while that a client lost a task; with one nothing does.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
import uvloop

from acr_domain.errors import ClientLost, Unavailable
from acr_domain.topics import RESULTS_TOPIC, submissions_topic
from acr_kafka.records import NewRecord
from acr_kafka.results import ResultsTail, follow_results
from acr_kafka.source import SubmissionSource, open_source
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_localstack.cache import cache_home
from acr_localstack.kafka import Broker, running_kafka
from acr_localstack.ports import free_ports
from acr_localstack.shelter import temporary_data
from acr_settings.settings import KafkaSettings
from acr_testkit.consuming import ready_writer
from acr_testkit.tcp_proxy import LOOPBACK, CuttingProxy

REGISTRIES = ("one", "two", "three")
RESETS, BETWEEN_RESETS_SECONDS = 40, 0.1
KILLS, BETWEEN_KILLS_SECONDS = 2, 1.0
ASKING_AT_ONCE = 4
SECONDS_MAX = 60
AGAIN_SECONDS = 0.05

Ask = Callable[[], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Clients:
    """Some of each sort that lives as long as a service does."""

    writer: LogWriter
    tail: ResultsTail
    sources: tuple[SubmissionSource, ...]

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Let all of them ask the broker without a pause; fails with what ended one of them."""
        asks: list[Ask] = [self.tail.next_batch]
        for source in self.sources:
            asks += [_ends_of(source)] * ASKING_AT_ONCE
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_go_on(ask)) for ask in asks]
            yield
            for task in tasks:
                task.cancel()

    async def require_well(self, value: bytes) -> None:
        """Write to every topic, and wait until each reader has it."""
        await self._write(RESULTS_TOPIC, value)
        while value not in [record.value for record in await _answer(self.tail.next_batch)]:
            pass
        for source in self.sources:
            await self._write(source.topic, value)
            while value not in await _values(source):
                pass

    async def _write(self, topic: str, value: bytes) -> None:
        await _answer(lambda: self.writer.append(NewRecord(topic, b"key", value, [], 0)))


def _ends_of(source: SubmissionSource) -> Ask:
    return lambda: source.fetch_ends([0])


async def _values(source: SubmissionSource) -> list[bytes | None]:
    if source.unplaced():
        await _answer(lambda: source.place({0: 0}))
    return [record.value for record in await _answer(lambda: source.next_batch(100, 0.2))]


async def _answer(ask: Ask) -> Any:
    """Ask until there is an answer; a client that is lost would give none."""
    while True:
        try:
            return await ask()
        except ClientLost:
            raise
        except Unavailable:
            await asyncio.sleep(AGAIN_SECONDS)


async def _go_on(ask: Ask) -> None:
    with suppress(asyncio.CancelledError):
        while True:
            await _answer(ask)


@asynccontextmanager
async def _open_clients(settings: KafkaSettings) -> AsyncIterator[Clients]:
    topics = [RESULTS_TOPIC, *map(submissions_topic, REGISTRIES)]
    await apply_topics(settings, [Topic(name, 1, 1, {}) for name in topics])
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        sources = [await enter(open_source(settings, each, "test")) for each in REGISTRIES]
        tail = await enter(follow_results(settings, "test", 0))
        yield Clients(await enter(ready_writer(settings)), tail, tuple(sources))


async def _live_through_it(broker: Broker, port: int) -> None:
    settings = KafkaSettings(bootstrap_servers=f"{LOOPBACK}:{port}")
    proxy = CuttingProxy(broker.port)
    async with (
        asyncio.timeout(SECONDS_MAX),
        proxy.listening(port),
        _open_clients(settings) as clients,
    ):
        await clients.require_well(b"before")
        async with clients.asking():
            for _ in range(RESETS):
                await proxy.reset()
                await asyncio.sleep(BETWEEN_RESETS_SECONDS)
            for _ in range(KILLS):
                await asyncio.to_thread(broker.kill)
                await asyncio.to_thread(broker.start)
                await asyncio.sleep(BETWEEN_KILLS_SECONDS)
        await clients.require_well(b"after")


@pytest.mark.slow
def test_clients_outlive_resets_and_quick_ends_of_the_only_broker() -> None:
    """Goal: no lost task. Method: connections die while bytes are under way, often, then for good."""
    port, proxied = free_ports(2)
    advertised = {"advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{proxied}"}
    with (
        temporary_data() as data,
        running_kafka(
            cache_home(os.environ),
            data=data,
            report=print,
            ports=[port],
            quick_start=True,
            extra_settings=advertised,
        ) as cluster,
    ):
        uvloop.run(_live_through_it(cluster.brokers[0], proxied))
