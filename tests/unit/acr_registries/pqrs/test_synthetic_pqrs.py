"""Synthetic submissions of PQRS: without faults, of nobody, and spread as the published deciles."""

from bisect import bisect_left, bisect_right
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from random import Random
from typing import Any

import pytest

from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.npi import is_npi
from acr_registries.pqrs.benchmarks import benchmarks
from acr_registries.pqrs.plausible import distributions, npi_of
from acr_registries.pqrs.synthetic import make
from acr_registries.reading import read_contents
from acr_registries.registry import Synthetic
from acr_registries.synthesis import synthesize
from acr_testkit.samples import as_bytes

RECEIVED_AT = datetime(2026, 11, 20, tzinfo=UTC)
# So many submitters of each measure leave a decile's share uncertain by about this much.
SHARE_TOLERANCE = 0.05
# Counts are whole, so a rate is off by up to half a case of the fewest.
RATE_TOLERANCE = 0.3


@pytest.fixture(scope="module")
def made() -> list[Synthetic]:
    random = Random(20)
    return [make(random, serial) for serial in range(15_000)]


def test_every_made_submission_is_without_findings() -> None:
    registry = load_registries()["pqrs"]

    for body in islice(synthesize(registry, 1500, 7), 1500):
        found = examine(registry, read_contents(registry, as_bytes(body), {}), RECEIVED_AT)
        assert [each for each in found if each.severity is not Severity.WARNING] == []


def test_the_same_seed_makes_the_same_submissions() -> None:
    one, other = Random(3), Random(3)

    assert [make(one, each) for each in range(50)] == [make(other, each) for each in range(50)]


def test_npis_are_nobodys_and_have_their_check_digit() -> None:
    practices = distributions().practices
    npis = [npi for each in practices for npi in each.npis]

    assert all(npi.startswith("2") and is_npi(npi) for npi in npis)
    assert len(set(npis)) == len(npis)
    assert npi_of(1) == "2000000010"
    assert all(each.tin.startswith("000") for each in practices)


def test_kinds_and_batches_are_mixed_as_told(made: list[Synthetic]) -> None:
    kinds = Counter(each.program["submissiontype"] for each in made)
    sizes = {
        len(each.payload["records"]) for each in made if each.program["submissiontype"] == "case"
    }

    assert kinds["case"] / len(made) == pytest.approx(0.84, abs=0.02)
    assert kinds["measure_result"] / len(made) == pytest.approx(0.14, abs=0.02)
    assert sizes == {1, 2, 3, 4, 5}


def test_rates_of_results_are_spread_as_the_published_deciles(made: list[Synthetic]) -> None:
    """Goal: for each measure with a 2025 benchmark, a tenth of the submitters lies in each decile.

    Where several cut points are equal, the share below one and the share up to it enclose its tenth.
    """
    rates: dict[str, list[float]] = {}
    for each in made:
        if each.program["submissiontype"] == "measure_result":
            for name, rate in _rates(each):
                rates.setdefault(name, []).append(rate)

    compared = 0
    for (name, route, year), benchmark in benchmarks().items():
        if (route, year) != ("registry", 2025):
            continue
        found = sorted(rates[name])
        for place, cut in enumerate(sorted(benchmark.percentiles), start=1):
            below = bisect_left(found, cut - RATE_TOLERANCE) / len(found)
            up_to = bisect_right(found, cut + RATE_TOLERANCE) / len(found)
            spread = SHARE_TOLERANCE + 1 / len(found) ** 0.5
            assert below <= place / 10 + spread, (name, place)
            assert up_to >= place / 10 - spread, (name, place)
            compared += 1
    assert compared == 9 * 15


def _rates(made: Synthetic) -> list[tuple[str, float]]:
    found = []
    for measurement in made.payload["records"][0]["measurementSets"][0]["measurements"]:
        value: dict[str, Any] = measurement["value"]
        if "numerator" in value:
            rate = value["numerator"]
        elif "strata" in value:
            rate = value["performanceRate"]
        else:
            met, not_met = value["performanceMet"], value["performanceNotMet"]
            rate = met / (met + not_met) * 100
        found.append((measurement["measureId"], rate))
    return found


def test_hours_of_cases_are_spread_as_the_published_deciles(made: list[Synthetic]) -> None:
    hours = sorted(
        case["numericvalue"]
        for each in made
        for case in each.payload["records"]
        if case.get("measureid") == "ACRAD18"
    )

    assert len(hours) > 500
    published = {0.1: 0.75, 0.5: 2.44, 0.9: 18.72}
    for share, cut in published.items():
        assert bisect_right(hours, cut) / len(hours) == pytest.approx(share, abs=SHARE_TOLERANCE)
