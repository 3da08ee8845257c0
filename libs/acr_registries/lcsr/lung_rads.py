"""What a Lung-RADS category asks for, from `lung_rads.toml`. It judges nothing."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from acr_registries.data_files import read_tables


@dataclass(frozen=True, slots=True)
class Category:
    """One category: the usual next step, within how many months, and whether the screen is positive.

    ``risk`` is the expected risk of malignancy in percent, in words.
    """

    next_step: str
    months: int
    positive: bool
    risk: str


@functools.cache
def read_categories() -> Mapping[str, Category]:
    """Read the file once."""
    tables = read_tables("acr_registries.lcsr", "lung_rads.toml")
    return {code: Category(**table) for code, table in tables.items()}
