"""How synthetic submissions of PQRS are spread: shares, practices and rates, read once. No real people.

NPIs begin with 2 and TINs with 000, which are given to nobody.
"""

import functools
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any, Generic, TypeVar

from acr_registries.data_files import read_tables
from acr_registries.npi import NPI_PREFIX_SUM
from acr_registries.pqrs.benchmarks import REGISTRY_ROUTE, benchmarks
from acr_registries.pqrs.measures import MeasureDefinition, measure_in

DISTRIBUTIONS_FILE = "distributions.toml"
BENCHMARK_YEAR = 2025
DECILES = 10
# Practices are the same in every run: their own seed, apart from the one of the submissions.
PRACTICES_SEED = 2025

ChosenT = TypeVar("ChosenT")


@dataclass(frozen=True, slots=True)
class Shares(Generic[ChosenT]):
    """Values with the shares in which they are drawn."""

    values: tuple[ChosenT, ...]
    bounds: tuple[float, ...]

    def draw(self, random: Random) -> ChosenT:
        """Draw a value by its share."""
        return self.values[bisect(self.bounds, random.random() * self.bounds[-1])]


@dataclass(frozen=True, slots=True)
class Practice:
    """A made-up practice."""

    facility_id: str
    tin: str
    npis: tuple[str, ...]
    reports_as_group: bool


@dataclass(frozen=True, slots=True)
class PlausibleMeasure:
    """A measure with what its cases and rates look like.

    ``cuts`` are eleven points from the worst rate over the deciles to the best: percent or hours.
    """

    definition: MeasureDefinition
    procedures: tuple[str, ...]
    procedures_by_stratum: Mapping[str, str]
    age_least: int
    age_most: int
    cuts: tuple[float, ...]

    def rate(self, random: Random) -> float:
        """Draw a submitter's rate, in percent or hours, spread as the benchmark's deciles are."""
        place = random.random() * DECILES
        decile = int(place)
        low, high = self.cuts[decile], self.cuts[decile + 1]
        return low + (high - low) * (place - decile)


@dataclass(frozen=True, slots=True)
class Distributions:
    """Everything that synthetic submissions are drawn from."""

    kinds: Shares[str]
    years: Shares[int]
    payers: Shares[str]
    sexes: Shares[str]
    practices: tuple[Practice, ...]
    measures: Mapping[int, Shares[PlausibleMeasure]]
    cases: Mapping[str, Any]
    results: Mapping[str, Any]


@functools.cache
def distributions() -> Distributions:
    """Read the distributions and make the practices."""
    tables = read_tables(__package__, DISTRIBUTIONS_FILE)
    years = {int(year): share for year, share in _shares(tables["years"]).items()}
    return Distributions(
        kinds=_drawn(_shares(tables["kinds"])),
        years=_drawn(years),
        payers=_drawn(_shares(tables["payers"])),
        sexes=_drawn(_shares(tables["sexes"])),
        practices=_practices(tables["practices"]),
        measures={year: _measures(tables, year) for year in years},
        cases=tables["cases"],
        results=tables["results"],
    )


def npi_of(number: int) -> str:
    """Make an NPI of a number below 100 million: it begins with 2 and has a valid check digit."""
    body = f"2{number:08d}"
    total = NPI_PREFIX_SUM
    for place, digit in enumerate(map(int, reversed(body))):
        doubled = digit if place % 2 else digit * 2
        total += doubled - 9 if doubled > 9 else doubled
    return f"{body}{-total % 10}"


def _shares(table: Mapping[str, Any]) -> dict[str, float]:
    return {name: share for name, share in table.items() if name != "source"}


def _drawn(shares: Mapping[ChosenT, float]) -> Shares[ChosenT]:
    return Shares(tuple(shares), tuple(accumulate(shares.values())))


def _practices(table: Mapping[str, Any]) -> tuple[Practice, ...]:
    random, made = Random(PRACTICES_SEED), []  # noqa: S311 (nothing secret is drawn)
    for number in range(table["count"]):
        clinicians = random.randint(1, table["clinicians_most"])
        made.append(
            Practice(
                facility_id=f"{900100 + number:06d}",
                tin=f"000{400000 + number * 7:06d}",
                npis=tuple(npi_of(number * 100 + each) for each in range(clinicians)),
                reports_as_group=clinicians > 1 and random.random() < table["group_share"],
            )
        )
    return tuple(made)


def _measures(tables: Mapping[str, Any], year: int) -> Shares[PlausibleMeasure]:
    values, shares = [], []
    for name, table in tables["measures"].items():
        definition = measure_in(name, year) if name != "source" else None
        if definition is not None:
            values.append(_measure(definition, table, tables))
            shares.append(table["share"])
    return Shares(tuple(values), tuple(accumulate(shares)))


def _measure(
    definition: MeasureDefinition, table: Mapping[str, Any], tables: Mapping[str, Any]
) -> PlausibleMeasure:
    # A limit by sex holds for everyone, so that any sex fits.
    by_sex = (definition.age_most_by_sex or {}).values()
    return PlausibleMeasure(
        definition=definition,
        procedures=tuple(table.get("procedures", sorted(definition.procedures))),
        procedures_by_stratum=table.get("procedures_by_stratum", {}),
        age_least=max(definition.age_least, table.get("age_least", 18)),
        age_most=min(90, definition.age_most, *by_sex),
        cuts=_cuts(definition, tables),
    )


def _cuts(definition: MeasureDefinition, tables: Mapping[str, Any]) -> tuple[float, ...]:
    benchmark = benchmarks().get((definition.measure_id, REGISTRY_ROUTE, BENCHMARK_YEAR))
    cuts: Sequence[float] = (
        benchmark.percentiles if benchmark else tables["without_benchmark"]["percentiles"]
    )
    kind = "inverse_rate" if definition.inverse else "rate"
    ends = tables["ends"].get(definition.measure_id, tables["ends"][kind])
    return (ends["worst"], *cuts, ends["best"])
