"""The transaction that puts tables made beside into the place of the live ones, or changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from acr_domain.errors import Unavailable
from acr_postgres.beside import Beside
from acr_postgres.comparison import ComparedTable
from acr_postgres.pool import Connection, Pool, database_trouble, query
from acr_postgres.positions import Stand, lock_stands
from acr_postgres.rebuilds import note_filled
from acr_postgres.swapping import (
    lock_for_swap,
    put_in_place,
    take_positions,
)
from acr_rebuilding.building import Builder
from acr_rebuilding.comparing import equal_since
from acr_rebuilding.targets import within_log
from acr_registries.projection import Projection

# So many are settled in well under a second; the consumer waits for it.
LAST_RECORDS_MAX = 2000
# Nothing else is held while the consumer's batch ends, so this wait holds nobody up.
BATCH_TIMEOUT = "15s"


class Differs(Exception):
    """What came since the comparison is not the same here and there."""


@dataclass(frozen=True, slots=True)
class Swap:
    """What one transaction needs to swap."""

    live: Connection
    pool: Pool
    builder: Builder
    beside: Beside
    former: Beside
    projection: Projection | None

    async def swap(
        self,
        tables: Sequence[ComparedTable],
        since: Mapping[int, int],
        *,
        accept_differences: bool,
    ) -> dict[int, Stand]:
        """Hold the registry still, settle its last records, look once more, and swap.

        Gives the positions at which the tables took their place.

        Raises:
            Unavailable: if tables stay in use, or too much came meanwhile; nothing was changed.
            Differs: if the last records came out otherwise; nothing was changed.
        """
        registry = self.beside.registry
        with database_trouble():
            async with self.live.transaction():
                await self.live.execute(f"SET LOCAL lock_timeout = '{BATCH_TIMEOUT}'")
                settled = await lock_stands(self.live, registry)
                await self._settle_last(settled)
                equal = await equal_since(self.live, self.pool, tables, registry, since)
                if not (equal or accept_differences):
                    raise Differs(f"what was settled in {registry} since the comparison differs")
                await lock_for_swap(self.live, registry)
                if accept_differences:
                    await take_positions(self.live, self.beside)
                await put_in_place(
                    self.live, self.beside, self.former, typed=self.projection is not None
                )
                if self.projection is not None:
                    records = await self.live.fetchval(query("count_records"), registry)
                    await note_filled(self.live, self.projection, records)
        return settled

    async def _settle_last(self, settled: Mapping[int, Stand]) -> None:
        targets = within_log(settled, await self.builder.reader.bounds(self.builder.topic))
        if sum(self.builder.left(targets).values()) > LAST_RECORDS_MAX:
            raise Unavailable("the log grows too fast to swap at this moment")
        await self.builder.settle_to(targets, amended_rows=True)
