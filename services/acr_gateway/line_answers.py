"""Writes the answers to the lines of a stream, and counts them for its summary. Sends nothing."""

from collections import Counter

import orjson

from acr_http.answers import Answer
from acr_http.app import RETRY_AFTER_SECONDS
from acr_http.problems import Problem


class Tally:
    """How many lines of a stream became what. It changes with each answer."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_outcome: Counter[str] = Counter()

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


def problem_answer(problem: Problem) -> Answer:
    """Give the answer to a line that is not kept; a retry later is told as `retry_after`, seconds."""
    data = problem.data()
    retry_after = problem.headers.get("Retry-After")
    if retry_after is not None:
        data["retry_after"] = int(retry_after)
    return Answer(problem.kind.status, data)


assert RETRY_AFTER_SECONDS.isdigit()
