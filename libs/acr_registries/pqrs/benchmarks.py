"""Where a rate stands among those of all submitters of a year: CMS benchmark deciles, read once."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from acr_registries.data_files import read_tables

BENCHMARKS_FILE = "benchmarks.toml"
REGISTRY_ROUTE = "registry"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Nine cut points of one measure, route and year, from the first decile to the best.

    They are rates in percent, or hours for turnaround; those of an inverse measure descend.
    """

    measure_id: str
    route: str
    year: int
    percentiles: tuple[float, ...]
    topped_out: bool = False


@functools.cache
def benchmarks() -> Mapping[tuple[str, str, int], Benchmark]:
    """Read the benchmarks by measure, route and year."""
    found = {}
    for table in read_tables(__package__, BENCHMARKS_FILE)["benchmarks"]:
        key = (table["measure"], table["route"], table["year"])
        found[key] = Benchmark(*key, tuple(table["percentiles"]), table.get("topped_out", False))
    return found


def decile(rate: float, benchmark: Benchmark) -> int:
    """Tell the decile of a rate, 10 being the best; lower is better where the cut points descend."""
    cuts = benchmark.percentiles
    if cuts[0] > cuts[-1]:
        return 1 + sum(rate <= cut for cut in cuts)
    return 1 + sum(rate >= cut for cut in cuts)
