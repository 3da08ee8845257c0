"""CDSR's views: what only several records tell together. Rows are laid in and taken back again."""

import uuid
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from acr_domain.submission import Submission
from acr_registries.catalogue import load_registries
from acr_registries.examples import changed, read_submissions
from acr_registries.projection import open_projection
from acr_registries.projection_rows import project
from acr_registries.reading import read_contents
from acr_settings.settings import PostgresSettings
from acr_testkit.samples import as_bytes

REGISTRY = load_registries()["cdsr"]
VALID = read_submissions(REGISTRY.package, "valid")
PROGRAM = "/dartheader/programspecificdata"
C, P = "/payload/consultation", "/payload/rscan"


@pytest.fixture
async def database(
    prepared: None, postgres_settings: PostgresSettings
) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture
def partner() -> str:
    return f"views-{uuid.uuid4().hex[:8]}"


def record(partner: str, of: str, changes: Mapping[str, Any] | None = None) -> Submission:
    own = {"/dartheader/partnerid": partner, "/dartheader/id": str(uuid.uuid4())}
    body = as_bytes(changed(VALID[of], {**own, **(changes or {})}))
    contents = read_contents(REGISTRY, body, {})
    return Submission(
        submission_id=str(uuid.uuid4()),
        key=contents.key,
        version_no=contents.version_no,
        digest=contents.digest,
        findings=(),
        received_at=datetime(2026, 6, 15, tzinfo=UTC),
        content_type="application/json",
        body=body,
    )


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    projection = open_projection(REGISTRY)
    for table, rows in project(projection, records).rows.items():
        columns = [column.name for column in projection.tables[table].all_columns]
        await database.copy_records_to_table(
            table, schema_name=projection.schema, columns=columns, records=rows
        )


async def test_a_number_used_for_several_orderers_is_a_conflict(
    database: asyncpg.Connection, partner: str
) -> None:
    other = {"/payload/ordering/opnpi": "2000000069", f"{PROGRAM}/npiop": "2000000069"}
    await lay_in(
        database,
        record(partner, "no-criterion"),
        record(partner, "no-criterion", other),
        record(partner, "override"),
        record(partner, "override"),
        record(partner, "rscan-baseline"),
        record(partner, "rscan-baseline", {**other, "/dartheader/recordstatus": "cancelled"}),
    )

    rows = await database.fetch(
        "SELECT dsn, records, orderers FROM cdsr.dsn_conflicts WHERE partner_id = $1", partner
    )

    assert [tuple(row) for row in rows] == [("880021", 2, ["2000000051", "2000000069"])]


async def test_a_furnished_exam_finds_its_consultation(
    database: asyncpg.Connection, partner: str
) -> None:
    consultation = record(partner, "no-criterion")
    by_number = record(partner, "minimal", {f"{PROGRAM}/dsn": "880021"})
    orderer = {f"{PROGRAM}/npiop": "2000000051", f"{PROGRAM}/dateordered": "2022-06-01T23:00:00Z"}
    by_orderer = record(partner, "minimal", {f"{PROGRAM}/dsn": "other", **orderer})
    own = record(partner, "override")
    next_day = {**orderer, f"{PROGRAM}/dateordered": "2022-06-02T00:00:00Z"}
    alone = record(partner, "minimal", {f"{PROGRAM}/dsn": "another", **next_day})
    await lay_in(database, consultation, by_number, by_orderer, own, alone)

    rows = await database.fetch(
        "SELECT header_id, linked_by, consultation_header_id FROM cdsr.furnished_links"
        " WHERE partner_id = $1",
        partner,
    )

    assert {str(row[0]): (row[1], row[2] and str(row[2])) for row in rows} == {
        by_number.key.header_id: ("dsn", consultation.key.header_id),
        by_orderer.key.header_id: ("orderer and date", consultation.key.header_id),
        own.key.header_id: ("same record", own.key.header_id),
        alone.key.header_id: (None, None),
    }


async def test_a_project_tells_whether_its_phases_and_tools_are_in_order(
    database: asyncpg.Connection, partner: str
) -> None:
    def case(project: str, phase: str, value: str, day: str, tool: str = "G1004") -> Submission:
        told = {
            f"{P}/projectid": project,
            f"{P}/phase": phase,
            f"{P}/value": value,
            f"{C}/consultationdatetime": f"{day}T10:00:00Z",
            f"{C}/cdsmcode": tool,
        }
        return record(partner, "rscan-baseline", told)

    await lay_in(
        database,
        case("fit", "baseline", "low", "2019-01-01"),
        case("fit", "baseline", "high", "2019-02-01"),
        case("fit", "posteducation", "high", "2019-03-01"),
        case("unfit", "baseline", "high", "2019-03-02"),
        case("unfit", "posteducation", "low", "2019-03-01", tool="G1011"),
        case("begun", "baseline", "low", "2019-01-01"),
    )

    rows = await database.fetch(
        "SELECT rscan_projectid, phases_overlap, several_tools, high_value_change::float8"
        " FROM cdsr.rscan_projects WHERE partner_id = $1 ORDER BY rscan_projectid",
        partner,
    )

    assert [tuple(row) for row in rows] == [
        ("begun", None, False, None),
        ("fit", False, False, 0.5),
        ("unfit", True, True, -1.0),
    ]


async def test_the_reader_may_look_at_the_views(database: asyncpg.Connection) -> None:
    await database.execute("SET LOCAL ROLE acr_reader")

    for view in ("dsn_conflicts", "furnished_links", "rscan_projects"):
        await database.fetch(f"SELECT * FROM cdsr.{view} LIMIT 1")
