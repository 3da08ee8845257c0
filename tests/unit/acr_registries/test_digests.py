"""The digest tells content apart, and nothing but content."""

import json
import uuid
from typing import Any

import pytest

from acr_testkit.forms import read
from acr_testkit.samples import submission


def test_the_same_content_in_other_order_spacing_and_spelling_has_the_same_digest() -> None:
    header_id = str(uuid.uuid4())
    plain = submission(header_id=header_id, version_no="1", payload={"a": 1, "b": [True, None]})
    header = plain["dartheader"]
    other = {
        "payload": {"b": [True, None], "a": 1},
        "DartHeader": {name.upper(): header[name] for name in reversed(header)} | {"VERSIONNO": 1},
    }

    digest = read(json.dumps(other, indent=4).encode()).digest

    assert digest == read(plain).digest
    assert len(digest) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"version_no": 2},
        {"partner": "other"},
        {"header_id": str(uuid.UUID(int=2))},
        {"payload": {"a": 2}},
        {"payload": {"A": 1}},
        {"projectname": "cms demo 2"},
        {"unknownelement": "x"},
    ],
)
def test_other_content_has_another_digest(change: dict[str, Any]) -> None:
    same: dict[str, Any] = {"header_id": str(uuid.UUID(int=1)), "payload": {"a": 1}}

    assert read(submission(**same)).digest != read(submission(**(same | change))).digest
