"""GRID's views of annual and monthly forms. Rows are laid in and taken back again."""

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
    lay_in_plenty,
    read_views,
    shown,
)

REGISTRY = load_registries()["grid"]
HERE = f"facilityid IN ('{FACILITY}', '{OTHER_FACILITY}')"
LATER = RECEIVED_AT + timedelta(days=1)


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, REGISTRY, *records)


def turnaround(modality: str, exams: int) -> dict[str, Any]:
    return {"tat": {modality: {"examscompleted": exams, "meanhours": 2.5}}}


async def test_every_view_is_described_and_can_be_read(database: asyncpg.Connection) -> None:
    await lay_in_plenty(database, REGISTRY, synthetic=300)

    views = await read_views(database, "grid")

    assert len(views) == 11
    assert all(views.values())


async def test_forms_have_their_state_and_exams_have_none(database: asyncpg.Connection) -> None:
    await lay_in(
        database,
        grid_form("annual-gold"),
        grid_form("facility-month", status="in_progress"),
        grid_form("physician-month", status="cancelled", facility=OTHER_FACILITY),
        grid_form("minimal"),
    )

    columns = "recordtype, status, submitted, facilityid, reportingmonth"
    rows = await shown(database, "grid.form_states", columns, HERE)

    assert rows == [
        ("facility_annual", "complete", True, FACILITY, None),
        ("facility_monthly", "in_progress", False, FACILITY, 3),
        ("physician_monthly", "cancelled", False, OTHER_FACILITY, 3),
    ]


async def test_months_need_the_submitted_annual_form_of_their_facility_and_year(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        grid_form("annual-gold", year=2024),
        grid_form("annual-gold", year=2024, status="in_progress", received_at=LATER),
        grid_form("facility-month", year=2024, month=1),
        grid_form("facility-month", year=2024, month=2, facility=OTHER_FACILITY),
        grid_form("facility-month", year=2023, month=3),
        grid_form("annual-gold", year=2022, status="in_progress"),
        grid_form("physician-month", year=2022, month=4),
        grid_form("annual-gold", year=2021, status="cancelled"),
        grid_form("facility-month", year=2021, month=5),
        grid_form("facility-month", year=2021, month=6, status="cancelled"),
        grid_form("facility-month", year=2021, month=7, status="in_progress"),
    )

    columns = "reportingmonth, reportingyear, recordtype, annual_status"
    rows = await shown(database, "grid.months_without_annual_form", columns, HERE)

    assert rows == [
        (2, 2024, "facility_monthly", None),
        (3, 2023, "facility_monthly", None),
        (4, 2022, "physician_monthly", "in_progress"),
        (5, 2021, "facility_monthly", "cancelled"),
        (7, 2021, "facility_monthly", "cancelled"),
    ]


async def test_a_second_form_of_a_facility_and_period_is_a_repetition(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        grid_form("annual-gold", received_at=LATER),
        grid_form("annual-gold", status="cancelled", partner=OTHER_PARTNER),
        grid_form("annual-gold", year=2024),
        grid_form("annual-gold", facility=OTHER_FACILITY),
        grid_form("facility-month"),
        grid_form("facility-month"),
        grid_form("facility-month", month=4),
        grid_form("physician-month", physicianid="p-1"),
        grid_form("physician-month", physicianid="p-1", status="in_progress"),
        grid_form("physician-month", physicianid="p-2"),
        grid_form("physician-month", physicianid="p-2", month=4),
        grid_form("physician-month", status="cancelled"),
        grid_form("physician-month", status="cancelled"),
    )

    columns = (
        "recordtype, reportingyear, reportingmonth, physicianid, forms, cancelled_forms,"
        " partner_ids, array_length(header_ids, 1)"
    )
    rows = await shown(database, "grid.repeated_forms", columns, HERE)

    both = [PARTNER, PARTNER]
    assert rows == [
        ("facility_annual", 2025, None, None, 2, 1, [OTHER_PARTNER, PARTNER], 2),
        ("facility_monthly", 2025, 3, None, 2, 0, both, 2),
        ("physician_monthly", 2025, 3, "p-1", 2, 0, both, 2),
    ]


