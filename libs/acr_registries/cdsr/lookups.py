"""The lookup tables of CDSR: rating crosswalk, priority areas, identifying words. Read once, lazily."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from acr_registries.data_files import read_tables
from acr_registries.elements import read_thresholds

PACKAGE = "acr_registries.cdsr"


@dataclass(frozen=True, slots=True)
class RatingMeaning:
    """What one rating means elsewhere. A rating without a score has no band."""

    acr_wording: str
    colour: str
    ehr_label: str
    modifiers: tuple[str, ...]
    argonaut: str
    fhir: tuple[str, ...]
    rscan: str
    score_least: int | None = None
    score_most: int | None = None


@dataclass(frozen=True, slots=True)
class IdentifyingWords:
    """Words, in lower case, that make a free text suspect of telling who the patient is.

    ``any_end`` finds where any of them may end.
    """

    titles: frozenset[str]
    labels: frozenset[str]
    any_end: re.Pattern[str]


@functools.cache
def rating_crosswalk() -> Mapping[str, RatingMeaning]:
    """Read what each rating means elsewhere (reference, 3.4)."""
    tables = read_tables(PACKAGE, "rating_crosswalk.toml")
    return {
        rating: RatingMeaning(
            **{**row, "modifiers": tuple(row["modifiers"]), "fhir": tuple(row["fhir"])}
        )
        for rating, row in tables.items()
    }


@functools.cache
def _areas_by_prefix() -> Mapping[str, str]:
    tables = read_tables(PACKAGE, "priority_areas.toml")
    return {
        _level(prefix): area for area, row in tables.items() for prefix in row["icd10_prefixes"]
    }


@functools.cache
def _prefix_lengths() -> tuple[int, ...]:
    return tuple(sorted({len(prefix) for prefix in _areas_by_prefix()}, reverse=True))


def _level(icd10: str) -> str:
    return icd10.replace(".", "").upper()


def priority_area_of(icd10: str) -> str | None:
    """Give the priority clinical area of an ICD-10-CM code, None outside all of them."""
    areas, code = _areas_by_prefix(), _level(icd10)
    for length in _prefix_lengths():
        if (area := areas.get(code[:length])) is not None:
            return area
    return None


@functools.cache
def identifying_words() -> IdentifyingWords:
    """Read which words make a free text suspect."""
    words = read_tables(PACKAGE, "identifying_words.toml")["words"]
    titles, labels = (
        frozenset(word.lower() for word in words[kind]) for kind in ("titles", "labels")
    )
    any_end = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(titles | labels)))})(?![^\W\d_])")
    return IdentifyingWords(titles, labels, any_end)


@functools.cache
def figures() -> Mapping[str, float]:
    """Read the thresholds, for derived values; rules are handed them."""
    return {name: each.value for name, each in read_thresholds(PACKAGE).items()}
