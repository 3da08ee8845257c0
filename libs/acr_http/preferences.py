"""`Prefer` (RFC 7240): how long a sender is willing to wait."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WAIT = re.compile(r'wait\s*=\s*"?([0-9]{1,9})"?', re.IGNORECASE)
_ANSWERS_AFTER = re.compile(r'answers\s*=\s*"?after"?', re.IGNORECASE)
RESPOND_ASYNC = "respond-async"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The wait that is granted, in seconds, and what to say of it in `Preference-Applied`."""

    seconds: float
    applied: str | None


def read_waiting(prefer: Iterable[str], default: float, longest: float) -> Waiting:
    """Read the `Prefer` fields; what is not understood is ignored, as RFC 7240, section 2, asks.

    `respond-async` alone waits not at all; with `wait=N` it means: wait that long, then answer 202.
    The first of repeated preferences counts.
    """
    wait: int | None = None
    respond_async = False
    for preference in _preferences(prefer):
        match = _WAIT.fullmatch(preference)
        if match and wait is None:
            wait = int(match[1])
        respond_async = respond_async or preference.lower() == RESPOND_ASYNC
    if wait is not None:
        granted = min(float(wait), longest)
        applied = f"wait={granted:g}"
        return Waiting(granted, f"{RESPOND_ASYNC}, {applied}" if respond_async else applied)
    if respond_async:
        return Waiting(0.0, RESPOND_ASYNC)
    return Waiting(min(default, longest), None)


def wants_answers_after(prefer: Iterable[str]) -> bool:
    """Tell whether the sender of a stream reads no answer before its upload is through.

    `answers=after` is a preference of our own, as RFC 7240, section 2, allows.
    """
    return any(_ANSWERS_AFTER.fullmatch(preference) for preference in _preferences(prefer))


def _preferences(prefer: Iterable[str]) -> Iterator[str]:
    return (part.split(";")[0].strip() for text in prefer for part in text.split(","))
