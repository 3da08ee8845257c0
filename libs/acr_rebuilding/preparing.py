"""What is looked at and made ready before tables are made anew."""

import asyncio
import uuid
from importlib.metadata import version

from acr_domain.topics import submissions_topic
from acr_kafka.stretches import open_stretches
from acr_kafka.writer import open_writer
from acr_postgres.amending import AmendmentStore
from acr_postgres.beside import FORMER, Beside, beside_exists, drop_beside, make_beside
from acr_postgres.migrations import open_owner
from acr_postgres.pool import Connection, database_trouble, open_pool, query
from acr_postgres.positions import read_stands
from acr_postgres.rebuilds import Run, can_go_on, hold_registry, note_dropped
from acr_rebuilding.log_defects import log_defects
from acr_rebuilding.request import RebuildReport, Refused, Request
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_settling.amending import announce_all


def run_of(request: Request) -> Run:
    """Give what is recorded of a rebuild."""
    until = str(request.until) if request.until is not None else None
    return Run(
        uuid.uuid4(),
        request.registry.name,
        request.kind,
        request.name,
        until,
        request.who,
        request.why,
        request.accept_differences,
        version("acr-connect"),
    )


async def require_log(
    request: Request, kafka: KafkaSettings, live: Connection, report: RebuildReport
) -> None:
    """Look at what the topic holds before anything is made.

    Raises:
        Refused: if it cannot give these tables, and differences are not accepted.
        Unavailable: if the brokers do not tell.
    """
    name = request.registry.name
    topic = submissions_topic(name)
    async with open_stretches(kafka, "acr-connect-rebuild") as reader:
        bounds = await reader.bounds(topic)
    stands = await read_stands(live, name)
    settled = {partition: stand.next_offset for partition, stand in stands.items()}
    report.defects = log_defects(topic, bounds, settled, request.partitions)
    if report.defects and (not bounds or not request.accept_differences):
        raise Refused("; ".join(report.defects))


async def require_room(live: Connection, request: Request, run: Run, report: RebuildReport) -> None:
    """Make empty tables, or go on with those that a killed run of the same kind has left.

    Raises:
        Refused: if tables are in the way that somebody wanted to keep.
        NoRoom: if a schema of the same name is somebody else's.
    """
    name = request.registry.name
    beside, former = Beside(name, request.name), Beside(name, FORMER)
    if request.kind == "swap" and await beside_exists(live, former):
        raise Refused(
            f"the tables before an earlier rebuild are kept in {former.tables}: drop them first by "
            f"`acr-connect rebuild --registry {name} --drop {FORMER}`"
        )
    if request.kind == "swap":
        await _require_no_materialized_views(live, name)
    if await beside_exists(live, beside):
        report.continued = await can_go_on(live, run)
        if report.continued:
            return
        if request.until is not None:
            raise Refused(f"there is a state named {request.name} already: drop it first")
        await drop_beside(live, beside)
    await make_beside(live, beside)


async def _require_no_materialized_views(live: Connection, registry: str) -> None:
    """Refuse a swap that would take the tables away from under somebody's stored rows."""
    found = [row["name"] for row in await live.fetch(query("readers_upon"), registry, None, ["m"])]
    if found:
        raise Refused(
            f"materialized views read the tables of {registry}: drop {', '.join(found)} first, "
            "and make them anew after the swap"
        )


async def drop_state(registry: str, name: str, postgres: PostgresSettings) -> bool:
    """Drop the tables that are kept under a name; False where there are none.

    Raises:
        Occupied: if a rebuild or a migration runs.
        Unavailable: if the database does not answer.
    """
    with database_trouble():
        async with open_owner(postgres, f"acr-connect-rebuild-{registry}") as live:
            await hold_registry(live, registry)
            dropped = await drop_beside(live, Beside(registry, name))
            await note_dropped(live, registry, name)
            return dropped


async def announce_missing(registry: str, kafka: KafkaSettings, postgres: PostgresSettings) -> None:
    """Announce amendments that a crash left unannounced: the topic has to hold all of them.

    Raises:
        Unavailable: if a neighbour is down.
    """
    async with open_pool(postgres, "acr_writer", f"acr-connect-rebuild-{registry}") as pool:
        store = AmendmentStore(pool, registry, submissions_topic(registry))
        if not await store.partitions_unannounced():
            return
        answers = asyncio.Event()
        async with open_writer(
            kafka, "acr-connect-rebuild", lambda wrong: None if wrong else answers.set()
        ) as writer:
            async with asyncio.timeout(kafka.append_timeout_seconds):
                await answers.wait()
            await announce_all(store, writer)
