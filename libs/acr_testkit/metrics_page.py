"""Reads single values from a service's metrics page, as Prometheus would."""

import httpx
from prometheus_client.parser import text_string_to_metric_families


def metric(url: str, sample: str, **labels: str) -> float:
    """Add up the samples of this name that have at least these labels; 0 where there is none."""
    page = httpx.get(f"{url}/metrics").raise_for_status().text
    return sum(
        each.value
        for family in text_string_to_metric_families(page)
        for each in family.samples
        if each.name == sample and labels.items() <= each.labels.items()
    )