async def test_turnaround_is_told_of_submitted_months_and_of_modalities_that_were_sent(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        grid_form("facility-month"),
        grid_form("facility-month", month=4, **turnaround("ct", 7)),
        grid_form("facility-month", month=5, status="in_progress"),
        grid_form("facility-month", month=6, status="cancelled"),
    )

    columns = (
        "month, modality, examscompleted, meanhours, count_lt12h, count_12to24h, count_24to48h,"
        " count_gt48h"
    )
    rows = await shown(database, "grid.turnaround_by_month", columns, HERE)

    assert rows == [
        (3, "ct", 2410, 2.75, 2335, 64, 11, 0),
        (3, "mammography", 1180, 12.3, 720, 301, 140, 19),
        (3, "mri", 790, 9.4, 612, 121, 44, 13),
        (3, "pet", 82, 7.1, 66, 14, 2, 0),
        (3, "radiography", 5120, 3.9, 4810, 250, 52, 8),
        (3, "ultrasound", 1490, 3.2, 1424, 58, 8, 0),
        (4, "ct", 7, 2.5, None, None, None, None),
    ]


async def test_annual_volumes_and_units_are_told_by_modality(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        grid_form("annual-gold", eq_mammo_2d=None),
        grid_form("annual-gold", year=2024, status="in_progress"),
    )

    rows = await shown(database, "grid.annual_volumes", "modality, exams, units, year", HERE)

    assert rows == [
        ("ct", 28900, 3, 2025),
        ("dxa", None, None, 2025),
        ("fluoroscopy", 2350, 2, 2025),
        ("interventional", 2640, 1, 2025),
        ("mammography", 14100, 3, 2025),
        ("mri", 9400, 2, 2025),
        ("nuclearmedicine", 2800, 2, 2025),
        ("pet", 960, 1, 2025),
        ("radiography", 61200, 8, 2025),
        ("ultrasound", 17650, 6, 2025),
    ]


async def test_a_month_is_compared_with_a_twelfth_of_the_annual_volume(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        grid_form("annual-gold", vol_ct=12000, vol_mri=0),
        grid_form("annual-gold", vol_ct=12, status="in_progress"),
        *(
            grid_form("facility-month", month=month, **turnaround("ct", exams))
            for month, exams in enumerate((499, 500, 2000, 2001), start=1)
        ),
        grid_form("facility-month", month=5, **turnaround("mri", 1)),
        grid_form("facility-month", month=6, **turnaround("mri", 0)),
        grid_form("facility-month", month=7, year=2024, **turnaround("ct", 1)),
        grid_form("facility-month", month=8, facility=OTHER_FACILITY, **turnaround("ct", 1)),
        grid_form("facility-month", month=9, status="in_progress", **turnaround("ct", 1)),
    )

    columns = "month, modality, examscompleted, annual_exams, percent_of_annual::float8"
    rows = await shown(database, "grid.months_unlike_annual_volume", columns, HERE)

    assert rows == [
        (1, "ct", 499, 12000, 49.9),
        (4, "ct", 2001, 12000, 200.1),
        (5, "mri", 1, 0, None),
    ]


async def test_turnaround_of_a_modality_without_exams_and_units_is_listed(
    database: asyncpg.Connection,
) -> None:
    none: dict[str, Any] = {"vol_pet": 0, "eq_pet_units": 0}
    await lay_in(
        database,
        grid_form("annual-gold", year=2025, **none),
        grid_form("facility-month", year=2025, month=1, **turnaround("pet", 3)),
        grid_form("facility-month", year=2025, month=2, **turnaround("pet", 0)),
        grid_form("annual-gold", year=2024, **{**none, "eq_pet_units": None}),
        grid_form("facility-month", year=2024, month=3, **turnaround("pet", 3)),
        grid_form("annual-gold", year=2023, **{**none, "eq_pet_units": 1}),
        grid_form("facility-month", year=2023, month=4, **turnaround("pet", 3)),
        grid_form("annual-gold", year=2022, **{**none, "vol_pet": 1}),
        grid_form("facility-month", year=2022, month=5, **turnaround("pet", 3)),
        grid_form("annual-gold", year=2021, vol_radiography=0, eq_dr_units=7, eq_cr_units=None),
        grid_form("facility-month", year=2021, month=6, **turnaround("radiography", 3)),
        grid_form("facility-month", facility=OTHER_FACILITY, **turnaround("pet", 3)),
    )

    columns = "month, year, modality, examscompleted"
    rows = await shown(database, "grid.months_of_undone_modalities", columns, HERE)

    assert rows == [(1, 2025, "pet", 3), (3, 2024, "pet", 3)]
