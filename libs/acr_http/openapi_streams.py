"""Describes streams of submissions for OpenAPI: lines sent, lines answered. Pure.

OpenAPI 3.1 has no words for a sequence, so the schema is that of one line.
"""

from typing import Any

from acr_domain.judgement import Verdict
from acr_http.answers import outcome_answer, pending_answer
from acr_http.openapi_examples import MISSING, SUBMISSION_ID, outcome_example
from acr_http.openapi_schemas import reference
from acr_http.problems import Kind, Problem

NDJSON = "application/x-ndjson"
_LINE = {"type": "integer", "description": "Number of the line that is answered, from 1."}
_STATUS = {"type": "integer", "description": "What the status of a single submission would be."}


def stream_body(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe the lines that are sent: each of the schema of a single submission."""
    return {NDJSON: {"schema": schema}}


def stream_answers(registry: str) -> dict[str, Any]:
    """Describe the lines that are answered, each kind with an example."""
    created = outcome_answer(outcome_example(registry, Verdict.CREATED))
    pending = pending_answer(SUBMISSION_ID)
    refused = Problem(Kind.INVALID, "One finding. Nothing was kept.", (MISSING,)).data()
    lines = {
        "settled": {"line": 7, "status": 201, **created.data, "location": created.location},
        "pending": {"line": 8, "status": 202, **pending.data, "location": pending.location},
        "refused": {"line": 9, **refused},
        "summary": {
            "summary": {"lines": 9, "blank": 6, "created": 1, "pending": 1, "refused": 1}
            | {"complete": True}
        },
    }
    examples = {name: {"value": value} for name, value in lines.items()}
    return {NDJSON: {"schema": reference("StreamLine"), "examples": examples}}


def stream_schemas() -> dict[str, Any]:
    """Give the schema of one line of an answer."""
    return {
        "StreamLine": {
            "description": "One line of the answer to a stream; the last one is the summary.",
            "anyOf": [
                _line(reference("Outcome")),
                _line(reference("Pending")),
                _line(reference("Problem")),
                reference("StreamSummary"),
            ],
        },
        "StreamSummary": {
            "type": "object",
            "required": ["summary"],
            "properties": {"summary": reference("StreamCounts")},
        },
        "StreamCounts": _summary(),
    }


def _line(answer: dict[str, str]) -> dict[str, Any]:
    members = {
        "line": _LINE,
        "status": _STATUS,
        "location": {"type": "string", "format": "uri-reference"},
        "retry_after": {"type": "integer", "description": "Seconds."},
    }
    own = {"type": "object", "properties": members, "required": ["line", "status"]}
    return {"allOf": [own, answer]}


def _summary() -> dict[str, Any]:
    count = {"type": "integer"}
    outcomes = [*(each.value for each in Verdict), "pending", "refused"]
    return {
        "type": "object",
        "required": ["lines", "blank", "complete"],
        "properties": {
            "lines": {"type": "integer", "description": "Lines taken, blank ones among them."},
            "blank": count,
            **dict.fromkeys(outcomes, count),
            "complete": {"type": "boolean", "description": "Whether every line was taken."},
            "next_line": {"type": "integer", "description": "The first line not taken, if any."},
            "problem": reference("Problem"),
        },
    }
