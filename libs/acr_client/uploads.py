"""What a sender knows of an upload for which nobody waits: where it is, and how far. Values only, no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from acr_client.told import Outgoing, Told, read_told, status_of


@dataclass(frozen=True, slots=True)
class SentLine:
    """One line of an upload, as its sender knows it: place, the caller's word for it, SHA-256."""

    number: int
    where: str
    digest: str


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that is through: each line is in the log, or refused.

    ``address`` is a URL that tells of it to whoever knows it; ``kept`` and ``refused`` count lines.
    ``lines`` has them in their order; nothing in an upload that is known by its id alone.
    """

    upload_id: str
    address: str
    lines: Sequence[SentLine] = ()
    kept: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload is noted. Counts of lines.

    ``ended`` means that no line comes any more, ``done`` that each kept line has its verdict too.
    ``complete`` is None before the end; where it is False, the upload was cut off before ``next_line``.
    ``noted_at`` is when the last was noted (ISO 8601), None while nothing is.
    """

    upload_id: str
    registry: str | None
    kept: int
    settled: int
    refused: int
    verdicts: Mapping[str, int]
    ended: bool
    done: bool
    complete: bool | None
    next_line: int | None
    noted_at: str | None


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What a gateway says at the end of an upload, or its last note. ``noted``: the end is in the log.

    ``problem`` is why it took not all, with `status`; empty where it did. Lines before ``next_line``
    were taken.
    """

    upload_id: str
    kept: int
    refused: int
    complete: bool
    noted: bool
    next_line: int
    problem: Mapping[str, Any]


def read_progress(upload_id: str, members: Mapping[str, Any]) -> UploadProgress:
    """Read what a reader tells of an upload."""
    summary = members.get("summary") or {}
    return UploadProgress(
        upload_id=upload_id,
        registry=members.get("registry"),
        kept=members.get("kept", 0),
        settled=members.get("settled", 0),
        refused=members.get("refused", 0),
        verdicts=dict(members.get("verdicts", {})),
        ended=members["ended"],
        done=members["done"],
        complete=summary.get("complete"),
        next_line=summary.get("next_line"),
        noted_at=members.get("noted_at"),
    )


def read_answer(upload_id: str, members: Mapping[str, Any], *, noted: bool) -> UploadAnswer:
    """Read the summary of an upload."""
    refused = members.get("refused", 0)
    return UploadAnswer(
        upload_id=upload_id,
        kept=members["lines"] - members["blank"] - refused,
        refused=refused,
        complete=members["complete"],
        noted=noted,
        next_line=members.get("next_line", members["lines"] + 1),
        problem=members.get("problem") or {},
    )


def read_line(line: Mapping[str, Any], sent: Sequence[SentLine]) -> Told:
    """Read one result of an upload; ``sent`` is empty where its lines are not known."""
    number: int = line["line"]
    known = sent[number - 1] if number <= len(sent) else SentLine(number, "", "")
    status = line.get("status") or status_of(line["verdict"])
    told = read_told(known.number, Outgoing(b"", known.where), status, line)
    return replace(told, digest=known.digest)


def upload_id_of(address: str) -> str:
    """Take the id out of an upload's address; an id is its own."""
    parts = [part for part in address.partition("?")[0].split("/") if part and part != "results"]
    return parts[-1] if parts else ""
