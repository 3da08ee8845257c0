"""Looks, before people amend, whether log and database belong together. Changes nothing."""

from acr_domain.errors import LogRestarted, Unavailable
from acr_kafka.stretches import open_stretches
from acr_postgres.settlement import SettlementStore
from acr_rebuilding.known_log import KnownLog
from acr_rebuilding.lacking import require_counted
from acr_settings.settings import KafkaSettings


async def require_ready(kafka: KafkaSettings, store: SettlementStore, registry: str) -> None:
    """Check that the log is the one that was settled, and that the database counts all its amendments.

    Raises:
        Unavailable: if it is another one, or the database was restored and lacks some.
    """
    async with open_stretches(kafka, f"acr-connect-{registry}") as reader:
        try:
            stands = await store.stands()
            await KnownLog(registry, store).require(reader, stands)
        except LogRestarted as trouble:
            raise Unavailable(f"{trouble}; see docs/runbooks/another-log.md") from None
        await require_counted(reader, registry, stands)
