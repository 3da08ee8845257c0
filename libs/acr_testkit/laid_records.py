"""Records laid straight into typed tables, so that tests see what views make of several of them.

Nothing is judged here: no rule is run, and no version is stored.
"""

import itertools
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import asyncpg

from acr_domain.submission import Submission, SubmissionKey
from acr_postgres.projected_rows import insert_rows
from acr_registries.catalogue import load_registries
from acr_registries.examples import RECEIVED_AT, changed, read_submissions
from acr_registries.projection import open_projection
from acr_registries.projection_rows import project
from acr_registries.reading import read_contents
from acr_registries.registry import Registry
from acr_registries.synthesis import synthesize
from acr_testkit.samples import as_bytes

PARTNER, OTHER_PARTNER = "views-partner", "views-other"
FACILITY, OTHER_FACILITY = "314159", "271828"
TIN, OTHER_TIN = "314159265", "271828182"
NO_CHANGES: Mapping[str, Any] = {}


def record(
    registry: Registry,
    of: str,
    changes: Mapping[str, Any] = NO_CHANGES,
    *,
    partner: str = PARTNER,
    received_at: datetime = RECEIVED_AT,
) -> Submission:
    """Make a record of its own of a valid example, changed at JSON Pointers."""
    own = {"/dartheader/partnerid": partner, "/dartheader/id": str(uuid.uuid4())}
    example = read_submissions(registry.package, "valid")[of]
    return as_record(registry, changed(example, {**own, **changes}), received_at)


def as_record(
    registry: Registry, body: Mapping[str, Any], received_at: datetime = RECEIVED_AT
) -> Submission:
    """Give a body as the current version of its record, without findings."""
    written = as_bytes(body)
    contents = read_contents(registry, written, {})
    return Submission(
        submission_id=str(uuid.uuid4()),
        key=contents.key,
        version_no=contents.version_no,
        digest=contents.digest,
        findings=(),
        received_at=received_at,
        content_type="application/json",
        body=written,
    )


async def lay_in(database: asyncpg.Connection, registry: Registry, *records: Submission) -> None:
    """Write the rows of records, inside the transaction that is open.

    Raises:
        ValueError: if a record cannot be read as its registry declares.
    """
    projected = project(open_projection(registry), records)
    if projected.unreadable:
        raise ValueError(f"{projected.unreadable} records do not fit the forms of {registry.name}")
    await insert_rows(database, projected)


async def lay_in_plenty(database: asyncpg.Connection, registry: Registry, synthetic: int) -> None:
    """Write the rows of all valid examples, and of so many synthetic submissions."""
    made = synthesize(registry, synthetic, seed=7)
    bodies = itertools.chain(read_submissions(registry.package, "valid").values(), made)
    # Examples share ids where one is a later version of another.
    records = [
        as_record(registry, body)._replace(
            key=SubmissionKey(registry.name, PARTNER, str(uuid.uuid4()))
        )
        for body in bodies
    ]
    await lay_in(database, registry, *records)


async def read_views(database: asyncpg.Connection, schema: str) -> dict[str, str | None]:
    """Read every view of a schema to its end, with the rights of the reader; give their comments."""
    views = await database.fetch(
        "SELECT relname, obj_description(oid, 'pg_class') AS comment FROM pg_class"
        " WHERE relnamespace = $1::text::regnamespace AND relkind = 'v'",
        schema,
    )
    await database.execute("SET LOCAL ROLE acr_reader")
    for view in views:
        await database.fetch(f"SELECT * FROM {schema}.{view['relname']}")
    await database.execute("RESET ROLE")
    return {view["relname"]: view["comment"] for view in views}


async def shown(
    database: asyncpg.Connection, view: str, columns: str, where: str
) -> list[tuple[Any, ...]]:
    """Give columns of a view's rows as plain tuples, in the order of the first two columns."""
    rows = await database.fetch(f"SELECT {columns} FROM {view} WHERE {where} ORDER BY 1, 2")
    return [tuple(row) for row in rows]


