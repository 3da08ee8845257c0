"""A row of a file: its cells as texts, or what keeps it from being read. No I/O."""

import re
from dataclasses import dataclass

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What no field of a record may hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it is written. ``line`` counts from 1.

    ``padded`` tells that blank cells at its end may be missing, as they are in a spreadsheet.
    """

    line: int
    cells: list[str]
    padded: bool


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that cannot be read. ``place`` is the index of the cell at fault, if it is one."""

    line: int
    place: int | None
    message: str
