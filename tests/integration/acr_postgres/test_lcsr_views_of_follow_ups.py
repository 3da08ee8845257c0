"""LCSR's views of follow-ups, within their exam or sent on their own."""

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
    loose_follow_up,
    screening_exam,
    shown,
)

LATER = RECEIVED_AT + timedelta(days=1)
HERE = f"facility_id IN ('{FACILITY}', '{OTHER_FACILITY}')"


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, load_registries()["lcsr"], *records)


def nested(day: str, **elements: Any) -> dict[str, Any]:
    return {"Date_Of_Follow_Up": day, "Follow_Up_Diagnostic": "1", **elements}


async def test_follow_ups_are_listed_with_their_exam_wherever_they_are_sent(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-10", Follow_Ups=[nested("2021-02-01")]),
        screening_exam("2021-01-11", Follow_Ups=[nested("2021-02-02")], received_at=LATER),
        loose_follow_up("2021-02-03"),
        loose_follow_up("2021-02-04", facility=OTHER_FACILITY),
        loose_follow_up("2021-02-05", partner=OTHER_PARTNER),
        loose_follow_up("2021-02-06", status="cancelled"),
    )

    columns = "date_of_follow_up::text, exam_no, exam_date::text, patient_key"
    rows = await shown(database, "lcsr.all_follow_ups", columns, HERE)

    assert rows == [
        ("2021-02-02", 1, "2021-01-11", "other:p-1"),
        ("2021-02-03", None, "2021-01-11", "other:p-1"),
        ("2021-02-04", None, None, None),
        ("2021-02-05", None, None, None),
    ]


async def test_months_since_the_exam_are_whole(database: asyncpg.Connection) -> None:
    days = ("2021-01-31", "2021-02-28", "2021-03-30", "2021-03-31", "2022-01-30", "2022-01-31")
    await lay_in(
        database,
        screening_exam("2021-01-31", Follow_Ups=[nested(day) for day in days[:3]]),
        *(loose_follow_up(day) for day in days[3:]),
    )

    columns = "date_of_follow_up::text, months_since_exam"
    rows = await shown(database, "lcsr.all_follow_ups", columns, HERE)

    assert rows == list(zip(days, (0, 0, 1, 2, 11, 12), strict=True))


async def lay_in_repeated(database: asyncpg.Connection) -> None:
    """Lay in follow-ups of which one of each key is current."""
    known: dict[str, Any] = {"Follow_Up_Unique_ID": "f-1"}
    unknown: dict[str, Any] = {"Follow_Up_Diagnostic": "3"}
    await lay_in(
        database,
        screening_exam("2021-01-10", Follow_Ups=[nested("2021-02-01", **known)]),
        loose_follow_up("2021-02-02", received_at=LATER, Overall_Stage="IA1", **known),
        loose_follow_up("2021-03-01", **unknown),
        loose_follow_up("2021-03-01", received_at=LATER, Overall_Stage="IB", **unknown),
        loose_follow_up("2021-03-01", Follow_Up_Diagnostic="6", Overall_Stage="IIA"),
        loose_follow_up("2021-03-02", Overall_Stage="IIB", **unknown),
        loose_follow_up("2021-03-01", "e-2", Overall_Stage="IIIA", **unknown),
        loose_follow_up("2021-03-01", facility=OTHER_FACILITY, Overall_Stage="IIIB", **unknown),
        loose_follow_up("2021-03-01", partner=OTHER_PARTNER, Overall_Stage="IIIC", **unknown),
    )


async def test_a_follow_up_is_replaced_by_the_newer_one_of_its_key(
    database: asyncpg.Connection,
) -> None:
    await lay_in_repeated(database)

    columns = "overall_stage, follow_up_key"
    rows = await shown(database, "lcsr.current_follow_ups", columns, HERE)

    assert rows == [
        ("IA1", "id:f-1"),
        ("IB", "2021-03-01:3"),
        ("IIA", "2021-03-01:6"),
        ("IIB", "2021-03-02:3"),
        ("IIIA", "2021-03-01:3"),
        ("IIIB", "2021-03-01:3"),
        ("IIIC", "2021-03-01:3"),
    ]


async def test_the_extract_has_each_current_follow_up_once(database: asyncpg.Connection) -> None:
    await lay_in_repeated(database)
    await lay_in(
        database,
        screening_exam(
            "2021-01-10",
            "e-3",
            Follow_Ups=[nested("2021-02-07")],
            payload={
                "Follow_Ups": [nested("2021-02-08", Exam_Unique_ID="e-3", Facility_ID=FACILITY)]
            },
        ),
    )

    columns = "fup_exm_overall_stage, exm_unique_id, facility_id, fup_exm_date::text"
    rows = await shown(database, "lcsr.extract_follow_ups", columns, HERE)

    assert sorted(rows, key=str) == [
        ("IA1", "e-1", FACILITY, "2021-02-02"),
        ("IB", "e-1", FACILITY, "2021-03-01"),
        ("IIA", "e-1", FACILITY, "2021-03-01"),
        ("IIB", "e-1", FACILITY, "2021-03-02"),
        ("IIIA", "e-2", FACILITY, "2021-03-01"),
        ("IIIB", "e-1", OTHER_FACILITY, "2021-03-01"),
        ("IIIC", "e-1", FACILITY, "2021-03-01"),
        (None, "e-3", FACILITY, "2021-02-07"),
        (None, "e-3", FACILITY, "2021-02-08"),
    ]


