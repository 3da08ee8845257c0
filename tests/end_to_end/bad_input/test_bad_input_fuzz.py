"""Mutated submissions, by the hundred: never a fault, and what is taken means the same to all."""

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acr_http.problems import PROBLEM_TYPE
from acr_settings.settings import PostgresSettings
from acr_testkit.kept_log import Kept
from acr_testkit.problem_answers import MARKER, tells_nothing_inner
from acr_testkit.samples import as_bytes, submission

REGISTRIES = ("cdsr", "grid", "lcsr", "pqrs")
AWKWARD = st.sampled_from(["", MARKER, "\0", "a\0", "\ud800", "\u2028", "é", "İ", "0", "-1", "NaN"])
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**30, 10**400, -0.0, 5e-324])
SCALARS = st.none() | st.booleans() | NUMBERS | AWKWARD | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(AWKWARD | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
WITHIN_20_SECONDS = settings(
    max_examples=1500,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@st.composite
def mutants(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid submission of a registry with some of its values changed, then some of its bytes."""
    registry = draw(st.sampled_from(REGISTRIES))
    body = copy.deepcopy(submission(registry, partner="fuzz"))
    for _ in range(draw(st.integers(0, 3))):
        _change(draw, body)
    text = as_bytes(body)
    for _ in range(draw(st.integers(0, 2))):
        begin = draw(st.integers(0, len(text)))
        end = begin + draw(st.integers(0, 3))
        text = text[:begin] + draw(st.binary(max_size=4)) + text[end:]
    return registry, text


def _change(draw: st.DrawFn, body: dict[str, Any]) -> None:
    place = draw(st.sampled_from(["top", "header", "program"]))
    header = body.get("dartheader")
    members: Any = body
    if place != "top" and isinstance(header, dict):
        members = header
        program = header.get("programspecificdata")
        if place == "program" and isinstance(program, dict):
            members = program
    name = draw(st.sampled_from([*sorted(members), "new"]))
    match draw(st.sampled_from(["set", "drop", "respell"])):
        case "set":
            members[name] = draw(VALUES)
        case "drop":
            members.pop(name, None)
        case "respell":
            members[draw(st.sampled_from([name.upper(), name.title()]))] = members.get(name)


def _send_mutants(look: Callable[[bytes, httpx.Response], None], gateway: httpx.Client) -> None:
    @WITHIN_20_SECONDS
    @given(mutants())
    def send(mutant: tuple[str, bytes]) -> None:
        registry, body = mutant
        fields = {"Content-Type": "application/json"}
        path = f"/v1/registries/{registry}/submissions"
        look(body, gateway.post(path, content=body, headers=fields))

    send()


def _exactly(text: str | bytes) -> object:
    """Read numbers as they are written: a jsonb number is a decimal, whatever a double makes of it."""
    return json.loads(text, parse_int=Decimal, parse_float=Decimal)


@pytest.mark.slow
async def test_mutants_never_make_a_fault_and_what_is_taken_postgresql_can_hold(
    gateway: httpx.Client, kept: Kept, postgres_settings: PostgresSettings
) -> None:
    """Goal: `taken` means storable, by a judge that is not ours.

    Method: whatever is kept must be JSON to PostgreSQL's jsonb, which refuses NUL, lone surrogates
    and numbers without end, and must mean the same to it as to Python.
    """
    taken: list[bytes] = []
    statuses: set[int] = set()

    def look(body: bytes, answer: httpx.Response) -> None:
        statuses.add(answer.status_code)
        assert answer.status_code in {200, 201, 400}, answer.text
        kept.expect(answer)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            assert answer.headers["content-type"] == PROBLEM_TYPE
            assert answer.json()["findings"] or answer.json()["verdict"] == "conflict"
            tells_nothing_inner(answer)
        if "submission_id" in answer.json():
            taken.append(body)

    _send_mutants(look, gateway)

    assert statuses >= {201, 400}
    assert len(taken) > 20
    connection = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    try:
        for body in taken:
            held = await connection.fetchval("SELECT $1::jsonb", body.decode())
            assert _exactly(held) == _exactly(body)
    finally:
        await connection.close()
