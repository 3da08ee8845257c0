"""What a sender gives and what it is told. Values only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from acr_domain.findings import Finding, read_findings

PENDING, REFUSED = "pending", "refused"
# Trouble that passes by itself. Everything else about a request as a whole needs a person.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_STORED = frozenset({"created", "updated", "duplicate", "superseded"})


class SendingFailed(Exception):
    """Not everything could be sent; the message says what stood in the way. What was told holds."""


class UploadUnknown(SendingFailed):
    """No upload has this id, or it is older than the days for which uploads are told of."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One submission to be sent: JSON, UTF-8.

    ``where`` is the caller's own word for it; ``number`` its place, where it is not that among all given.
    """

    body: bytes
    where: str = ""
    number: int | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over the bytes, in hexadecimal: it names a submission without telling of it."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one submission.

    ``number`` is its place among those given, from 1. ``verdict`` is one of the seven, or
    ``pending`` (kept, not settled in time), or ``refused`` (not kept: ``findings`` or ``detail`` say
    why). ``status`` is the HTTP status that a single submission would have got.
    """

    number: int
    where: str
    digest: str
    status: int
    verdict: str
    submission_id: str | None = None
    findings: tuple[Finding, ...] = ()
    title: str | None = None
    detail: str | None = None

    @property
    def stored(self) -> bool:
        """Whether the record holds this version now."""
        return self.verdict in _STORED

    @property
    def to_send_again(self) -> bool:
        """Whether it was refused for a trouble that passes, so that the same may be kept next time."""
        return self.verdict == REFUSED and self.status in PASSING


def status_of(verdict: str) -> int:
    """Give the status that a single submission with this verdict is answered with."""
    if verdict == PENDING:
        return 202
    if verdict == "created":
        return 201
    return 200 if verdict in _STORED else 400


def read_told(number: int, outgoing: Outgoing, status: int, answer: Mapping[str, Any]) -> Told:
    """Read the members of an answer, be it a result, a problem or a line of a stream."""
    return Told(
        number=number,
        where=outgoing.where,
        digest=outgoing.digest,
        status=status,
        verdict=answer.get("verdict") or REFUSED,
        submission_id=answer.get("submission_id"),
        findings=read_findings(answer.get("findings", ())),
        title=answer.get("title"),
        detail=answer.get("detail") or answer.get("summary"),
    )
