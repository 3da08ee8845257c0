"""The measures as data: years, directions, code sets and benchmarks fit together."""

from collections import Counter
from itertools import pairwise

import pytest

from acr_registries.data_files import read_tables
from acr_registries.elements import read_measures
from acr_registries.pqrs.benchmarks import benchmarks, decile
from acr_registries.pqrs.measure_results import StratumResult
from acr_registries.pqrs.measures import definitions, is_foreign, measure_in
from acr_registries.pqrs.rates import strata_rate

PACKAGE = "acr_registries.pqrs"


@pytest.mark.parametrize(
    ("measure", "years", "gone"),
    [
        ("145", (2014, 2017, 2027), (2013, 2028)),
        ("147", (2016, 2023), (2024,)),
        ("322", (2025,), (2026,)),
        ("359", (2018,), (2019,)),
        ("436", (2016, 2024), (2015, 2025)),
        ("494", (2025, 2027), (2024,)),
        ("465", (2018,), (2017,)),
        ("ACRad 2", (2017,), (2018,)),
        ("ACRad 20", (2016,), (2017,)),
        ("ACRAD34", (2019, 2027), (2018,)),
        ("acrad 43", (2025,), (2024, 2026)),
        ("ACRAD44", (2026, 2027), (2025,)),
        ("ACRAD24", (), (2017,)),
        ("IA_PSPA_29", (2018, 2023), (2017, 2024)),
    ],
)
def test_a_measure_is_there_in_its_years(
    measure: str, years: tuple[int, ...], gone: tuple[int, ...]
) -> None:
    assert all(measure_in(measure, year) for year in years)
    assert not any(measure_in(measure, year) for year in gone)


def test_the_registrys_own_measures_of_2026_are_four() -> None:
    own = [name for name in definitions() if (found := measure_in(name, 2026)) and found.qcdr]

    assert own == ["ACRAD34", "ACRAD44", "ACRAD45", "ACRAD46"]


def test_the_measures_group_of_radiation_exposure_has_six() -> None:
    group = [
        name for name in definitions() if (found := measure_in(name, 2016)) and found.group == "AB"
    ]

    assert group == ["359", "360", "361", "362", "363", "364"]


def test_definitions_of_a_measure_follow_each_other_without_gap() -> None:
    for name, each in definitions().items():
        assert all(one.since <= one.until for one in each), name
        pairs = pairwise(each)
        assert all(one.until + 1 == following.since for one, following in pairs), name


def test_denominators_have_as_many_codes_as_the_reference_counts() -> None:
    sets = read_tables(PACKAGE, "denominators.toml")
    counts = {name: len(table["codes"].split()) for name, table in sets.items()}

    assert (counts["fluoroscopy_2025"], counts["fluoroscopy_2019"]) == (253, 263)
    assert all(max(Counter(table["codes"].split()).values()) == 1 for table in sets.values())


def test_every_code_set_is_used() -> None:
    measures = read_tables(PACKAGE, "measures_by_year.toml")["measures"].values()
    used = {
        name
        for measure in measures
        for part in (measure, *measure.get("changes", ()))
        for name in part.get("procedures", ())
    }

    assert used == read_tables(PACKAGE, "denominators.toml").keys()


def test_every_measure_is_told_for_people() -> None:
    told = read_measures(PACKAGE)
    shown = {each[-1].shown for each in definitions().values() if each[-1].metric != "boolean"}

    assert told.keys() == shown


def test_spelling_carries_no_meaning_and_other_prefixes_are_foreign() -> None:
    assert measure_in("076", 2019) is measure_in("76", 2019) is not None
    assert measure_in("ACRad 18", 2025) is not None
    assert is_foreign("QMM23")
    assert is_foreign("msn 13")
    assert is_foreign("IA_AHE_1")
    assert not is_foreign("IA_PSPA_7")
    assert not is_foreign("ACRAD99")


def test_benchmarks_belong_to_measures_and_run_from_worst_to_best() -> None:
    for (name, _, year), benchmark in benchmarks().items():
        measure = measure_in(name, year)
        assert measure is not None, name
        cuts = list(benchmark.percentiles)
        assert cuts == sorted(cuts, reverse=measure.inverse), name
        assert len(cuts) == 9
        assert decile(cuts[-1], benchmark) == 10


def test_overall_rates_are_formed_as_the_measure_says() -> None:
    strata = [
        StratumResult(
            stratum="overall", performancemet=1, performancenotmet=1, eligiblepopulation=2
        ),
        StratumResult(stratum="b", performancemet=3, performancenotmet=0, eligiblepopulation=3),
    ]

    rates = {
        kind: strata_rate(strata, kind)
        for kind in ("weightedAverage", "simpleAverage", "overallStratumOnly", "split")
    }

    assert rates == {
        "weightedAverage": 80.0,
        "simpleAverage": 75.0,
        "overallStratumOnly": 50.0,
        "split": None,
    }
