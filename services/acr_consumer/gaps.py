"""Notices offsets that no record has, and a log that has gone back. Settles nothing."""

from collections.abc import Mapping, Sequence

import structlog

from acr_domain.errors import LogRestarted
from acr_kafka.records import LogRecord
from acr_kafka.stretches import find_gaps
from acr_postgres.settlement import Place
from acr_telemetry import metrics

log = structlog.get_logger()


def notice_gaps(registry: str, records: Sequence[LogRecord], places: Mapping[int, Place]) -> None:
    """Count and name the offsets, after where partitions stand, that no record of a batch has.

    What they held was deleted or compacted away; nothing brings it back, so the batch is settled all
    the same. (Markers of a foreign producer's transaction look alike; ours makes none.)

    Raises:
        LogRestarted: if a record lies before what is settled: the topic was made anew.
    """
    by_partition: dict[int, list[LogRecord]] = {}
    for record in records:
        by_partition.setdefault(record.position.partition, []).append(record)
    for partition, found in by_partition.items():
        begin, end = places[partition].next_offset, found[-1].position.offset + 1
        if found[0].position.offset < begin:
            raise LogRestarted(
                f"{found[0].position.topic}/{partition} gives offset {found[0].position.offset}, "
                f"but is settled to {begin}"
            )
        if end - begin == len(found):
            continue
        for gap in find_gaps(partition, begin, found, end):
            metrics.LOG_OFFSETS_MISSING.labels(registry).inc(gap.end - gap.begin)
            log.warning("log_gap", registry=registry, what=str(gap))
