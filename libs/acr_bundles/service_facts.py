"""What a bundle tells of the service itself: verdicts, problems and bounds. They are given, not known here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerdictFact:
    """A verdict, the HTTP status with which it is answered, and what it means."""

    verdict: str
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class ProblemFact:
    """A kind of problem: its page's name, status, title and what to do."""

    slug: str
    status: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """The verdicts and problems of the service, and its bounds where an operator sets no others.

    ``body_bytes_max`` bounds one submission, ``nesting_max`` its levels, ``wait_seconds`` are the
    wait without `Prefer` and the longest one that is granted.
    """

    verdicts: tuple[VerdictFact, ...]
    problems: tuple[ProblemFact, ...]
    body_bytes_max: int
    nesting_max: int
    wait_seconds: tuple[float, float]
