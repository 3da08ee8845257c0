"""Up to where partitions are settled, made of where the live tables stand or of what is asked. Pure."""

from collections.abc import Mapping
from datetime import datetime

from acr_kafka.stretches import Bounds
from acr_postgres.positions import Stand
from acr_rebuilding.request import Target


def within_log(stands: Mapping[int, Stand], bounds: Mapping[int, Bounds]) -> dict[int, Target]:
    """Go to where the live tables stand, as far as the log goes."""
    return {
        partition: Target(min(stand.next_offset, bounds[partition].end), stand.amendments)
        for partition, stand in stands.items()
        if partition in bounds
    }


def as_of(
    offsets: Mapping[int, int], bounds: Mapping[int, Bounds], before: datetime | None
) -> dict[int, Target]:
    """Go to offsets, as far as the log goes; partitions that are not named stay empty."""
    return {
        partition: Target(min(offsets.get(partition, 0), held.end), None, before)
        for partition, held in bounds.items()
    }