def screening_exam(
    day: date | str,
    exam_id: str = "e-1",
    *,
    facility: str = FACILITY,
    patient: str | None = "p-1",
    status: str | None = None,
    partner: str = PARTNER,
    received_at: datetime = RECEIVED_AT,
    payload: Mapping[str, Any] = NO_CHANGES,
    **elements: Any,
) -> Submission:
    """Make a record of one LCSR exam, of category 2 and complete, with elements as they are sent.

    ``payload`` has what stands beside the list of exams.
    """
    told = {
        **elements,
        "Exam_Date": str(day),
        "Exam_Unique_ID": exam_id,
        "Facility_ID": facility,
        "Other_ID": patient,
    }
    changes: dict[str, Any] = {f"/payload/Exams/0/{name}": value for name, value in told.items()}
    changes |= {f"/payload/{name}": value for name, value in payload.items()}
    changes["/dartheader/recordstatus"] = status
    registry = load_registries()["lcsr"]
    return record(registry, "baseline", changes, partner=partner, received_at=received_at)


def loose_follow_up(
    day: date | str,
    exam_id: str = "e-1",
    *,
    facility: str = FACILITY,
    status: str | None = None,
    partner: str = PARTNER,
    received_at: datetime = RECEIVED_AT,
    **elements: Any,
) -> Submission:
    """Make a record of one LCSR follow-up on its own; its facility stands in the transaction header."""
    told = {
        "Follow_Up_Unique_ID": None,
        **elements,
        "Date_Of_Follow_Up": str(day),
        "Exam_Unique_ID": exam_id,
        "Facility_ID": None,
    }
    changes: dict[str, Any] = {
        f"/payload/Follow_Ups/0/{name}": value for name, value in told.items()
    }
    changes["/payload/Transaction_Header/Facility_ID"] = facility
    changes["/dartheader/recordstatus"] = status
    registry = load_registries()["lcsr"]
    return record(registry, "follow-up-alone", changes, partner=partner, received_at=received_at)


def grid_form(
    of: str,
    *,
    facility: str = FACILITY,
    year: int = 2025,
    month: int = 3,
    status: str | None = None,
    partner: str = PARTNER,
    received_at: datetime = RECEIVED_AT,
    **elements: Any,
) -> Submission:
    """Make a record of a GRID example for a facility and period; elements are of its first record."""
    program = {"facilityid": facility, "reportingyear": year}
    told = {**elements}
    if of != "minimal":
        told |= {"facilityid": facility, "year": year}
    if of.endswith("month"):
        program["reportingmonth"] = told["month"] = month
    changes = {f"/dartheader/programspecificdata/{name}": each for name, each in program.items()}
    changes |= {f"/payload/records/0/{name}": each for name, each in told.items()}
    changes["/dartheader/recordstatus"] = status
    registry = load_registries()["grid"]
    return record(registry, of, changes, partner=partner, received_at=received_at)


def pqrs_record(
    of: str = "minimal",
    *,
    facility: str = FACILITY,
    tin: str = TIN,
    year: int = 2025,
    status: str | None = None,
    partner: str = PARTNER,
    received_at: datetime = RECEIVED_AT,
    program: Mapping[str, Any] = NO_CHANGES,
    payload: Mapping[str, Any] = NO_CHANGES,
    **elements: Any,
) -> Submission:
    """Make a record of a PQRS example for a facility and TIN; elements are of its first record.

    ``program`` and ``payload`` have other elements of the header and of the payload.
    """
    place = "records"
    if of == "registration":
        place, elements = "registrations", {"tin": tin, **elements}
    version = "pqrs" if year < 2017 else "mips"
    told = {"facilityid": facility, "tin": tin, "performanceyear": year, "programversion": version}
    changes: dict[str, Any] = {
        f"/dartheader/programspecificdata/{name}": each
        for name, each in {**told, **program}.items()
    }
    changes |= {f"/payload/{name}": each for name, each in payload.items()}
    changes |= {f"/payload/{place}/0/{name}": each for name, each in elements.items()}
    changes["/dartheader/recordstatus"] = status
    registry = load_registries()["pqrs"]
    return record(registry, of, changes, partner=partner, received_at=received_at)
