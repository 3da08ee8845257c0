"""Reads what a reader of a results feed asks for. Pure: where a feed begins by time is for others to find."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from starlette.datastructures import QueryParams

from acr_http.problems import Kind, Problem
from acr_reader.cursor import BadCursor, read_cursor

RESULTS_DEFAULT = 100
RESULTS_MAX = 500
PARTNER_CHARACTERS_MAX = 1_000
_PARAMETERS = ("partner", "after", "start", "limit")


class Start(Enum):
    """Where a feed without a cursor begins, but for a time."""

    EARLIEST = "earliest"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """Whose results, from where, and how many at once.

    ``begin`` is a cursor's places, a start, or a time (UTC) of receipt.
    """

    registry: str
    partner_id: str
    begin: dict[int, int] | Start | datetime
    limit: int


def read_request(registry: str, query: QueryParams, last_event_id: str | None) -> FeedRequest:
    """Read the parameters; `Last-Event-ID`, which a browser sends by itself, goes before them.

    Raises:
        Problem: 400 for what cannot be understood. A misspelt parameter is told, not passed over:
            a feed that begins anew without being asked to would be worse.
    """
    for name, _ in query.multi_items():
        if name not in _PARAMETERS or len(query.getlist(name)) > 1:
            known = ", ".join(_PARAMETERS)
            raise _bad(f"The parameters are {known}, once each.")
    partner_id = query.get("partner", "")
    if not partner_id or len(partner_id) > PARTNER_CHARACTERS_MAX:
        raise _bad("partner names the partner id whose results are asked for.")
    after = last_event_id or query.get("after")
    if not last_event_id and "after" in query and "start" in query:
        raise _bad("after and start exclude each other: a cursor says where to begin.")
    # No database text can hold this character, so no record can have it.
    partner_id = partner_id.replace("\0", "\ufffd")
    begin = _start(query.get("start")) if not after else _places(registry, partner_id, after)
    return FeedRequest(registry, partner_id, begin, _limit(query.get("limit")))


def _places(registry: str, partner_id: str, after: str) -> dict[int, int]:
    try:
        return read_cursor(registry, partner_id, after)
    except BadCursor as error:
        raise _bad(f"The cursor is not one of this feed. {error}") from None


def _start(text: str | None) -> Start | datetime:
    if text is None:
        return Start.EARLIEST
    try:
        return Start(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _bad("start is earliest, latest, or a time as 2026-05-01T00:00:00Z.") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _limit(text: str | None) -> int:
    if text is None:
        return RESULTS_DEFAULT
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= RESULTS_MAX:
        raise _bad(f"limit is a number from 1 to {RESULTS_MAX}.")
    return int(text)


def _bad(detail: str) -> Problem:
    return Problem(Kind.PARAMETER, detail)