async def test_a_follow_up_without_its_exam_is_unresolved(database: asyncpg.Connection) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-10", Follow_Ups=[nested("2021-02-01")]),
        screening_exam("2021-01-10", "e-2", status="cancelled"),
        loose_follow_up("2021-02-02"),
        loose_follow_up("2021-02-03", "e-2"),
        loose_follow_up("2021-02-03", "e-2", received_at=LATER),
        loose_follow_up("2021-02-04", "e-3"),
        loose_follow_up("2021-02-05", "e-3", status="cancelled"),
    )

    columns = "date_of_follow_up::text, exam_unique_id"
    rows = await shown(database, "lcsr.unresolved_follow_ups", columns, HERE)

    assert rows == [("2021-02-03", "e-2"), ("2021-02-04", "e-3")]


async def test_follow_ups_before_their_exam_or_over_a_year_after_it_are_mistimed(
    database: asyncpg.Connection,
) -> None:
    corrected: dict[str, Any] = {"Follow_Up_Unique_ID": "f-1"}
    await lay_in(
        database,
        screening_exam("2021-01-10", Follow_Ups=[nested("2021-01-08"), nested("2022-01-12")]),
        loose_follow_up("2021-01-09"),
        loose_follow_up("2021-01-10"),
        loose_follow_up("2022-01-10"),
        loose_follow_up("2022-01-11"),
        loose_follow_up("2022-01-11", "e-2"),
        loose_follow_up("2020-12-31", status="cancelled"),
        loose_follow_up("2020-01-20", **corrected),
        loose_follow_up("2021-01-20", received_at=LATER, **corrected),
    )

    columns = "date_of_follow_up::text, problem, exam_no"
    rows = await shown(database, "lcsr.mistimed_follow_ups", columns, HERE)

    assert rows == [
        ("2021-01-08", "before the exam", 1),
        ("2021-01-09", "before the exam", None),
        ("2022-01-11", "too late", None),
        ("2022-01-12", "too late", 1),
    ]


async def test_a_follow_up_on_or_after_a_later_exam_belongs_to_that_one(
    database: asyncpg.Connection,
) -> None:
    moved: dict[str, Any] = {"Follow_Up_Unique_ID": "f-1"}
    await lay_in(
        database,
        screening_exam("2021-01-10", Follow_Ups=[nested("2022-01-05")]),
        screening_exam("2021-06-01", "e-2"),
        screening_exam("2022-01-01", "e-3"),
        screening_exam("2021-01-20", "e-4", patient="p-2"),
        screening_exam("2021-01-20", "e-5", facility=OTHER_FACILITY),
        screening_exam("2021-01-20", "e-6", status="cancelled"),
        loose_follow_up("2021-06-01"),
        loose_follow_up("2021-05-31"),
        loose_follow_up("2021-06-02", "e-2"),
        loose_follow_up("2021-07-01", **moved),
        loose_follow_up("2021-05-01", received_at=LATER, **moved),
    )

    columns = "date_of_follow_up::text, exam_unique_id, later_exam_unique_id, exam_no"
    rows = await shown(database, "lcsr.misplaced_follow_ups", columns, HERE)

    assert rows == [
        ("2021-06-01", "e-1", "e-2", None),
        ("2022-01-05", "e-1", "e-3", 1),
    ]


async def test_a_cancer_after_a_negative_or_benign_exam_is_an_interval_cancer(
    database: asyncpg.Connection,
) -> None:
    cancer: dict[str, Any] = {"Tissue_Diagnosis": "2"}
    benign: dict[str, Any] = {"Tissue_Diagnosis": "1"}
    revised: dict[str, Any] = {"Follow_Up_Unique_ID": "f-1"}
    await lay_in(
        database,
        screening_exam("2021-01-10", Follow_Ups=[nested("2021-02-01", **cancer)]),
        screening_exam("2021-01-10", "e-2", CT_Exam_Result_Lung_RADS="1"),
        loose_follow_up("2021-02-02", "e-2", **cancer),
        loose_follow_up("2021-02-03", "e-2", **benign),
        loose_follow_up("2021-02-04", "e-2", Tissue_Diagnosis=None),
        screening_exam("2021-01-10", "e-3", CT_Exam_Result_Lung_RADS="3"),
        loose_follow_up("2021-02-05", "e-3", **cancer),
        loose_follow_up("2021-02-06", "e-4", **cancer),
        loose_follow_up("2021-02-07", **cancer, **revised),
        loose_follow_up("2021-02-07", received_at=LATER, **benign, **revised),
    )

    columns = "date_of_follow_up::text, ct_exam_result_lung_rads, exam_no"
    rows = await shown(database, "lcsr.interval_cancers", columns, HERE)

    assert rows == [("2021-02-01", "2", 1), ("2021-02-02", "1", None)]
