"""Reads what the elements of the header are, for people. The header's own model decides what is taken."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class HeaderText:
    """What one element of `dartheader` is, and where that stands."""

    text: str
    source: str


@functools.cache
def header_texts() -> Mapping[str, HeaderText]:
    """Read the texts by element."""
    file = resources.files("acr_bundles").joinpath("header.toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: HeaderText(**table) for name, table in tables.items()}
