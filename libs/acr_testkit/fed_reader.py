"""The reader's application over a feed in memory, with what settles results into it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from starlette.applications import Starlette

from acr_domain.judgement import Outcome
from acr_reader.app import Reader, create_reader_app
from acr_reader.feeds import Feeds
from acr_reader.uploads import Uploads
from acr_registries.catalogue import load_registries
from acr_settings.settings import ReaderSettings
from acr_telemetry.health import Health
from acr_testkit.kept_stores import Kept, judge_and_store, kept_in_memory, move
from acr_testkit.memory_feed import MemoryFeed
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.stories import Sent

REGISTRY = "lcsr"
ADDRESS = f"/v1/registries/{REGISTRY}/results"
PARTITIONS = 3


class _NoStatus:
    """Fails whoever asks it."""


@dataclass(slots=True)
class FedReader:
    """A reader whose database holds what `settle` brought. ``next_offsets`` grows with it."""

    settings: ReaderSettings
    source: MemoryFeed = field(default_factory=lambda: MemoryFeed(MemoryDatabase()))
    next_offsets: dict[int, int] = field(
        default_factory=lambda: dict.fromkeys(range(PARTITIONS), 0)
    )

    @property
    def kept(self) -> Kept:
        """Where results are settled."""
        return replace(kept_in_memory(), store=MemoryStore(self.source.database))

    def app(self) -> tuple[Starlette, Feeds]:
        """Make an application, as a process that starts does."""
        registries = load_registries()
        feeds = Feeds(self.settings, self.source, registries)
        reader = Reader(self.settings, _NoStatus(), registries)  # type: ignore[arg-type]
        uploads = Uploads(_NoStatus())  # type: ignore[arg-type]
        return create_reader_app(reader, feeds, uploads, Health()), feeds

    async def settle(self, partition: int, sent: Sequence[Sent]) -> list[Outcome]:
        """Settle a batch of a partition."""
        kept, begin = self.kept, self.next_offsets[partition]
        await kept.store.claim(range(PARTITIONS))
        arrivals = [kept.arrival(begin + n, each, partition) for n, each in enumerate(sent)]
        async with kept.store.settlement() as settlement:
            await settlement.advance({partition: move(begin, begin + len(sent))})
            await asyncio.sleep(0)
            outcomes = await judge_and_store(settlement, arrivals)
        self.next_offsets[partition] = begin + len(sent)
        return outcomes
