"""Errors, sorted by what the catcher does about them. Anything else is a bug and ends the process."""

from collections.abc import Sequence

from acr_domain.error_classes import ErrorClass
from acr_domain.findings import Finding
from acr_domain.submission import LogPosition


class InvalidSubmission(ValueError):
    """The sender must change the request: answer 400 with every finding, never retry."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)


class Unavailable(Exception):
    """A neighbour (broker, database) is down or slow: retry the same work later."""


class TooLarge(Unavailable):
    """The log refuses a record for its size, and will again: shorten it.

    ``bytes_refused`` is that size, or a size above which nothing of its topic is taken.
    """

    def __init__(self, message: str, bytes_refused: int) -> None:
        super().__init__(message)
        self.bytes_refused = bytes_refused


class ClientLost(Unavailable):
    """A client of a neighbour does not find back to it by itself: open a new one, then retry."""


class Fenced(Exception):
    """Another consumer has settled this stretch: forget the batch and ask for the position anew."""


class Poison(Exception):
    """This work can never succeed as it is: split the batch until the culprit stands alone.

    ``error_class`` is one of the declared classes; ``reason`` names what failed without quoting any
    value of the submission.
    """

    def __init__(self, error_class: ErrorClass, reason: str) -> None:
        super().__init__(reason)
        self.error_class = error_class
        self.reason = reason


class TooManyDeadLetters(Exception):
    """One more dead letter would be more than is allowed: bury nothing, and let a person look.

    ``position`` and ``error_class`` are those of the arrival that was about to be buried.
    """

    def __init__(self, position: LogPosition, error_class: ErrorClass, rule: str) -> None:
        super().__init__(f"{rule}, and the arrival at {position} would be another ({error_class})")
        self.position = position
        self.error_class = error_class


class LogRestarted(Exception):
    """The log is not the one whose positions are settled: the topic was made anew, or lost data.

    Going on would call old offsets new ones, so nothing is settled until a person has decided.
    """
