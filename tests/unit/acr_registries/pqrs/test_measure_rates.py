"""Rates and counts of measure results: the reference's worked examples, and what they have no rate of."""

from collections.abc import Callable
from typing import Any

import pytest

from acr_registries.forms import Path

Compute = Callable[..., dict[Path, dict[str, Any]]]
SET = ("records", 0, "measurementSets", 0, "measurements")
AT = "/payload/records/0/measurementSets/0/measurements/"


def by_measure(computed: dict[Path, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["measure"]: each for each in computed.values() if "measure" in each}


def test_the_worked_example_of_a_group_has_the_rates_of_the_reference(compute: Compute) -> None:
    """Goal: section 6.2, whose rates stand below its JSON."""
    results = by_measure(compute("group-measure-results"))

    rates = {name: each["computed_performance_rate"] for name, each in results.items()}
    shares = {name: each["completeness"] for name, each in results.items()}
    assert rates == {
        "145": pytest.approx(95.92, abs=0.005),
        "405": pytest.approx(89.73, abs=0.005),
        "406": pytest.approx(3.06, abs=0.005),
        "ACRAD37": 95.0,
        "ACRAD34": 87.5,
        "ACRAD18": None,
    }
    assert shares["145"] == pytest.approx(98.71, abs=0.005)
    assert shares["405"] == shares["406"] == 100.0
    assert shares["ACRAD18"] == pytest.approx(99.13, abs=0.005)
    assert results["406"]["lower_is_better"] is True
    assert results["405"]["lower_is_better"] is False


def test_the_worked_example_of_pqrs_has_the_rates_that_it_was_sent_with(compute: Compute) -> None:
    """Goal: section 6.3, whose registry sends rates rounded to hundredths."""
    results = by_measure(compute("pqrs-2016-individual"))

    assert results["147"]["computed_reporting_rate"] == pytest.approx(97.62, abs=0.005)
    assert results["147"]["computed_performance_rate"] == pytest.approx(94.29, abs=0.005)
    assert results["146"]["computed_reporting_rate"] == pytest.approx(98.24, abs=0.005)
    assert results["146"]["computed_performance_rate"] == pytest.approx(0.6, abs=0.005)
    assert results["146"]["lower_is_better"] is True


def test_nothing_left_after_exclusions_has_no_rate(compute: Compute) -> None:
    value = {"eligiblePopulation": 5, "eligiblePopulationException": 5}
    none = {f"{AT}0/value": value | {"performanceMet": 0, "performanceNotMet": 0}}
    untold = {f"{AT}0/value": value | {"performanceMet": 3}}

    for changes in (none, untold):
        results = by_measure(compute("group-measure-results", changes))
        assert results["145"]["computed_performance_rate"] is None
        assert results["145"]["completeness"] == (100.0 if changes is none else None)


def test_case_counts_leave_exclusions_out_for_qcdr_measures_alone(compute: Compute) -> None:
    excluded = {
        f"{AT}0/value/eligiblePopulationExclusion": 7,
        f"{AT}3/value/eligiblePopulationExclusion": 7,
    }

    results = by_measure(compute("group-measure-results", excluded))

    counts = {name: each["computed_case_count"] for name, each in results.items()}
    assert (counts["145"], counts["ACRAD37"]) == (1240, 153)
    assert (counts["ACRAD34"], counts["ACRAD18"]) == (10_000, 28_900)


def test_strata_have_rates_of_their_own(compute: Compute) -> None:
    computed = compute("group-measure-results")

    place = (*SET, 4, "value", "strata")
    rates = [computed[*place, each]["computed_performance_rate"] for each in range(3)]
    assert rates == [87.0, 90.0, pytest.approx(86.39, abs=0.005)]


def test_cancer_detection_is_a_rate_per_thousand(compute: Compute) -> None:
    year = {
        "/dartheader/programspecificdata/performanceyear": 2018,
        f"{AT}3/measureId": "ACRad 3",
        f"{AT}3/value/performanceMet": 5,
        f"{AT}3/value/performanceNotMet": 995,
    }

    results = by_measure(compute("group-measure-results", year))

    assert results["ACRAD3"]["computed_performance_rate"] == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("met", "decile"), [(262, 3), (250, 1), (292, 10)], ids=["as sent", "low", "all"]
)
def test_the_decile_is_the_one_of_the_benchmark(compute: Compute, met: int, decile: int) -> None:
    changes = {f"{AT}1/value/performanceMet": met, f"{AT}1/value/performanceNotMet": 292 - met}

    results = by_measure(compute("group-measure-results", changes))

    assert results["405"]["benchmark_decile"] == decile


def test_deciles_of_inverse_measures_are_better_the_lower_the_rate(compute: Compute) -> None:
    results = by_measure(compute("group-measure-results"))

    assert results["406"]["benchmark_decile"] == 7
    assert results["ACRAD18"]["benchmark_decile"] == 4
    other_year = {"/dartheader/programspecificdata/performanceyear": 2024}
    earlier = by_measure(compute("group-measure-results", other_year))
    assert earlier["406"]["benchmark_decile"] is None
