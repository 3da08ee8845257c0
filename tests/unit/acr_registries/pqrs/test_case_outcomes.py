"""What cases mean under their measures: the reference's worked example, and rules by year."""

from collections.abc import Callable
from typing import Any

import pytest

from acr_registries.forms import Path

Compute = Callable[..., dict[Path, dict[str, Any]]]
CASE = "/payload/records/0/"
YEAR = "/dartheader/programspecificdata/performanceyear"


@pytest.fixture
def one(compute: Compute) -> Callable[..., dict[str, Any]]:
    """Compute the columns of one case of a measure and year, with further elements."""

    def one_case(measure: str, year: int, **elements: Any) -> dict[str, Any]:
        codes = elements.pop("codes", None)
        if codes is not None:
            elements["response"] = None
            elements["qualitycodes"] = [
                {"code": code, "modifier": modifier} if modifier else {"code": code}
                for code, _, modifier in (each.partition("-") for each in codes)
            ]
        changes = {YEAR: year, f"{CASE}measureid": measure, f"{CASE}dateofservice": f"{year}-05-04"}
        changes |= {f"{CASE}{name}": value for name, value in elements.items()}
        if year < 2017:
            changes["/dartheader/programspecificdata/programversion"] = "pqrs"
        return compute("minimal", changes)["records", 0]

    return one_case


def test_the_worked_example_comes_out_as_the_reference_says(compute: Compute) -> None:
    """Goal: section 6.1, whose expected outcomes stand below its JSON."""
    cases = compute("case-batch")

    outcomes = {
        case["measure"]: case["performance_outcome"]
        for path, case in cases.items()
        if path[0] == "records"
    }
    assert outcomes == {"145": "met", "364": "not_met", "406": "exception", "ACRAD18": "observed"}
    assert all(case["denominator_eligible"] for path, case in cases.items() if path[0] == "records")
    assert cases["records", 2]["lower_is_better"] is True


@pytest.mark.parametrize(
    ("year", "lower_is_better", "rank_of_met"), [(2016, True, 4), (2019, True, 4), (2020, False, 1)]
)
def test_measure_405_turned_its_direction_in_2020(
    one: Callable[..., dict[str, Any]], year: int, lower_is_better: bool, rank_of_met: int
) -> None:
    case = one("405", year, procedurecodes=["74177"], codes=["G9547", "G9548"])

    assert case["lower_is_better"] is lower_is_better
    assert case["outcome_rank"] == rank_of_met
    assert case["performance_outcome"] == "met"


@pytest.mark.parametrize(("year", "outcome"), [(2019, "not_met"), (2020, "met")])
def test_the_best_of_several_codes_counts_by_the_years_direction(
    one: Callable[..., dict[str, Any]], year: int, outcome: str
) -> None:
    both = ["G9547", "G9548", "G9550"]

    assert one("405", year, codes=both)["performance_outcome"] == outcome


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        (["3570F"], "met"),
        (["3570F-8P"], "not_met"),
        (["3570F-3P"], "exception"),
        (["3570F-1P"], "unreported"),
        (["3570F", "3570F-8P"], "met"),
        (["3570F-3P", "3570F-8P"], "exception"),
    ],
)
def test_a_bare_code_means_met_only_without_modifier(
    one: Callable[..., dict[str, Any]], codes: list[str], outcome: str
) -> None:
    case = one("147", 2019, procedurecodes=["78306"], codes=codes)

    assert case["performance_outcome"] == outcome


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [(["G9552"], "unreported"), (["G9552", "G9556"], "not_met"), (["G9557"], "exclusion")],
)
def test_an_outcome_needs_all_of_its_codes(
    one: Callable[..., dict[str, Any]], codes: list[str], outcome: str
) -> None:
    assert one("406", 2025, codes=codes)["performance_outcome"] == outcome


def test_only_one_of_seven_codes_of_146_is_met(one: Callable[..., dict[str, Any]]) -> None:
    codes = ("3340F", "3341F", "3342F", "3343F", "3344F", "3345F", "3350F")

    met = [code for code in codes if one("146", 2019, codes=[code])["outcome_rank"] == 4]

    assert met == ["3343F"]


