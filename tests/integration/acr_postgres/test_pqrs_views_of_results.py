"""PQRS's views of results, and of who may send them. Rows are laid in and taken back again."""

from typing import Any

import asyncpg
import pytest

from acr_domain.submission import Submission
from acr_registries.catalogue import load_registries
from acr_testkit import laid_records
from acr_testkit.laid_records import OTHER_FACILITY, OTHER_TIN, TIN, pqrs_record, shown

FIRST, SECOND = "2000000010", "2000000028"
OURS = f"tin IN ('{TIN}', '{OTHER_TIN}')"
GROUP, ALONE = "group-measure-results", "individual-cms-submission"


async def lay_in(database: asyncpg.Connection, *records: Submission) -> None:
    await laid_records.lay_in(database, load_registries()["pqrs"], *records)


def results(values: dict[str, dict[str, Any]], tin: str = TIN, **told: Any) -> Submission:
    """Make a record of a group's results by measure."""
    sets = [
        {
            "category": "quality",
            "submissionMethod": "registry",
            "performanceStart": "2025-01-01",
            "performanceEnd": "2025-12-31",
            "measurements": [
                {"measureId": measure, "value": {"isEndToEndReported": False, **value}}
                for measure, value in values.items()
            ],
        }
    ]
    elements = {"taxpayerIdentificationNumber": tin, "measurementSets": sets}
    return pqrs_record(GROUP, tin=tin, **{**elements, **told})


def counts(eligible: int, met: int, not_met: int | None) -> dict[str, Any]:
    told = {"eligiblePopulation": eligible, "performanceMet": met, "performanceNotMet": not_met}
    return {name: count for name, count in told.items() if count is not None}


async def test_the_published_results_have_the_rates_that_they_should(
    database: asyncpg.Connection,
) -> None:
    """Reference, 6.2."""
    await lay_in(database, pqrs_record(GROUP, taxpayerIdentificationNumber=TIN))

    columns = "measure, lower_is_better, eligible, performance_rate, mean_value, case_count"
    rows = await shown(database, "pqrs.pooled_results", columns, OURS)

    def about(rate: float) -> Any:
        return pytest.approx(rate, abs=0.005)

    assert rows == [
        ("145", False, 1240, about(95.92), None, 1240),
        ("405", False, 310, about(89.73), None, 310),
        ("406", True, 205, about(3.06), None, 205),
        ("ACRAD18", True, None, None, about(3.42), 28900),
        ("ACRAD34", False, 10000, about(87.5), None, 10000),
        ("ACRAD37", False, 160, about(95.0), None, 160),
    ]


async def test_results_of_several_facilities_are_pooled_before_rates_are_formed(
    database: asyncpg.Connection,
) -> None:
    """With the results of 6.2: 1200 of 1300; 16 of 296; 9000 of 11250; 3.42 h of 28650, 6.84 h of half."""
    strata = [{"stratum": "chest", **counts(1250, 250, 1000)}]
    second = {
        "145": counts(76, 26, 50),
        "406": counts(100, 10, 90),
        "ACRAD34": {"strata": strata},
        "ACRAD18": {"numerator": 6.84, "denominator": 15000, "observationInstances": 14325},
    }
    wrong = {"145": counts(1000, 0, 1000)}
    npi: dict[str, Any] = {"nationalProviderIdentifier": FIRST}
    await lay_in(
        database,
        pqrs_record(GROUP, taxpayerIdentificationNumber=TIN),
        results(second, facility=OTHER_FACILITY),
        results(wrong, status="in_progress"),
        results(wrong, status="cancelled"),
        results(wrong, program={"submissiontype": "cms_submission"}),
        results(wrong, tin=OTHER_TIN),
        results({"145": counts(4, 1, 3)}, **npi),
        results({"145": counts(6, 2, None)}, **npi),
    )

    columns = "measure, npi, tin, results, eligible, performance_rate, mean_value"
    where = f"{OURS} AND measure IN ('145', '406', 'ACRAD18', 'ACRAD34')"
    rows = await shown(database, "pqrs.pooled_results", columns, where)

    assert sorted(rows, key=repr) == [
        ("145", FIRST, TIN, 2, 10, 25.0, None),
        ("145", None, OTHER_TIN, 1, 1000, 0.0, None),
        ("145", None, TIN, 2, 1316, pytest.approx(100 * 12 / 13), None),
        ("406", None, TIN, 2, 305, pytest.approx(100 * 16 / 296), None),
        ("ACRAD18", None, TIN, 2, None, None, pytest.approx(4.56)),
        ("ACRAD34", None, TIN, 2, 11250, 80.0, None),
    ]


