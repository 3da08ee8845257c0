"""Makes the tables anew from the topics in a second database, undisturbed, and sums tables up.

It goes on from where it stood, so that each stretch of the log is settled there once.
"""

from collections.abc import Sequence

import asyncpg
from pydantic import SecretStr

from acr_domain.submission import LogPosition
from acr_domain.topics import submissions_topic
from acr_kafka.records import LogRecord, NewRecord
from acr_postgres.pool import open_pool
from acr_postgres.settlement import SettlementStore
from acr_registries.catalogue import load_registries
from acr_registries.projection import open_projection
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_settling.settle import Settler
from acr_testkit.faults.spans import Ends, read_span

BATCH_ARRIVALS_MAX = 1000

# Without the columns that tell when the work was done, not what came of it.
GENERAL = {
    "versions": "acr.versions AS row",
    "records": "acr.records AS row",
    "arrivals": (
        "(SELECT registry, partition, log_offset, submission_id, verdict, partner_id, header_id, "
        "version_no, current_version_no, first_offset, findings, reason, reply_partition, "
        "traceparent, received_at FROM acr.arrivals) AS row"
    ),
}
SUM = (
    "SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(row::text, 0)), 0) FROM {table}"
)
OF_REGISTRY = " WHERE row.registry = $1"
OF_PARTNERS = " row.partner_id = ANY ($2)"


class _Unheard:
    """A log to which nothing is told: the results were announced already."""

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Let everything go."""
        return []


async def settle_calmly(kafka: KafkaSettings, dsn: str, registry: str, ends: Ends) -> None:
    """Settle a registry's topic up to these ends in the database at ``dsn``."""
    settings = PostgresSettings(dsn=SecretStr(dsn), statement_timeout_seconds=120)
    topic = submissions_topic(registry)
    async with open_pool(settings, "acr_writer", "calm") as pool:
        store = SettlementStore(pool, registry, topic, "calm")
        places = await store.claim(list(ends))
        projection = open_projection(load_registries()[registry])
        settler = Settler(registry, store, _Unheard(), dict(places), projection)
        begins = {partition: place.next_offset for partition, place in places.items()}
        batch: list[LogRecord] = []
        async for record in read_span(kafka, topic, begins, ends):
            batch.append(record)
            if len(batch) == BATCH_ARRIVALS_MAX:
                await settler.settle(batch)
                batch = []
        if batch:
            await settler.settle(batch)


async def sums(dsn: str, registry: str, partners: Sequence[str] | None) -> dict[str, str]:
    """Sum up every table of a registry, of these partners or whole; raises asyncpg's errors."""
    connection = await asyncpg.connect(dsn, command_timeout=300)
    found = {}
    try:
        for name, table in GENERAL.items():
            statement = SUM.format(table=table) + OF_REGISTRY
            arguments: list[object] = [registry]
            if partners is not None:
                statement += " AND" + OF_PARTNERS
                arguments.append(list(partners))
            found[name] = await connection.fetchval(statement, *arguments)
        for name in open_projection(load_registries()[registry]).tables:
            statement = SUM.format(table=f"{registry}.{name} AS row")
            # A registry's own tables have no column of its name.
            if partners is None:
                found[name] = await connection.fetchval(statement)
            else:
                statement += " WHERE" + OF_PARTNERS.replace("$2", "$1")
                found[name] = await connection.fetchval(statement, list(partners))
    finally:
        await connection.close()
    return found
