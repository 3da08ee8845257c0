"""LCSR's views under its measures: what became of exams, and which are due. Days are counted from today."""

from datetime import date, timedelta
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
    loose_follow_up,
    screening_exam,
    shown,
)

HERE = f"facility_id IN ('{FACILITY}', '{OTHER_FACILITY}')"
CANCER: dict[str, Any] = {"Tissue_Diagnosis": "2"}
DAY = timedelta(days=1)


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, load_registries()["lcsr"], *records)


async def days_around(database: asyncpg.Connection, months: int) -> tuple[date, date]:
    """Give the last day that lies over so many months back, as the database adds them, and the first
    that does not.
    """
    row = await database.fetchrow(
        "SELECT max(day::date) FILTER (WHERE day + make_interval(months => $1) < current_date),"
        " min(day::date) FILTER (WHERE day + make_interval(months => $1) >= current_date)"
        " FROM generate_series(current_date - 400, current_date, '1 day') AS day",
        months,
    )
    assert row is not None
    return row[0], row[1]


async def test_a_positive_or_interim_screen_without_follow_up_is_overdue_after_its_interval(
    database: asyncpg.Connection,
) -> None:
    today: date = await database.fetchval("SELECT current_date")

    def exam(name: str, category: str, day: date, status: str | None = None) -> Submission:
        return screening_exam(day, name, status=status, CT_Exam_Result_Lung_RADS=category)

    for category, months in (("0", 3), ("3", 6), ("4A", 3), ("4B", 1), ("4X", 1)):
        over, due = await days_around(database, months)
        await lay_in(
            database,
            exam(f"{category} over", category, over),
            exam(f"{category} due", category, due),
        )
    long_ago = today - 400 * DAY
    await lay_in(
        database,
        exam("2", "2", long_ago),
        exam("4B cancelled", "4B", long_ago, status="cancelled"),
        exam("4B done", "4B", long_ago),
        loose_follow_up(long_ago + DAY, "4B done"),
        exam("4B not done", "4B", long_ago),
        loose_follow_up(long_ago + DAY, "4B not done", status="cancelled"),
        loose_follow_up(long_ago + DAY, "4B not done", facility=OTHER_FACILITY),
        loose_follow_up(long_ago + DAY, "4B not done", partner=OTHER_PARTNER),
    )

    columns = "exam_unique_id, months_passed"
    rows = await shown(database, "lcsr.overdue_follow_ups", columns, HERE)

    assert sorted(rows) == [
        ("0 over", 3),
        ("3 over", 6),
        ("4A over", 3),
        ("4B not done", 12),
        ("4B over", 0),
        ("4X over", 0),
    ]


async def test_outcomes_are_of_complete_exams_at_least_a_year_old(
    database: asyncpg.Connection,
) -> None:
    year_ago: date = await database.fetchval("SELECT (current_date - interval '12 months')::date")
    await lay_in(
        database,
        screening_exam(year_ago, "e-1"),
        screening_exam(year_ago + DAY, "e-2"),
        screening_exam(year_ago - DAY, "e-3", Patient_Sex=None),
        screening_exam(year_ago - DAY, "e-4", status="in_progress"),
        screening_exam(year_ago - DAY, "e-5", status="cancelled"),
    )

    columns = "exam_date, lung_cancer, stage_group, first_follow_up, followed_up_in_time"
    rows = await shown(database, "lcsr.outcomes", columns, HERE)

    assert rows == [(year_ago, False, None, None, False)]


async def test_outcomes_are_told_by_the_follow_ups_of_twelve_months(
    database: asyncpg.Connection,
) -> None:
    by_category = {"3": "2021-01-03", "4A": "2021-01-04", "4B": "2021-01-05"}
    exams = [
        screening_exam(day, category, CT_Exam_Result_Lung_RADS=category)
        for category, day in by_category.items()
    ]
    revised: dict[str, Any] = {"Follow_Up_Unique_ID": "f-1"}
    await lay_in(
        database,
        *exams,
        loose_follow_up("2021-07-03", "3", Overall_Stage="IA2", **CANCER),
        loose_follow_up("2022-01-03", "3", Overall_Stage="IV", **CANCER),
        loose_follow_up("2021-04-05", "4A", Tissue_Diagnosis="1", Overall_Stage="IIIA"),
        loose_follow_up("2022-01-05", "4A", **CANCER),
        loose_follow_up("2021-05-01", "4A", Tissue_Diagnosis="1", **revised),
        loose_follow_up("2021-05-01", "4A", received_at=RECEIVED_AT - DAY, **revised, **CANCER),
        loose_follow_up("2021-02-05", "4B", facility=OTHER_FACILITY, **CANCER),
        loose_follow_up("2021-02-05", "4B", partner=OTHER_PARTNER, **CANCER),
        loose_follow_up("2021-01-04", "4B", **CANCER),
    )

    columns = (
        "ct_exam_result_lung_rads, lung_cancer, stage_group, first_follow_up::text,"
        " followed_up_in_time"
    )
    rows = await shown(database, "lcsr.outcomes", columns, HERE)

    assert rows == [
        ("3", True, "early", "2021-07-03", True),
        ("4A", False, None, "2021-04-05", False),
        ("4B", False, None, None, False),
    ]