async def test_a_tin_reports_as_a_group_or_by_individuals_but_not_both(
    database: asyncpg.Connection,
) -> None:
    alone = {"npi": FIRST, "entitytype": "individual"}
    await lay_in(
        database,
        pqrs_record(GROUP),
        pqrs_record(GROUP, status="in_progress"),
        pqrs_record("attestation", program=alone),
        pqrs_record(GROUP, tin=OTHER_TIN),
        pqrs_record("attestation", tin=OTHER_TIN),
        pqrs_record(ALONE, tin=OTHER_TIN, status="cancelled"),
        pqrs_record(ALONE, tin=OTHER_TIN, status="in_progress"),
        pqrs_record("minimal", tin=OTHER_TIN),
        pqrs_record(GROUP, tin=OTHER_TIN, program={"entitytype": "apm"}),
        pqrs_record(ALONE, tin=OTHER_TIN, year=2024),
    )

    columns = "tin, performanceyear, entity_types, records"
    rows = await shown(database, "pqrs.reporting_level_conflicts", columns, OURS)

    assert rows == [(TIN, 2025, ["group", "individual"], 2)]


def registered(npi: str = FIRST, tin: str = TIN, **told: Any) -> Submission:
    """Make a record that registers a clinician under a TIN."""
    return pqrs_record("registration", tin=tin, npi=npi, **told)


async def test_a_case_lies_within_a_span_in_which_its_clinician_bills_under_the_tin(
    database: asyncpg.Connection,
) -> None:
    span: dict[str, Any] = {"tineffectivefrom": "2025-03-01", "tineffectiveto": "2025-03-31"}
    later: dict[str, Any] = {"tineffectivefrom": "2025-06-01", "tineffectiveto": None}
    draft: dict[str, Any] = {
        "tineffectivefrom": "2025-01-01",
        "tineffectiveto": None,
        "status": "in_progress",
    }

    def case(day: str, npi: str = FIRST) -> Submission:
        return pqrs_record(caseid=day + npi, dateofservice=day, npi=npi)

    await lay_in(
        database,
        registered(**span),
        registered(**later),
        registered(**draft),
        registered(tin=OTHER_TIN, tineffectivefrom="2025-01-01", tineffectiveto=None),
        case("2025-02-28"),
        case("2025-03-01"),
        case("2025-03-31"),
        case("2025-04-01"),
        case("2025-05-31"),
        case("2025-06-01"),
        case("2025-02-28", SECOND),
    )

    columns = "dateofservice::text, reporting_npi"
    where = f"reporting_tin IN ('{TIN}', '{OTHER_TIN}')"
    rows = await shown(database, "pqrs.cases_outside_registration", columns, where)

    assert rows == [("2025-02-28", FIRST), ("2025-04-01", FIRST), ("2025-05-31", FIRST)]


async def test_what_is_sent_to_cms_needs_document_waiver_and_attestation_in_one_registration(
    database: asyncpg.Connection,
) -> None:
    npis = {name: f"200000{place}" for place, name in enumerate("abcdefg", start=1000)}

    def case(name: str, **told: Any) -> Submission:
        return pqrs_record(caseid=name, npi=npis[name], **told)

    await lay_in(
        database,
        *(case(name) for name in "abcdef"),
        case("g", status="in_progress"),
        registered(npis["a"]),
        registered(npis["b"], tindocument=None),
        registered(npis["b"], participationattested=None),
        registered(npis["c"], tindocument=None, participationattested=None),
        registered(npis["d"], status="in_progress"),
        registered(npis["e"], tin=OTHER_TIN),
        registered(npis["f"], status="cancelled"),
        registered(npis["g"], tin=OTHER_TIN),
        pqrs_record(GROUP, tin=OTHER_TIN),
    )

    columns = "npi, tin, tin_document, waiver, attested, ready"
    rows = await shown(database, "pqrs.send_readiness", columns, OURS)

    assert rows == [
        (npis["a"], TIN, True, True, True, True),
        (npis["b"], TIN, True, True, True, False),
        (npis["c"], TIN, False, True, False, False),
        (npis["d"], TIN, False, False, False, False),
        (npis["e"], TIN, False, False, False, False),
        (npis["f"], TIN, False, False, False, False),
        (None, OTHER_TIN, True, True, True, True),
    ]
