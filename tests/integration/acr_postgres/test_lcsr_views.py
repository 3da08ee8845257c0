"""LCSR's views of exams and patients. Rows are laid in and taken back again."""

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
    lay_in_plenty,
    read_views,
    record,
    screening_exam,
    shown,
)

REGISTRY = load_registries()["lcsr"]
LATER = RECEIVED_AT + timedelta(days=1)
HERE = f"facility_id IN ('{FACILITY}', '{OTHER_FACILITY}')"
OURS = f"partner_id IN ('{PARTNER}', '{OTHER_PARTNER}')"


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, REGISTRY, *records)


async def test_every_view_is_described_and_can_be_read(database: asyncpg.Connection) -> None:
    await lay_in_plenty(database, REGISTRY, synthetic=300)

    views = await read_views(database, "lcsr")

    assert len(views) == 18
    assert all(views.values())


async def test_an_exam_is_replaced_by_the_newer_record_of_its_partner_facility_and_key(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-02", received_at=LATER, status="in_progress"),
        screening_exam("2021-01-01"),
        screening_exam("2021-01-03", received_at=LATER + timedelta(1), status="cancelled"),
        screening_exam("2021-01-04", "e-2"),
        screening_exam("2021-01-05", facility=OTHER_FACILITY),
        screening_exam("2021-01-06", partner=OTHER_PARTNER),
    )

    rows = await shown(database, "lcsr.current_exams", "to_char(exam_date, 'DD'), status", OURS)

    assert rows == [
        ("02", "in_progress"),
        ("04", "complete"),
        ("05", "complete"),
        ("06", "complete"),
    ]


async def test_the_extract_has_each_current_exam_once(database: asyncpg.Connection) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-01"),
        screening_exam("2021-01-02", received_at=LATER, Other_ID="p-2"),
        screening_exam("2021-01-03", "e-3", status="cancelled"),
    )

    columns = "exm_unique_id, patient_mrn, exm_date::text, exm_sub_date::text, exm_result_lung_rads"
    rows = await shown(database, "lcsr.extract_exams", columns, HERE)

    assert rows == [("e-1", "p-1", "2021-01-02", "2026-06-16", "2")]


async def test_two_keys_for_one_patient_and_day_are_duplicates(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-01", "e-1"),
        screening_exam("2021-01-01", "e-2"),
        screening_exam("2021-01-01", "e-1", partner=OTHER_PARTNER),
        screening_exam("2021-01-01", "e-3", status="cancelled"),
        screening_exam("2021-01-01", "e-4", patient="p-2"),
        screening_exam("2021-01-01", "e-5", facility=OTHER_FACILITY),
        screening_exam("2021-01-02", "e-6"),
        screening_exam("2021-01-01", "e-7", patient=None),
        screening_exam("2021-01-01", "e-8", patient=None),
    )

    columns = "partner_id, exam_unique_id, other_partner_id, other_exam_unique_id"
    rows = await shown(database, "lcsr.duplicate_exams", columns, HERE)

    assert sorted(rows) == [
        (OTHER_PARTNER, "e-1", PARTNER, "e-1"),
        (OTHER_PARTNER, "e-1", PARTNER, "e-2"),
        (PARTNER, "e-1", PARTNER, "e-2"),
    ]


async def test_screens_under_eleven_months_apart_are_close(database: asyncpg.Connection) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-10", "close-1", patient="close"),
        screening_exam("2021-12-09", "close-2", patient="close"),
        screening_exam("2021-01-10", "apart-1", patient="apart"),
        screening_exam("2021-12-10", "apart-2", patient="apart"),
        screening_exam("2021-01-10", "same-1", patient="same"),
        screening_exam("2021-01-10", "same-2", patient="same"),
        screening_exam("2021-01-10", "here-1", patient="here"),
        screening_exam("2021-02-10", "here-2", patient="here", facility=OTHER_FACILITY),
        screening_exam("2021-02-10", "here-3", patient="here", status="cancelled"),
        screening_exam("2021-01-10", "unknown-1", patient=None),
        screening_exam("2021-02-10", "unknown-2", patient=None),
    )

    columns = "exam_unique_id, former_exam_unique_id"
    rows = await shown(database, "lcsr.close_exams", columns, HERE)

    assert rows == [("close-2", "close-1")]