async def test_rates_of_abnormal_exams_and_cancers_come_from_outcomes(
    database: asyncpg.Connection,
) -> None:
    """Ten exams, four abnormal, one interim; two abnormal ones and a negative one with cancer."""
    categories = ("0", "1", "1", "2", "2", "2", "3", "3", "4A", "4X")
    exams = [
        screening_exam(
            "2021-01-10",
            f"e-{number}",
            CT_Exam_Result_Lung_RADS=category,
            Reason_For_Recall="N" if category == "0" else None,
        )
        for number, category in enumerate(categories)
    ]
    cancers = [loose_follow_up("2021-03-01", f"e-{number}", **CANCER) for number in (3, 6, 9)]
    await lay_in(database, *exams, *cancers)

    row = await database.fetchrow(
        "SELECT 100.0 * count(*) FILTER (WHERE positive_screen)"
        " / count(*) FILTER (WHERE ct_exam_result_lung_rads <> '0') AS abnormal,"
        " 100.0 * count(*) FILTER (WHERE positive_screen AND lung_cancer)"
        " / count(*) FILTER (WHERE positive_screen) AS predictive,"
        " 1000.0 * count(*) FILTER (WHERE lung_cancer) / count(*) AS detection"
        " FROM lcsr.outcomes WHERE facility_id = $1",
        FACILITY,
    )

    assert row is not None
    assert [round(float(value), 2) for value in row] == [44.44, 50.0, 300.0]


async def test_returns_fall_into_bands_of_months(database: asyncpg.Connection) -> None:
    returns = {
        "a": "2021-12-09",
        "b": "2021-12-10",
        "c": "2022-05-09",
        "d": "2022-05-10",
        "e": "2023-01-10",
        "f": "2023-01-11",
    }
    await lay_in(
        database,
        *(screening_exam("2021-01-10", f"{one}-1", patient=one) for one in returns),
        *(
            screening_exam(day, f"{one}-2", patient=one, CT_Exam_Result_Lung_RADS="3")
            for one, day in returns.items()
        ),
    )

    rows = await shown(database, "lcsr.annual_returns", "patient_key, return_band", HERE)

    assert rows == [
        ("other:a", "under 11 months"),
        ("other:b", "11 to 15 months"),
        ("other:c", "11 to 15 months"),
        ("other:d", "16 to 24 months"),
        ("other:e", "16 to 24 months"),
        ("other:f", "over 24 months"),
    ]


async def test_only_a_later_complete_exam_at_the_facility_is_a_return(
    database: asyncpg.Connection,
) -> None:
    def first(patient: str | None, name: str) -> Submission:
        return screening_exam("2021-01-10", name, patient=patient)

    await lay_in(
        database,
        first("away", "away-1"),
        screening_exam("2022-01-10", "away-2", patient="away", facility=OTHER_FACILITY),
        first("cancelled", "cancelled-1"),
        screening_exam("2022-01-10", "cancelled-2", patient="cancelled", status="cancelled"),
        first("progress", "progress-1"),
        screening_exam("2022-01-10", "progress-2", patient="progress", status="in_progress"),
        first("twice", "twice-1"),
        first("twice", "twice-2"),
        screening_exam("2022-01-10", "twice-3", patient="twice", CT_Exam_Result_Lung_RADS="3"),
        screening_exam("2021-01-10", "unmet", patient="unmet", Number_Of_Packs_Year_Smoking=5),
        first(None, "unknown-1"),
        screening_exam("2022-01-10", "unknown-2", patient=None, CT_Exam_Result_Lung_RADS="3"),
    )

    where = f"{HERE} AND partner_id = '{PARTNER}' AND exam_date = '2021-01-10'"
    rows = await shown(database, "lcsr.annual_returns", "patient_key, return_band", where)

    assert rows == [
        ("other:away", "not returned"),
        ("other:cancelled", "not returned"),
        ("other:progress", "not returned"),
        ("other:twice", "11 to 15 months"),
        ("other:twice", "11 to 15 months"),
    ]
