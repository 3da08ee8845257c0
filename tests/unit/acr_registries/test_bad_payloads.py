"""Whatever a payload holds, there are findings and never an exception."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, has_error
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import read_submissions
from acr_registries.forms import Form
from acr_registries.payloads import FINDINGS_MAX
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
REGISTRIES = load_registries()
EXAMPLES = [
    pytest.param(name, body, id=f"{name}-{example}")
    for name, registry in REGISTRIES.items()
    for example, body in read_submissions(registry.package, "valid").items()
    if isinstance(body.get("payload"), dict)
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
    | st.sampled_from(["2026-02-30", "02/29/2025", "0000-01-01", "9999-12-31", "4AS", "", " "])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcXY_", max_size=5), inner)
    ),
    max_leaves=12,
)


def findings(name: str, body: Any) -> tuple[Finding, ...]:
    registry = REGISTRIES[name]
    return examine(registry, read_contents(registry, as_bytes(body), {}), NOW)


def looked_at(name: str, body: Any) -> Form | None:
    return read_contents(REGISTRIES[name], as_bytes(body), {}).form


@contextmanager
def suppress_refused_version() -> Iterator[None]:
    try:
        yield
    except InvalidSubmission as error:
        if [each.rule for each in error.findings] != ["HEADER-114"]:
            raise


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List every place within a value, itself too."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(found for step, each in inner for found in places(each, (*path, step)))]


def replaced(body: Any, path: tuple[str | int, ...], value: Any) -> Any:
    body = copy.deepcopy(body)
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return body


@pytest.mark.parametrize(("name", "body"), EXAMPLES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_anything_in_any_place_gives_findings_and_no_exception(
    name: str, body: Any, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([("payload", *path) for path in places(body["payload"])]))
    changed = replaced(body, place, data.draw(ANYTHING))
    # Only the choice of a contract version can be refused by a payload.
    with suppress_refused_version():
        findings(name, changed)


@pytest.mark.parametrize(("name", "body"), EXAMPLES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(payload=ANYTHING)
def test_any_payload_gives_findings_and_no_exception(name: str, body: Any, payload: Any) -> None:
    assert len(findings(name, {**body, "payload": payload})) <= FINDINGS_MAX


@pytest.mark.parametrize(("name", "body"), EXAMPLES)
def test_a_list_of_a_hundred_thousand_is_answered_with_few_findings(name: str, body: Any) -> None:
    for member, value in body["payload"].items():
        if isinstance(value, list):
            found = findings(name, replaced(body, ("payload", member), [{}] * 100_000))

            assert has_error(found) or looked_at(name, body) is None
            assert len(found) <= FINDINGS_MAX


@pytest.mark.parametrize(("name", "body"), EXAMPLES)
def test_ten_thousand_unknown_elements_are_few_findings_and_no_error(name: str, body: Any) -> None:
    more = {f"element{number}": number for number in range(10_000)}

    found = findings(name, {**body, "payload": {**body["payload"], **more}})

    assert not has_error(found)
    assert len(found) <= FINDINGS_MAX