@pytest.mark.parametrize(
    ("measure", "year", "elements", "eligible"),
    [
        ("364", 2018, {"procedurecodes": ["71260"], "patientage": 18}, True),
        ("364", 2019, {"procedurecodes": ["71260"], "patientage": 34}, False),
        ("364", 2019, {"procedurecodes": ["71260"], "patientage": 35}, True),
        ("364", 2020, {"procedurecodes": ["71271"]}, False),
        ("364", 2021, {"procedurecodes": ["71271"]}, True),
        ("364", 2021, {"procedurecodes": ["71271"], "codes": ["G9345"]}, False),
        ("364", 2021, {"procedurecodes": ["71271"], "codes": ["G9754", "G9345"]}, True),
        ("360", 2024, {"procedurecodes": ["78466"]}, False),
        ("360", 2025, {"procedurecodes": ["78466"]}, True),
        ("405", 2019, {"procedurecodes": ["76700"]}, True),
        ("405", 2025, {"procedurecodes": ["76700"]}, False),
        ("405", 2025, {"procedurecodes": ["72195"]}, True),
        ("436", 2020, {"procedurecodes": ["G0297"]}, True),
        ("436", 2021, {"procedurecodes": ["G0297"]}, False),
        ("145", 2019, {"procedurecodes": ["G0106"]}, True),
        ("145", 2025, {"procedurecodes": ["G0106"]}, False),
        ("195", 2020, {"procedurecodes": ["93880"], "patientage": 17}, True),
        ("195", 2021, {"procedurecodes": ["93880"], "patientage": 17}, False),
        ("225", 2017, {"procedurecodes": ["G0202"], "diagnosiscodes": ["Z12.31"]}, True),
        ("225", 2018, {"procedurecodes": ["G0202"], "diagnosiscodes": ["Z12.31"]}, False),
        ("225", 2018, {"procedurecodes": ["77067"], "diagnosiscodes": ["R92.8"]}, False),
        ("145", 2018, {"placeofservice": "02"}, True),
        ("145", 2019, {"placeofservice": "02"}, False),
        ("145", 2021, {"placeofservice": "10"}, True),
        ("145", 2022, {"placeofservice": "10"}, False),
        ("145", 2025, {"proceduremodifiers": ["GT"]}, False),
        ("ACRAD36", 2025, {"patientsex": "M", "patientage": 51}, False),
        ("ACRAD36", 2025, {"patientsex": "F", "patientage": 51}, True),
        ("465", 2025, {"patientsex": "M"}, False),
    ],
)
def test_the_denominator_is_the_one_of_the_year(
    one: Callable[..., dict[str, Any]],
    measure: str,
    year: int,
    elements: dict[str, Any],
    eligible: bool,
) -> None:
    assert one(measure, year, **elements)["denominator_eligible"] is eligible


def test_procedures_of_one_patient_and_day_have_one_counting_key(
    one: Callable[..., dict[str, Any]],
) -> None:
    first = one("145", 2025, caseid="a")["counting_key"]

    assert one("145", 2025, caseid="b", procedurecodes=["70010"])["counting_key"] == first
    assert one("145", 2025, caseid="b", patientid="another")["counting_key"] != first
    assert one("ACRAD36", 2025, caseid="a")["counting_key"] == "case a"
    assert one("ACRAD36", 2025, caseid="b")["counting_key"] == "case b"


@pytest.mark.parametrize(
    ("measure", "year", "payer", "counts"),
    [
        ("147", 2016, "commercial", False),
        ("147", 2016, "medicare_ffs", True),
        ("ACRAD15", 2016, "commercial", True),
        ("147", 2019, "commercial", True),
    ],
)
def test_only_medicare_counts_for_pqrs_measures(
    one: Callable[..., dict[str, Any]], measure: str, year: int, payer: str, counts: bool
) -> None:
    assert one(measure, year, payer=payer)["in_program_population"] is counts


def test_a_case_of_another_registrys_measure_is_not_looked_at(
    one: Callable[..., dict[str, Any]],
) -> None:
    case = one("QMM23", 2025)

    assert case["denominator_eligible"] is None
    assert case["outcome_rank"] is None
    assert case["performance_outcome"] == "met"
