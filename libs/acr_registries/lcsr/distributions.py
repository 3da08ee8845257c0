"""Reads what synthetic submissions are made of, once, into values that are drawn from quickly."""

import functools
import itertools
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from acr_registries.data_files import read_tables
from acr_registries.npi import is_npi

FACILITIES = 40
PROFESSIONALS = 400


@dataclass(frozen=True, slots=True)
class Draw:
    """Values with their shares, added up."""

    values: tuple[str, ...]
    sums: tuple[float, ...]

    def one(self, random: Random) -> str:
        """Draw a value."""
        return self.values[bisect(self.sums, random.random() * self.sums[-1])]


@dataclass(frozen=True, slots=True)
class Distributions:
    """Everything that is drawn: draws by name, figures by table and name, days, names and NPIs."""

    draws: Mapping[str, Draw]
    figures: Mapping[str, Mapping[str, float]]
    days: Mapping[str, date]
    last_names: tuple[str, ...]
    first_names: tuple[str, ...]
    facilities: tuple[tuple[str, str], ...]
    professionals: tuple[str, ...]


_DRAWN = (
    "lung_rads",
    "ages",
    "not_eligible",
    "race",
    "ethnicity",
    "education",
    "insurance_young",
    "insurance_old",
    "findings",
    "exposures",
    "scanners",
    "recall_reasons",
    "stages",
    "histologies",
)
_FIGURES = ("targets", "malignancy", "shares", "comorbidities", "dose", "body")


@functools.cache
def read_distributions() -> Distributions:
    """Read the file once."""
    tables = read_tables("acr_registries.lcsr", "distributions.toml")
    return Distributions(
        draws={name: _draw(tables[name]) for name in _DRAWN},
        figures={name: tables[name] for name in _FIGURES},
        days=tables["spans"],
        last_names=tuple(tables["names"]["last"]),
        first_names=tuple(tables["names"]["first"]),
        facilities=tuple((str(990001 + place), made_up_npi(place)) for place in range(FACILITIES)),
        professionals=tuple(made_up_npi(1000 + place) for place in range(PROFESSIONALS)),
    )


def _draw(table: Mapping[str, Any]) -> Draw:
    return Draw(tuple(table), tuple(itertools.accumulate(table.values())))


def made_up_npi(place: int) -> str:
    """Give a number that passes the check and begins with 2, which no issued one does."""
    digits = f"2{place:08d}"
    return next(npi for last in range(10) if is_npi(npi := f"{digits}{last}"))
