"""What a stream's walk holds of its lines, and why it ends early. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from acr_http.problems import Kind, Problem
from acr_kafka.records import NewRecord
from acr_registries.registry import Registry


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the head of a stream says of all its lines.

    ``expected`` is what the address says of their headers. A stream is one request, so its lines have
    one trace.
    """

    registry: Registry
    expected: Mapping[str, str]
    wait_seconds: float
    traceparent: str


class InWork(NamedTuple):
    """A line that holds a place until it is settled."""

    number: int
    partner: str


class Taken(NamedTuple):
    """A line that waits for its batch, with the size of its body, bytes."""

    submission_id: str
    record: NewRecord
    body_bytes: int


def line_too_long(bytes_max: int) -> Problem:
    """Refuse one line."""
    return Problem(Kind.TOO_LARGE, f"A line may have at most {bytes_max} bytes.")


def spool_full() -> Problem:
    """End a stream whose answers would fill the disk."""
    detail = "The answers kept for after the upload are too many. Send the rest in another stream."
    return Problem(Kind.TOO_LARGE, detail)


def gone() -> Problem:
    """End a stream whose sender is gone; nobody reads it."""
    return Problem(Kind.SLOW, "The sender went away before the body was complete.")
