"""Made-up facilities and physicians of synthetic submissions. Their numbers belong to nobody."""

import functools
from random import Random

from acr_registries.grid.turnaround_figures import figures
from acr_registries.npi import is_npi

FIRST_NUMBER = 200_000_000


def facility(random: Random) -> str:
    """Draw a facility's number."""
    records = figures()["records"]
    return str(records["first_facility"] + random.randrange(records["facilities"]))


def physician(random: Random) -> str:
    """Draw a National Provider Identifier; it begins with 2, which is given to nobody yet."""
    return random.choice(_identifiers())


def place_of(identifier: str) -> int:
    """Give the place of a physician in the facility's dictionary."""
    return _places()[identifier]


@functools.cache
def _identifiers() -> tuple[str, ...]:
    count = figures()["records"]["physicians"]
    numbers = range(FIRST_NUMBER, FIRST_NUMBER + count)
    return tuple(
        next(f"{number}{digit}" for digit in range(10) if is_npi(f"{number}{digit}"))
        for number in numbers
    )


@functools.cache
def _places() -> dict[str, int]:
    return {each: place for place, each in enumerate(_identifiers(), start=1)}
