"""Writes the answers to the lines of a stream, and counts them for its summary. Sends nothing."""

import functools
from collections import Counter
from collections.abc import Sequence

import orjson

from acr_http.answers import Answer, pending_answer
from acr_http.app import RETRY_AFTER_SECONDS
from acr_http.problems import Problem

REFUSED = "refused"


class Tally:
    """How many lines of a stream became what. It changes with each answer."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_outcome: Counter[str] = Counter()
        self._told: Counter[str] = Counter()

    def untold(self) -> Counter[str]:
        """Give what has been counted since this was asked last."""
        new = self.by_outcome - self._told
        self._told = self.by_outcome.copy()
        return new

    def summary(self, lines: int, blank: int, end: Problem | None) -> bytes:
        """Write the last line of the answer. ``end`` says why not every line was taken, if so."""
        members: dict[str, object] = {
            "lines": lines,
            "blank": blank,
            **self.by_outcome,
            "complete": end is None,
        }
        if end is not None:
            members |= {"next_line": lines + 1, "problem": end.data()}
        return orjson.dumps({"summary": members}) + b"\n"


def answer_line(line: int, answer: Answer) -> bytes:
    """Write the answer to one line: the members that a single submission would get, and the line."""
    members: dict[str, object] = {"line": line, "status": answer.status, **answer.data}
    if answer.location is not None:
        members["location"] = answer.location
    return orjson.dumps(members) + b"\n"


def pending_line(line: int, submission_id: str) -> bytes:
    """Write the answer to a line whose wait has ended, as `answer_line` would."""
    return b'{"line":%d%b' % (line, submission_id.encode().join(_pending_parts()))


@functools.cache
def _pending_parts() -> Sequence[bytes]:
    """Cut such an answer where the submission's id stands."""
    place = "-id-"
    answer = answer_line(0, pending_answer(place))
    return answer.removeprefix(b'{"line":0').split(place.encode())


def problem_answer(problem: Problem) -> Answer:
    """Give the answer to a line that is not kept; a retry later is told as `retry_after`, seconds."""
    data = problem.data()
    retry_after = problem.headers.get("Retry-After")
    if retry_after is not None:
        data["retry_after"] = int(retry_after)
    return Answer(problem.kind.status, data)


assert RETRY_AFTER_SECONDS.isdigit()
