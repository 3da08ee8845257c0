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


def exams_per_year(number: str) -> float:
    """Give the size of a facility, the same for all its forms: one of each peer group in turn."""
    records, sizes = figures()["records"], figures()["years"]["sizes"]
    place = int(number) - records["first_facility"]
    group = place % (len(sizes) // 2)
    least, most = sizes[2 * group], sizes[2 * group + 1]
    part = place / records["facilities"]
    return float(least + part * (most - least))


def facility_and_month(serial: int) -> tuple[str, int, int]:
    """Give facility, year and month of a form: others for each serial number, until they run out."""
    records = figures()["records"]
    first, last = records["forms_years"]
    round_, place = divmod(serial, records["facilities"])
    years, month = divmod(round_, 12)
    year = first + years % (last - first + 1)
    return str(records["first_facility"] + place), year, month + 1


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
