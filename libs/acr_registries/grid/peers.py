"""The peer groups whose sites are compared with each other, by the groups of `peer_groups.toml`."""

import functools
from collections.abc import Mapping
from typing import Any

from acr_registries.data_files import read_tables

PEER_GROUPS_FILE = "peer_groups.toml"


def volume_group(exams_per_year: int) -> str:
    """Name the peer group of a site with so many exams a year."""
    for least, name in _volume_groups():
        if exams_per_year >= least:
            return name
    return _volume_groups()[-1][1]


def census_region(state: str) -> str | None:
    """Name the census region of a state's two letters, in any letter case; None elsewhere."""
    return _regions().get(state.upper())


def has_states(country: str) -> bool:
    """Tell whether addresses of a country need a state."""
    return country.strip().upper() in _countries()


@functools.cache
def _volume_groups() -> tuple[tuple[int, str], ...]:
    groups = _tables()["volume"]
    return tuple(sorted(((each["least"], name) for name, each in groups.items()), reverse=True))


@functools.cache
def _regions() -> Mapping[str, str]:
    regions = _tables()["region"]
    return {state: name for name, each in regions.items() for state in each["states"].split()}


@functools.cache
def _countries() -> frozenset[str]:
    return frozenset(_tables()["countries_with_states"]["names"])


@functools.cache
def _tables() -> Mapping[str, Any]:
    return read_tables("acr_registries.grid", PEER_GROUPS_FILE)
