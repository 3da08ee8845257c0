"""Checks that an answer is a problem as promised: its form, its places, and what it must not tell."""

import json
from collections.abc import Iterable
from typing import Any

import httpx

from acr_http.problems import PROBLEM_TYPE, Kind

MARKER = "q7Zm4rkErx"
"""A value for submissions that must not come back in any answer or log."""

INTERNALS = (
    "traceback",
    "pydantic",
    "asyncpg",
    "aiokafka",
    "starlette",
    "uvicorn",
    "fastavro",
    "json.decoder",
    "site-packages",
    ".py",
    "exception",
    "0x",
)

Place = tuple[str, str]
"""A rule id and the JSON Pointer that it should come with."""


def check_problem(
    gateway: httpx.Client, answer: httpx.Response, kind: Kind, places: Iterable[Place] = ()
) -> dict[str, Any]:
    """Check a problem's form and exactly these findings, in any order; gives its members."""
    assert answer.status_code == kind.status, answer.text
    assert answer.headers["content-type"] == PROBLEM_TYPE
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"/problems/{kind.slug}"
    page = gateway.get(problem["type"])
    assert page.status_code == httpx.codes.OK
    assert page.text.startswith(problem["title"])
    assert problem["title"] == kind.title
    assert problem["status"] == kind.status
    assert problem["detail"].endswith(".")
    findings = problem.get("findings", [])
    assert sorted((one["rule"], one["pointer"]) for one in findings) == sorted(places)
    for finding in findings:
        assert finding.keys() == {"severity", "rule", "pointer", "message"}
        assert finding["severity"] == "error"
        assert _is_advice(finding["message"]), finding["message"]
    tells_nothing_inner(answer)
    return problem


def tells_nothing_inner(answer: httpx.Response) -> None:
    """Check that neither a value of the submission nor our inside shows, fields included.

    A pointer is left out: it leads to a name, spelt as the sender did, and holds no value.
    """
    told = f"{answer.headers} {answer.text}"
    for finding in answer.json().get("findings", ()):
        told = told.replace(json.dumps(finding["pointer"], ensure_ascii=False), "")
    assert MARKER.lower() not in told.lower()
    assert not [word for word in INTERNALS if word in told.lower()], told


def _is_advice(message: str) -> bool:
    """Whether it names a deed, or the form that the element must have."""
    deeds = (
        " must ",
        "Add ",
        "Send ",
        "Remove ",
        "Keep ",
        "Encode ",
        "Leave ",
        "Wrong type: input",
    )
    return message.endswith(".") and (
        any(deed in message for deed in deeds)
        or message.startswith("Not JSON at line")
        or "disagrees with the address, which says" in message
    )
