"""What can be wrong with a log that tables are to be made of, as told by its bounds alone. Pure."""

from collections.abc import Mapping

from acr_kafka.stretches import Bounds


def log_defects(
    topic: str,
    bounds: Mapping[int, Bounds],
    settled: Mapping[int, int],
    declared: int | None = None,
) -> list[str]:
    """Say what is wrong: partitions that are missing, and ends before what is settled."""
    if not bounds:
        return [f"there is no topic {topic}"]
    found = []
    if declared is not None and len(bounds) != declared:
        found.append(f"{topic} has {len(bounds)} partitions, declared are {declared}")
    if missing := sorted(settled.keys() - bounds.keys()):
        names = ", ".join(map(str, missing))
        found.append(
            f"{topic} has {len(bounds)} partitions, but the database has settled partitions {names}"
        )
    found += [
        f"{topic}/{partition} ends at {bounds[partition].end}, but is settled to {offset}"
        for partition, offset in sorted(settled.items())
        if partition in bounds and bounds[partition].end < offset
    ]
    found += [
        f"{topic}/{partition} begins at {held.begin}: what came before was deleted"
        for partition, held in sorted(bounds.items())
        if held.begin > 0
    ]
    return found
