"""CDSR's views: what only several records tell together. Rows are laid in and taken back again."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from acr_domain.submission import Submission
from acr_registries.catalogue import load_registries
from acr_testkit import laid_records
from acr_testkit.laid_records import NO_CHANGES, PARTNER, lay_in_plenty, read_views, shown

REGISTRY = load_registries()["cdsr"]
MINE = f"partner_id = '{PARTNER}'"
PROGRAM = "/dartheader/programspecificdata"
C, P = "/payload/consultation", "/payload/rscan"


def record(of: str, changes: Mapping[str, Any] = NO_CHANGES) -> Submission:
    return laid_records.record(REGISTRY, of, changes)


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, REGISTRY, *records)


async def test_a_number_used_for_several_orderers_is_a_conflict(
    database: asyncpg.Connection,
) -> None:
    other = {"/payload/ordering/opnpi": "2000000069", f"{PROGRAM}/npiop": "2000000069"}
    await lay_in(
        database,
        record("no-criterion"),
        record("no-criterion", other),
        record("override"),
        record("override"),
        record("rscan-baseline"),
        record("rscan-baseline", {**other, "/dartheader/recordstatus": "cancelled"}),
    )

    rows = await shown(database, "cdsr.dsn_conflicts", "dsn, records, orderers", MINE)

    assert rows == [("880021", 2, ["2000000051", "2000000069"])]


async def test_a_furnished_exam_finds_its_consultation(
    database: asyncpg.Connection,
) -> None:
    consultation = record("no-criterion")
    by_number = record("minimal", {f"{PROGRAM}/dsn": "880021"})
    orderer = {f"{PROGRAM}/npiop": "2000000051", f"{PROGRAM}/dateordered": "2022-06-01T23:00:00Z"}
    by_orderer = record("minimal", {f"{PROGRAM}/dsn": "other", **orderer})
    own = record("override")
    next_day = {**orderer, f"{PROGRAM}/dateordered": "2022-06-02T00:00:00Z"}
    alone = record("minimal", {f"{PROGRAM}/dsn": "another", **next_day})
    await lay_in(database, consultation, by_number, by_orderer, own, alone)

    rows = await shown(
        database, "cdsr.furnished_links", "header_id, linked_by, consultation_header_id", MINE
    )

    assert {str(row[0]): (row[1], row[2] and str(row[2])) for row in rows} == {
        by_number.key.header_id: ("dsn", consultation.key.header_id),
        by_orderer.key.header_id: ("orderer and date", consultation.key.header_id),
        own.key.header_id: ("same record", own.key.header_id),
        alone.key.header_id: (None, None),
    }


async def test_a_project_tells_whether_its_phases_and_tools_are_in_order(
    database: asyncpg.Connection,
) -> None:
    def case(project: str, phase: str, value: str, day: str, tool: str = "G1004") -> Submission:
        told = {
            f"{P}/projectid": project,
            f"{P}/phase": phase,
            f"{P}/value": value,
            f"{C}/consultationdatetime": f"{day}T10:00:00Z",
            f"{C}/cdsmcode": tool,
        }
        return record("rscan-baseline", told)

    await lay_in(
        database,
        case("fit", "baseline", "low", "2019-01-01"),
        case("fit", "baseline", "high", "2019-02-01"),
        case("fit", "posteducation", "high", "2019-03-01"),
        case("unfit", "baseline", "high", "2019-03-02"),
        case("unfit", "posteducation", "low", "2019-03-01", tool="G1011"),
        case("begun", "baseline", "low", "2019-01-01"),
    )

    rows = await shown(
        database,
        "cdsr.rscan_projects",
        "rscan_projectid, phases_overlap, several_tools, high_value_change::float8",
        MINE,
    )

    assert rows == [
        ("begun", None, False, None),
        ("fit", False, False, 0.5),
        ("unfit", True, True, -1.0),
    ]


async def test_every_view_is_described_and_can_be_read(database: asyncpg.Connection) -> None:
    await lay_in_plenty(database, REGISTRY, synthetic=300)

    views = await read_views(database, "cdsr")

    assert views.keys() == {"dsn_conflicts", "furnished_links", "rscan_projects"}
    assert all(views.values())
