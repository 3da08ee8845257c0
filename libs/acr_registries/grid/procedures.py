"""Which modality a CPT code belongs to, by the ranges of `procedures.toml`. A hint, never a verdict."""

import functools
from collections.abc import Mapping
from typing import Any

from acr_registries.data_files import read_tables

PROCEDURES_FILE = "procedures.toml"
NO_LIST: frozenset[str] = frozenset()


def listed_as(cpt: str) -> frozenset[str]:
    """Name the groups of procedures that list a code; none where it is unknown."""
    return _groups().get(cpt, NO_LIST)


def hinted_modalities(cpt: str) -> frozenset[str]:
    """Name the modalities that a code may belong to; none where it is unknown."""
    return _modalities().get(cpt, NO_LIST)


@functools.cache
def listed_modalities() -> frozenset[str]:
    """Name the modalities that have ranges at all."""
    return frozenset(table["modality"] for table in _tables().values())


@functools.cache
def _modalities() -> Mapping[str, frozenset[str]]:
    tables = _tables()
    return {
        cpt: frozenset(tables[group]["modality"] for group in groups)
        for cpt, groups in _groups().items()
    }


@functools.cache
def _groups() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group, table in _tables().items():
        for written in table["ranges"]:
            first, _, last = written.partition("-")
            for number in range(int(first), int(last or first) + 1):
                found.setdefault(f"{number:05}", set()).add(group)
    return {cpt: frozenset(groups) for cpt, groups in found.items()}


@functools.cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return read_tables("acr_registries.grid", PROCEDURES_FILE)
