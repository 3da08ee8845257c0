"""Draws turnaround hours that have the published percentiles of their modality. Only for synthetic data."""

import bisect
import functools
import math
from collections.abc import Mapping
from random import Random
from typing import Any

from acr_registries.data_files import read_tables

DISTRIBUTIONS_FILE = "distributions.toml"
# How far the ends lie beyond the first and the last percentile that are published.
SHORTEST_OF_FIRST, LONGEST_OF_LAST = 0.6, 1.4


@functools.cache
def figures() -> Mapping[str, Any]:
    """Read what synthetic submissions are like."""
    return read_tables("acr_registries.grid", DISTRIBUTIONS_FILE)


@functools.cache
def _curve(modality: str) -> tuple[list[float], list[float]]:
    """Give shares from 0 to 1 and the logarithm of the hours there."""
    table = figures()["turnaround"]
    hours = table[modality]
    logs = [math.log(each) for each in hours]
    first, last = math.log(SHORTEST_OF_FIRST), math.log(LONGEST_OF_LAST)
    shares = [0.0, *(each / 100 for each in table["percentiles"]), 1.0]
    return shares, [logs[0] + first, *logs, logs[-1] + last]


def draw_hours(random: Random, modality: str) -> float:
    """Draw the hours of one exam; between the percentiles they are spread evenly by ratio."""
    shares, logs = _curve(modality)
    drawn = random.random()
    place = bisect.bisect_right(shares, drawn)
    least, most = shares[place - 1], shares[place]
    part = (drawn - least) / (most - least)
    return math.exp(logs[place - 1] + part * (logs[place] - logs[place - 1]))


def share_within(modality: str, hours: float) -> float:
    """Give the share of exams whose turnaround is shorter."""
    shares, logs = _curve(modality)
    log = math.log(hours)
    place = bisect.bisect_right(logs, log)
    if place == 0:
        return 0.0
    if place == len(logs):
        return 1.0
    part = (log - logs[place - 1]) / (logs[place] - logs[place - 1])
    return shares[place - 1] + part * (shares[place] - shares[place - 1])
