"""The record of rebuilds, and the lock that lets one of a registry run at a time."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from acr_postgres.migrations import MIGRATE_LOCK, REBUILD_LOCKS
from acr_postgres.pool import Connection, query
from acr_registries.projection import Projection
from acr_registries.projection_sql import projection_shape, projection_sql


class Occupied(Exception):
    """Another run stands in the way; the text says which."""


@dataclass(frozen=True, slots=True)
class Run:
    """One rebuild, as it is recorded. ``name`` is part of the names of its schemas."""

    run_id: uuid.UUID
    registry: str
    kind: str
    name: str
    until: str | None
    who: str
    why: str | None
    accepts_differences: bool
    code_version: str


async def hold_registry(connection: Connection, registry: str) -> None:
    """Take the registry's lock until the connection ends.

    Raises:
        Occupied: if another rebuild has it, or a migration runs.
    """
    if not await connection.fetchval(query("take_rebuild_lock"), REBUILD_LOCKS, registry):
        raise Occupied(f"another rebuild of {registry} runs")
    # A migration takes its lock first and looks for ours then: one of the two sees the other.
    if await connection.fetchval(query("migration_runs"), MIGRATE_LOCK):
        raise Occupied("a migration runs: repeat this when it has ended")


async def require_shape(connection: Connection, projection: Projection) -> None:
    """Check that the live typed tables have the shape of the declaration at hand.

    Raises:
        Occupied: if they have another one, or none.
    """
    state = await connection.fetchrow(query("projection_state"), projection.schema)
    if state is None or state["shape"] != projection_shape(projection):
        raise Occupied(
            f"the typed tables of {projection.schema} have another shape than this program: "
            "run `acr-connect migrate` of the same version first"
        )


async def begin_run(connection: Connection, run: Run) -> None:
    """Record that a run begins."""
    await connection.execute(query("rebuild_forgotten"), run.registry)
    await connection.execute(
        query("rebuild_begin"),
        run.run_id,
        run.registry,
        run.kind,
        run.name,
        run.until,
        run.who,
        run.why,
        run.accepts_differences,
        run.code_version,
    )


async def end_run(connection: Connection, run: Run, state: str, report: dict[str, Any]) -> None:
    """Record what came of it."""
    await connection.execute(query("rebuild_end"), run.run_id, state, json.dumps(report))


async def can_go_on(connection: Connection, run: Run) -> bool:
    """Tell whether tables that a run left under the same name are what this one would make."""
    former = await connection.fetchrow(query("rebuild_leftover"), run.registry, run.name)
    return former is not None and (former["until"], former["code_version"]) == (
        run.until,
        run.code_version,
    )


async def note_dropped(connection: Connection, registry: str, name: str) -> None:
    """Record that tables kept under a name are gone."""
    await connection.execute(query("rebuild_dropped"), registry, name)


async def note_filled(connection: Connection, projection: Projection, records: int) -> None:
    """Record with how many records the typed tables were made."""
    sql = projection_sql(projection)
    await connection.execute(
        query("note_projection_filled"), projection.schema, sql.shape, sql.look, records
    )
