"""PQRS's views of cases and their rates. Rows are laid in and taken back again."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from acr_domain.submission import Submission
from acr_registries.catalogue import load_registries
from acr_registries.examples import RECEIVED_AT
from acr_testkit import laid_records
from acr_testkit.laid_records import (
    OTHER_FACILITY,
    OTHER_PARTNER,
    OTHER_TIN,
    TIN,
    lay_in_plenty,
    pqrs_record,
    read_views,
    shown,
)

REGISTRY = load_registries()["pqrs"]
LATER, LATEST = RECEIVED_AT + timedelta(days=1), RECEIVED_AT + timedelta(days=2)
FIRST, SECOND = "2000000010", "2000000028"
OURS = f"reporting_tin IN ('{TIN}', '{OTHER_TIN}')"


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, REGISTRY, *records)


def case(case_id: str, response: str | None = "met", npi: str = FIRST, **told: Any) -> Submission:
    """Make a record of one case, by default of measure 145 and of a patient of its own."""
    own = {"caseid": case_id, "patientid": f"p-{case_id}", "response": response, "npi": npi}
    return pqrs_record(**{**own, **told})


async def test_every_view_is_described_and_can_be_read(database: asyncpg.Connection) -> None:
    await lay_in_plenty(database, REGISTRY, synthetic=300)

    views = await read_views(database, "pqrs")

    assert len(views) == 10
    assert all(views.values())


async def test_a_case_is_replaced_by_the_newer_one_of_its_facility_measure_and_year(
    database: asyncpg.Connection,
) -> None:
    await lay_in(
        database,
        case("c-1", patientid="former"),
        case("c-1", patientid="newer", received_at=LATER),
        case("c-1", patientid="other partner", received_at=LATEST, partner=OTHER_PARTNER),
        case("c-1", patientid="in progress", received_at=LATEST, status="in_progress"),
        case("c-1", patientid="cancelled", received_at=LATEST, status="cancelled"),
        case("c-1", patientid="other facility", facility=OTHER_FACILITY),
        case("c-1", patientid="other measure", measureid="360"),
        case("c-1", patientid="other year", year=2024, dateofservice="2024-09-02"),
        case("c-2", patientid="other case"),
    )

    rows = await shown(database, "pqrs.current_cases", "patientid, caseid", OURS)

    assert rows == [
        ("newer", "c-1"),
        ("other case", "c-2"),
        ("other facility", "c-1"),
        ("other measure", "c-1"),
        ("other partner", "c-1"),
        ("other year", "c-1"),
    ]


async def test_procedures_of_one_patient_and_day_count_once_with_the_best_outcome(
    database: asyncpg.Connection,
) -> None:
    inverse: dict[str, Any] = {"measureid": "406", "procedurecodes": ["71250"], "patientid": "p-2"}
    await lay_in(
        database,
        case("c-1", "not_met", patientid="p-1"),
        case("c-2", "met", patientid="p-1", procedurecodes=["74230", "74221"]),
        case("c-3", None, patientid="p-1"),
        case("c-4", "not_met", patientid="p-1", dateofservice="2025-09-03"),
        case("c-5", "met", **inverse),
        case("c-6", "not_met", **inverse),
        case("c-7", "met", procedurecodes=["71046"]),
        case("c-8", "met", patientage=17, measureid="406", procedurecodes=["71250"]),
        case("c-9", "not_met", SECOND, patientid="p-1"),
    )

    columns = "counting_key, reporting_npi, measure, cases, performance_outcome, lower_is_better"
    rows = await shown(database, "pqrs.instances", columns, OURS)

    assert rows == [
        ("2025-09-02 p-1", FIRST, "145", 3, "met", False),
        ("2025-09-02 p-1", SECOND, "145", 1, "not_met", False),
        ("2025-09-02 p-2", FIRST, "406", 2, "not_met", True),
        ("2025-09-03 p-1", FIRST, "145", 1, "not_met", False),
    ]


async def test_only_medicare_patients_count_for_measures_of_pqrs(
    database: asyncpg.Connection,
) -> None:
    day: dict[str, Any] = {"year": 2016, "dateofservice": "2016-09-02"}
    await lay_in(
        database,
        case("c-1", payer="medicare_ffs", **day),
        case("c-2", payer="commercial", **day),
        case("c-3", payer="commercial"),
    )

    rows = await shown(database, "pqrs.instances", "performanceyear, counting_key", OURS)

    assert rows == [(2016, "2016-09-02 p-c-1"), (2025, "2025-09-02 p-c-3")]


async def test_the_published_batch_comes_out_as_it_says(database: asyncpg.Connection) -> None:
    """Reference, 6.1: met; not met; an exception of an inverse measure; one observation of 1.35 h."""
    await lay_in(database, pqrs_record("case-batch"))

    columns = (
        "measure, lower_is_better, eligible, met, not_met, exceptions, observed,"
        " performance_rate, answered_rate, mean_value"
    )
    rows = await shown(database, "pqrs.clinician_rates", columns, OURS)

    assert rows == [
        ("145", False, 1, 1, 0, 0, 0, 100.0, 100.0, None),
        ("364", False, 1, 0, 1, 0, 0, 0.0, 100.0, None),
        ("406", True, 1, 0, 0, 1, 0, None, 100.0, None),
        ("ACRAD18", True, 1, 0, 0, 0, 1, None, 100.0, 1.35),
    ]


async def lay_in_a_practice(database: asyncpg.Connection) -> None:
    """Lay in what two clinicians did at two facilities of one TIN, and one under another TIN."""
    answers = ["met"] * 3 + ["not_met"]
    elsewhere: list[str | None] = ["met", "not_met", "not_met", "exception", "exclusion", None]
    hours: dict[str, Any] = {"measureid": "ACRAD18", "procedurecodes": ["74177"]}
    there: dict[str, Any] = {"npi": SECOND, "facility": OTHER_FACILITY}
    await lay_in(
        database,
        *(case(f"c-{place}", answer) for place, answer in enumerate(answers)),
        *(case(f"d-{place}", answer, **there) for place, answer in enumerate(elsewhere)),
        case("e-1", None, numericvalue=1.0, **hours),
        case("e-1", None, numericvalue=3.0, facility=OTHER_FACILITY, **hours),
        case("e-2", None, numericvalue=8.0, **hours, **there),
        case("c-9", "not_met", tin=OTHER_TIN),
    )


async def test_a_clinician_has_one_rate_over_all_facilities(database: asyncpg.Connection) -> None:
    await lay_in_a_practice(database)

    columns = (
        "measure, reporting_npi, eligible, met, not_met, exceptions, exclusions, observed,"
        " unreported, performance_rate, answered_rate, mean_value"
    )
    rows = await shown(database, "pqrs.clinician_rates", columns, f"reporting_tin = '{TIN}'")

    assert rows == [
        ("145", FIRST, 4, 3, 1, 0, 0, 0, 0, 75.0, 100.0, None),
        ("145", SECOND, 6, 1, 2, 1, 1, 0, 1, pytest.approx(100 / 3), pytest.approx(500 / 6), None),
        ("ACRAD18", FIRST, 2, 0, 0, 0, 0, 2, 0, None, 100.0, 2.0),
        ("ACRAD18", SECOND, 1, 0, 0, 0, 0, 1, 0, None, 100.0, 8.0),
    ]


async def test_cases_of_a_practice_are_pooled_before_its_rate_is_formed(
    database: asyncpg.Connection,
) -> None:
    """4 of 7 are met, which is not the mean of 75 % and 33.3 %; 4 h is the mean of 1, 3 and 8 h."""
    await lay_in_a_practice(database)

    columns = (
        "reporting_tin, measure, clinicians, eligible, met, not_met, exceptions, exclusions,"
        " observed, unreported, performance_rate, answered_rate, mean_value"
    )
    rows = await shown(database, "pqrs.practice_rates", columns, OURS)

    assert rows == [
        (OTHER_TIN, "145", 1, 1, 0, 1, 0, 0, 0, 0, 0.0, 100.0, None),
        (TIN, "145", 2, 10, 4, 3, 1, 1, 0, 1, pytest.approx(400 / 7), 90.0, None),
        (TIN, "ACRAD18", 2, 3, 0, 0, 0, 0, 3, 0, None, 100.0, 4.0),
    ]


async def test_completeness_is_of_the_newest_total_that_a_practice_declares(
    database: asyncpg.Connection,
) -> None:
    outside: dict[str, Any] = {"procedurecodes": ["71046"], "facility": "161803"}

    def declared(measure: str, total: int | None, **told: Any) -> Submission:
        totals = {"measureid": measure, "allsubmitted": total is None, "eligibletotal": total}
        return case("outside", payload={"declaredtotals": [totals]}, **outside, **told)

    await lay_in_a_practice(database)
    await lay_in(
        database,
        declared("145", 100, received_at=RECEIVED_AT - timedelta(days=1)),
        declared("145", 18),
        declared("145", 1, status="in_progress", received_at=LATER),
        declared("ACRAD18", 2),
        declared("360", None),
        declared("145", None, tin=OTHER_TIN),
        declared("145", 18, year=2024),
    )

    columns = (
        "tin, performanceyear, measure, allsubmitted, received, reporting_denominator,"
        " completeness, total_too_small"
    )
    rows = await shown(
        database, "pqrs.declared_completeness", columns, f"tin IN ('{TIN}', '{OTHER_TIN}')"
    )

    assert sorted(rows) == [
        (OTHER_TIN, 2025, "145", True, 1, 1, 100.0, False),
        (TIN, 2024, "145", False, 0, 18, 0.0, False),
        (TIN, 2025, "145", False, 10, 18, 50.0, False),
        (TIN, 2025, "360", True, 0, 0, None, False),
        (TIN, 2025, "ACRAD18", False, 3, 2, 150.0, True),
    ]


async def test_a_measure_needs_cases_and_answers_enough_of_its_year(
    database: asyncpg.Connection,
) -> None:
    async def answered(tin: str, year: int, answers: int, cases: int) -> None:
        told: dict[str, Any] = {"tin": tin, "year": year, "dateofservice": f"{year}-09-02"}
        for place in range(cases):
            response = "met" if place < answers else None
            await lay_in(database, case(f"{tin}-{place}", response, payer="medicare_ffs", **told))

    await answered(TIN, 2025, 15, 20)
    await answered(OTHER_TIN, 2025, 14, 19)
    await answered(TIN, 2016, 10, 20)
    await answered(OTHER_TIN, 2016, 9, 20)

    columns = "reporting_tin, performanceyear, eligible, enough_cases, complete_enough"
    rows = await shown(database, "pqrs.measure_readiness", columns, OURS)

    assert rows == [
        (OTHER_TIN, 2016, 20, True, False),
        (OTHER_TIN, 2025, 19, False, False),
        (TIN, 2016, 20, True, True),
        (TIN, 2025, 20, True, True),
    ]
