"""Where the time of a walk goes, by the services' own histograms. Reads only; changes nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
from benchmarks.running import Running

# Histogram of a hop, the service that has it, and what the hop is.
_HOPS = (
    ("acr_http_request_duration_seconds", "gateway", "in the gateway, all"),
    ("acr_append_duration_seconds", "gateway", "until acknowledged by Kafka"),
    ("acr_result_wait_duration_seconds", "gateway", "from there to the result"),
    ("acr_batch_settle_duration_seconds", "consumer", "of it: the transaction"),
)
_ONLY = {"acr_http_request_duration_seconds": r'\{route="/v1/registries/[^}]*\}'}


@dataclass(frozen=True, slots=True)
class HopReading:
    """Seconds and times of each hop since its service began."""

    sums: Mapping[str, float]
    counts: Mapping[str, float]


async def read_hops(running: Running) -> HopReading:
    """Read the histograms of gateway and consumer."""
    services, sums, counts = running.services(), {}, {}
    async with httpx.AsyncClient(timeout=30) as client:
        texts = {
            name: (await client.get(f"{services[name].url}/metrics")).text
            for name in {service for _, service, _ in _HOPS}
        }
    for metric, service, title in _HOPS:
        sums[title] = _total(texts[service], metric, "_sum")
        counts[title] = _total(texts[service], metric, "_count")
    return HopReading(sums, counts)


def mean_ms(before: HopReading, after: HopReading) -> dict[str, float]:
    """Give each hop's mean between two readings, in milliseconds; hops that never ran are left out."""
    return {
        title: (after.sums[title] - before.sums[title]) / times * 1000
        for title, total in after.counts.items()
        if (times := total - before.counts[title]) > 0
    }


def _total(text: str, metric: str, suffix: str) -> float:
    labels = _ONLY.get(metric, r"\{[^}]*\}")
    # A route's pattern has braces of its own.
    lines = re.findall(rf"^{metric}{suffix}{labels}.* (\S+)$", text, re.MULTILINE)
    return sum(map(float, lines))
