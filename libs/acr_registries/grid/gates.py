"""Whom a quality measure is about, by `measure_gates.toml`: age, sex, modality, years of the programme."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from acr_registries.data_files import read_tables

GATES_FILE = "measure_gates.toml"
ANY_SEX = "any"


@dataclass(frozen=True, slots=True)
class Gate:
    """The limits of one measure.

    ``ages`` has the least and the highest age in years by sex, or for any; empty where age plays no
    part. ``modalities`` is empty where none is told, ``years`` where no programme has the measure.
    """

    ages: Mapping[str, tuple[int, int]]
    modalities: frozenset[str]
    years: range

    @property
    def by_sex(self) -> bool:
        """Tell whether the patient's sex decides."""
        return bool(self.ages) and ANY_SEX not in self.ages

    def ages_of(self, sex: str | None) -> tuple[int, int] | None:
        """Give the limits of age for a sex; None where the measure is not about it."""
        return self.ages.get(ANY_SEX) or self.ages.get(sex or "")


@functools.cache
def measure_gates() -> Mapping[str, Gate]:
    """Read the gates of all measures by id."""
    tables = read_tables("acr_registries.grid", GATES_FILE)
    return {
        name: Gate(
            ages={sex: (least, most) for sex, (least, most) in table.get("ages", {}).items()},
            modalities=frozenset(table.get("modalities", ())),
            years=_years(table.get("years")),
        )
        for name, table in tables.items()
    }


def _years(written: list[int] | None) -> range:
    return range(written[0], written[1] + 1) if written else range(0)
