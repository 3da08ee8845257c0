"""How synthetic CDSR submissions are distributed: figures from data, read once and made ready to draw."""

import functools
import itertools
from bisect import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from acr_registries.cdsr.lookups import PACKAGE
from acr_registries.data_files import read_tables
from acr_registries.npi import is_npi

FIRST_NPI = 2_000_000_000
DAYS_AFTER_MAX = 7


@dataclass(frozen=True, slots=True)
class Chances:
    """Values and how often each comes, as running sums of shares."""

    values: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, random: Random) -> str:
        """Draw one value."""
        return self.values[bisect(self.sums, random.random() * self.sums[-1])]


@dataclass(frozen=True, slots=True)
class Bands:
    """Shares of low and high scores among the rated; what is left is the middle."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Variant:
    """One exam as it can be asked for."""

    procedurecode: str
    modality: str
    contrast: str


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam with its reason, and what can be asked for instead. Indications are code and words."""

    wanted: Variant
    bodyregion: str
    indication: tuple[str, str]
    other_exam: Variant
    other_protocol: Variant
    other_indication: tuple[str, str]
    topic: str


@dataclass(frozen=True, slots=True)
class Distributions:
    """All of them. ``shares`` has the plain figures by section and name."""

    shares: Mapping[str, Mapping[str, Any]]
    chances: Mapping[str, Chances]
    trainee_bands: Mapping[str, Bands]
    bands: Mapping[str, Bands]
    exams: tuple[Exam, ...]
    days: tuple[str, ...]
    orderers: tuple[str, ...]
    furnishers: tuple[str, ...]


@functools.cache
def read_distributions() -> Distributions:
    """Read the figures and make them ready to draw from."""
    tables = read_tables(PACKAGE, "distributions.toml")
    ratings, rscan = tables["ratings"], tables["rscan"]
    identifiers = list(itertools.islice(_identifiers(), 360))
    first, days = date.fromisoformat(tables["records"]["first_day"]), tables["records"]["days"]
    return Distributions(
        shares=tables,
        chances={
            "actions": _chances(tables["changes"]["actions"]),
            **{
                name: _chances(tables[name])
                for name in (
                    *("override_reasons", "roles", "settings", "payers", "tools"),
                    *("channels", "exceptions"),
                )
            },
        },
        trainee_bands={
            mode: Bands(ratings[mode]["low_of_trainees"], ratings[mode]["high"])
            for mode in ("silent", "display")
        },
        bands={
            **{
                mode: Bands(ratings[mode]["low_of_others"], ratings[mode]["high"])
                for mode in ("silent", "display")
            },
            **{phase: Bands(row["low"], row["high"]) for phase, row in rscan.items()},
        },
        exams=tuple(map(_exam, tables["exams"])),
        days=tuple(
            (first + timedelta(days=day)).isoformat() for day in range(days + DAYS_AFTER_MAX)
        ),
        orderers=tuple(identifiers[:300]),
        furnishers=tuple(identifiers[300:]),
    )


def _chances(shares: Mapping[str, float]) -> Chances:
    return Chances(tuple(shares), tuple(itertools.accumulate(shares.values())))


def _exam(table: Mapping[str, Any]) -> Exam:
    code, modality, contrast, region = table["exam"]
    other_code, other_contrast = table["same_modality"]
    text, other_text = table["indication"], table["other_indication"]
    return Exam(
        wanted=Variant(code, modality, contrast),
        bodyregion=region,
        indication=(text[0], text[1]),
        other_exam=Variant(*table["other"]),
        other_protocol=Variant(other_code, modality, other_contrast),
        other_indication=(other_text[0], other_text[1]),
        topic=table["topic"],
    )


def _identifiers() -> Iterator[str]:
    """Give made-up National Provider Identifiers with valid check digits."""
    return filter(is_npi, map(str, itertools.count(FIRST_NPI + 1000)))