async def test_a_second_baseline_of_a_patient_is_listed(database: asyncpg.Connection) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-10", "e-1"),
        screening_exam("2022-01-10", "e-2"),
        screening_exam("2023-01-10", "e-3", Indication_Of_Exam="2"),
        screening_exam("2021-01-10", "e-4", patient="p-2"),
        screening_exam("2022-01-10", "e-5", patient="p-2", status="cancelled"),
        screening_exam("2022-01-10", "e-6", patient="p-2", facility=OTHER_FACILITY),
        screening_exam("2021-01-10", "e-7", patient=None),
        screening_exam("2022-01-10", "e-8", patient=None),
    )

    columns = "patient_key, baselines, exam_unique_ids"
    rows = await shown(database, "lcsr.repeated_baselines", columns, HERE)

    assert rows == [("other:p-1", 2, ["e-1", "e-2"])]


async def test_a_key_with_several_birth_dates_or_sexes_clashes(
    database: asyncpg.Connection,
) -> None:
    other: dict[str, Any] = {"Patient_Date_Of_Birth": "10/01/1962", "Patient_Sex": "F"}
    await lay_in(
        database,
        screening_exam("2021-01-10", "e-1"),
        screening_exam("2022-01-10", "e-2", Patient_Date_Of_Birth="10/01/1962"),
        screening_exam("2021-01-10", "e-3", patient="p-2"),
        screening_exam("2022-01-10", "e-4", patient="p-2", Patient_Sex="F"),
        screening_exam("2021-01-10", "e-5", patient="p-3"),
        screening_exam("2022-01-10", "e-6", patient="p-3", Patient_Sex=None),
        screening_exam("2022-01-10", "e-7", patient="p-3", facility=OTHER_FACILITY, **other),
        screening_exam("2022-01-10", "e-8", patient="p-3", status="cancelled", **other),
        screening_exam("2021-01-10", "e-9", patient=None),
        screening_exam("2022-01-10", "e-0", patient=None, **other),
    )

    columns = "patient_key, birth_dates, sexes, exam_unique_ids"
    rows = await shown(database, "lcsr.clashing_patients", columns, HERE)

    assert rows == [
        ("other:p-1", 2, 1, ["e-1", "e-2"]),
        ("other:p-2", 1, 2, ["e-3", "e-4"]),
    ]


async def test_one_name_and_birth_date_under_several_keys_may_be_one_patient(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        screening_exam("2021-01-10", "e-1", Patient_Last_Name="ZZSAMPLE"),
        screening_exam("2022-01-10", "e-2", patient="p-2"),
        screening_exam("2023-01-10", "e-3", patient="p-2"),
        screening_exam("2021-01-10", "e-4", patient="p-3", Patient_First_Name="Aspen"),
        screening_exam("2022-01-10", "e-9", patient="p-3", Patient_First_Name="Aspen"),
        screening_exam("2021-01-10", "e-5", patient="p-4", Patient_Date_Of_Birth="10/01/1962"),
        screening_exam("2021-01-10", "e-6", patient="p-5", facility=OTHER_FACILITY),
        screening_exam("2021-01-10", "e-7", patient="p-6", status="cancelled"),
        screening_exam("2021-01-10", "e-8", patient=None),
    )

    columns = "last_name, first_name, patient_keys"
    rows = await shown(database, "lcsr.possible_duplicate_patients", columns, HERE)

    assert rows == [("zzsample", "alder", ["other:p-1", "other:p-2"])]


async def test_a_transaction_id_is_used_once_by_a_partner_and_application(
    database: asyncpg.Connection,
) -> None:
    def transaction(number: str, **header: str | None) -> Submission:
        told = {"Transaction_ID": number, **header}
        changes = {f"/payload/Transaction_Header/{name}": value for name, value in told.items()}
        return record(REGISTRY, "two-exams", changes)

    await lay_in(
        database,
        transaction("views-1"),
        transaction("views-1"),
        transaction("views-2"),
        transaction("views-2", Partner_ID="ANOTHER"),
        transaction("views-2", App_ID="ANOTHER"),
        screening_exam("2021-01-01"),
        screening_exam("2021-01-01"),
        record(REGISTRY, "cancelled"),
        record(REGISTRY, "cancelled"),
    )

    columns = "transaction_id, submissions, transaction_partner_id, transaction_app_id"
    where = "transaction_id LIKE 'views-%' OR transaction_id IS NULL"
    rows = await shown(database, "lcsr.repeated_transactions", columns, where)

    assert rows == [("views-1", 2, "SYNPARTNER", "SYNAPP")]
