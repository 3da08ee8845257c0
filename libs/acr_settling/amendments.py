"""Reads records of the topic of amendments. Applies none."""

import structlog

from acr_avro.amendments import decode_amendment
from acr_domain.amending import Amendment
from acr_domain.errors import Poison
from acr_kafka.records import LogRecord
from acr_telemetry import metrics

log = structlog.get_logger()


def read_amendment(registry: str, record: LogRecord) -> Amendment | None:
    """Read a record of the topic; what is no amendment is named, counted and passed over."""
    try:
        return decode_amendment(record.value)
    except Poison as poison:
        metrics.AMENDMENTS_UNREADABLE.labels(registry).inc()
        log.error("amendment_unreadable", position=str(record.position), why=poison.reason)
        return None
