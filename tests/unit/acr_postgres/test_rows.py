"""The pure parts of the record: findings as JSON, identifiers, columns."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_domain.errors import Poison
from acr_domain.findings import Finding, Severity
from acr_postgres.rows import as_uuid, columns, findings_json, findings_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
findings = st.lists(st.builds(Finding, st.sampled_from(Severity), texts, texts, texts), max_size=3)


@given(findings)
def test_findings_come_back_as_they_were(found: list[Finding]) -> None:
    assert findings_of(findings_json(found)) == tuple(found)


def test_no_findings_are_null() -> None:
    assert findings_json([]) is None
    assert findings_of(None) == ()


def test_findings_are_written_under_their_names() -> None:
    text = findings_json([Finding(Severity.ERROR, "R-1", "/a", "Wrong.")])

    assert json.loads(text or "") == [
        {"severity": "error", "rule": "R-1", "pointer": "/a", "message": "Wrong."}
    ]


def test_rows_become_columns() -> None:
    assert columns([(1, "a"), (2, "b")]) == [[1, 2], ["a", "b"]]


def test_an_identifier_that_is_no_guid_is_poison() -> None:
    with pytest.raises(Poison) as caught:
        as_uuid("no guid")

    assert caught.value.error_class == "no-guid"
    assert "no guid" not in caught.value.reason
