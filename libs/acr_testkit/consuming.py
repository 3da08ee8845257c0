"""Runs a registry's consumer, the real objects on real neighbours, in the test's own loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from acr_consumer.consume import Consumer
from acr_consumer.taking_in import before_taking_over
from acr_domain.topics import submissions_topic
from acr_kafka.source import open_source
from acr_kafka.writer import LogWriter, open_writer
from acr_postgres.pool import open_pool
from acr_postgres.settlement import Place, SettlementStore
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_settings.settings import ConsumerSettings, KafkaSettings, PostgresSettings
from acr_settling.announcing import Log
from acr_settling.settle import LetterLimit, Settler
from acr_testkit.awaiting import until

BEGINNING = Place(0, 0)
SETTLED_SECONDS_MAX = 45.0


@asynccontextmanager
async def ready_writer(
    settings: KafkaSettings, client_id: str = "test"
) -> AsyncIterator[LogWriter]:
    """Open a writer and wait until it reaches the brokers."""
    troubles: list[str | None] = []
    async with open_writer(settings, client_id, troubles.append) as writer:
        await until(lambda: None in troubles, "the writer reaches the brokers")
        yield writer


@dataclass(frozen=True, slots=True)
class Bench:
    """Where a consumer is to run: its neighbours, its registry, and how much it takes at once.

    ``declared`` is the registry's declaration, where typed tables are to be written; ``limit`` bounds
    the dead letters.
    """

    kafka: KafkaSettings
    postgres: PostgresSettings
    registry: str
    batch_arrivals_max: int = 1000
    declared: Registry | None = None
    limit: LetterLimit | None = None

    @property
    def topic(self) -> str:
        """The registry's topic."""
        return submissions_topic(self.registry)

    @asynccontextmanager
    async def store(self, name: str = "test-consumer") -> AsyncIterator[SettlementStore]:
        """Open the database with the consumer's rights."""
        async with open_pool(self.postgres, "acr_writer", name, by_key=True) as pool:
            yield SettlementStore(pool, self.registry, self.topic, name)

    @asynccontextmanager
    async def consumer(
        self, store: SettlementStore, log: Log, client_id: str = "test-consumer"
    ) -> AsyncIterator["Running"]:
        """Run a consumer until the block ends."""
        settings = ConsumerSettings(
            registry=self.registry, batch_arrivals_max=self.batch_arrivals_max, idle_seconds=0.2
        )
        troubles: list[str | None] = []
        async with open_source(self.kafka, self.registry, client_id) as source:
            projection = open_projection(self.declared) if self.declared else None
            settler = Settler(self.registry, store, log, projection=projection, limit=self.limit)
            look = before_taking_over(self.kafka, store, settler)
            consumer = Consumer(settings, source, store, settler, troubles.append, look)
            stop = asyncio.Event()
            task = asyncio.create_task(consumer.run(stop))
            try:
                yield Running(consumer, task, troubles)
            finally:
                stop.set()
                await asyncio.gather(task, return_exceptions=True)

    async def settle(self, log: Log, next_offset: int) -> None:
        """Run a consumer of the test's registry until partition 0 is settled up to an offset."""
        async with self.store() as store, self.consumer(store, log) as running:
            await running.settled(next_offset)


@dataclass(frozen=True, slots=True)
class Running:
    """A consumer that runs; ``troubles`` is what it noted of its health, in order."""

    consumer: Consumer
    task: "asyncio.Task[None]"
    troubles: list[str | None]

    @property
    def place(self) -> Place:
        """Where partition 0 stands."""
        return self.consumer.settler.places.get(0, BEGINNING)

    def stands_still_for(self, why: str) -> bool:
        """Tell whether it noted last that it stands still, and why."""
        trouble = self.troubles[-1] if self.troubles else None
        return trouble is not None and trouble.startswith("stopped: ") and why in trouble

    async def settled(self, next_offset: int) -> None:
        """Wait until partition 0 is settled and announced up to an offset.

        Raises:
            Whatever ended the consumer, if it ends before.
        """

        def done() -> bool:
            if self.task.done():
                self.task.result()
            return self.place.announced_offset >= next_offset

        await until(done, f"settled to {next_offset}", SETTLED_SECONDS_MAX)
