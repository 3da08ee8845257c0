"""What tissue diagnoses and stages stand for, from `diagnoses.toml`. It judges nothing."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from acr_registries.data_files import read_tables


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """Codes by what they stand for.

    ``stages_by_tn`` gives the stage groups that fit edition, T and N without distant metastasis,
    ``stages_by_m`` those of edition and M with it.
    """

    lung_cancer: frozenset[str]
    undecided: frozenset[str]
    without_histology: frozenset[str]
    stage_groups: Mapping[str, str]
    stages_of_8: frozenset[str]
    t_of_8: frozenset[str]
    m_of_8: frozenset[str]
    stages_by_tn: Mapping[tuple[str, str, str], frozenset[str]]
    stages_by_m: Mapping[tuple[str, str], frozenset[str]]


@functools.cache
def read_diagnoses() -> Diagnoses:
    """Read the file once."""
    tables = read_tables("acr_registries.lcsr", "diagnoses.toml")
    classes, editions = tables["diagnoses"], tables["editions"]
    return Diagnoses(
        lung_cancer=frozenset(classes["lung_cancer"]),
        undecided=frozenset(classes["undecided"]),
        without_histology=frozenset(classes["without_histology"]),
        stage_groups={
            stage: group for group, stages in tables["stage_groups"].items() for stage in stages
        },
        stages_of_8=frozenset(editions["stages_of_8"]),
        t_of_8=frozenset(editions["t_of_8"]),
        m_of_8=frozenset(editions["m_of_8"]),
        stages_by_tn=_by_tn(tables["groupings"]),
        stages_by_m={
            (edition, m): frozenset(each["stages"])
            for each in tables["metastatic"]
            for edition in each["editions"]
            for m in each["m"]
        },
    )


def _by_tn(groupings: list[dict[str, Any]]) -> dict[tuple[str, str, str], frozenset[str]]:
    return {
        (edition, t, n): frozenset(each["stages"])
        for each in groupings
        for edition in each["editions"]
        for t in each["t"]
        for n in each["n"]
    }
