"""GRID's views of physicians and of exams. Rows are laid in and taken back again."""

from datetime import timedelta
from typing import Any

import asyncpg

from acr_domain.submission import Submission
from acr_registries.catalogue import load_registries
from acr_registries.examples import RECEIVED_AT
from acr_testkit import laid_records
from acr_testkit.laid_records import (
    FACILITY,
    OTHER_FACILITY,
    OTHER_PARTNER,
    PARTNER,
    grid_form,
    shown,
)

LATER = RECEIVED_AT + timedelta(days=1)
HERE = f"facilityid IN ('{FACILITY}', '{OTHER_FACILITY}')"
OURS = f"partner_id IN ('{PARTNER}', '{OTHER_PARTNER}')"


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, load_registries()["grid"], *records)


def read_by(physician: str, exams: int, **told: Any) -> Submission:
    tat = {"ct": {"examscompleted": exams}, "mri": {"examscompleted": 1}}
    return grid_form("physician-month", physicianid=physician, tat=tat, **told)


async def test_physicians_add_up_to_no_more_than_their_facility(
    database: asyncpg.Connection,
) -> None:
    ct = {"ct": {"examscompleted": 10}}
    await lay_in(
        database,
        grid_form("facility-month", tat=ct),
        read_by("p-1", 6),
        read_by("p-1", 4, received_at=LATER),
        read_by("p-2", 4),
        read_by("p-3", 1, status="in_progress"),
        read_by("p-4", 1, status="cancelled"),
        grid_form("facility-month", month=4, tat=ct),
        read_by("p-1", 6, month=4),
        read_by("p-2", 5, month=4),
        grid_form("facility-month", month=5, tat=ct, facility=OTHER_FACILITY),
        read_by("p-1", 11, month=5),
    )

    columns = "month, modality, physicians_exams::int, facility_exams, more_than_facility"
    rows = await shown(database, "grid.physician_sums", columns, HERE)

    assert rows == [
        (3, "ct", 10, 10, False),
        (3, "mri", 2, None, None),
        (4, "ct", 11, 10, True),
        (4, "mri", 2, None, None),
        (5, "ct", 11, None, None),
        (5, "mri", 1, None, None),
    ]


def exam(exam_id: str, npi: str = "2000000010", **told: Any) -> Submission:
    elements = {"facilityid": None, "examuniqueid": exam_id, "physiciannpi": npi}
    return grid_form("minimal", **{**elements, **told})


async def test_physicians_are_named_by_forms_and_by_current_exams(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        grid_form("physician-month", physicianid="p-1", npi="2000000010"),
        grid_form("physician-month", physicianid="p-2", npi="2000000010", month=4),
        grid_form("physician-month", physicianid="p-3", npi="2000000028", status="cancelled"),
        exam("x-1"),
        exam("x-2", "2000000036"),
        exam("x-3", "2000000044"),
        exam("x-3", "2000000036", received_at=LATER),
        exam("x-4", facility=OTHER_FACILITY),
    )

    columns = "npi, facilityid, physicianids, forms, exams"
    rows = await shown(database, "grid.named_physicians", columns, HERE)

    assert rows == [
        ("2000000010", OTHER_FACILITY, None, 0, 1),
        ("2000000010", FACILITY, ["p-1", "p-2"], 2, 1),
        ("2000000036", FACILITY, None, 0, 2),
    ]


async def lay_in_repeated_exams(database: asyncpg.Connection) -> None:
    """Lay in exams of which the even ages are current."""

    def aged(age: int, exam_id: str = "x-1", **told: Any) -> Submission:
        response = "met" if age % 2 == 0 else "not_met"
        measures = [{"measureid": "ACRAD37", "response": response}]
        return exam(exam_id, patientage=age, measures=measures, **told)

    await lay_in(
        database,
        aged(30, received_at=LATER),
        aged(31),
        aged(33, received_at=LATER + timedelta(days=1), status="cancelled"),
        aged(32, "x-2"),
        aged(34, facility=OTHER_FACILITY),
        aged(36, facilityid=OTHER_FACILITY, received_at=LATER),
        aged(38, partner=OTHER_PARTNER),
    )


async def test_an_exam_is_replaced_by_the_newer_record_of_its_partner_facility_and_key(
    database: asyncpg.Connection,
) -> None:
    await lay_in_repeated_exams(database)

    columns = "patientage, exam_facilityid, examuniqueid"
    rows = await shown(database, "grid.current_exams", columns, OURS)

    assert rows == [
        (30, FACILITY, "x-1"),
        (32, FACILITY, "x-2"),
        (36, OTHER_FACILITY, "x-1"),
        (38, FACILITY, "x-1"),
    ]


async def test_measures_are_answered_by_current_exams_alone(
    database: asyncpg.Connection,
) -> None:
    await lay_in_repeated_exams(database)
    await lay_in(database, exam("x-9", measures=[]))

    columns = "partner_id, exam_facilityid, examuniqueid, measureid, response, physiciannpi"
    rows = await shown(database, "grid.current_exam_measures", columns, OURS)

    told = ("ACRAD37", "met", "2000000010")
    assert sorted(rows) == [
        (OTHER_PARTNER, FACILITY, "x-1", *told),
        (PARTNER, OTHER_FACILITY, "x-1", *told),
        (PARTNER, FACILITY, "x-1", *told),
        (PARTNER, FACILITY, "x-2", *told),
    ]
