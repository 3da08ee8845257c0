"""What a check before sending says is what sending then gives: the same bodies, both ways."""

import itertools
import json
import uuid
from collections import Counter
from typing import Any

import httpx
import pytest

from acr_http.problems import FINDINGS_MAX
from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_registries.synthesis import Shares, synthesized

SYNTHETIC = 80
SHARES = Shares(faults=0.6)


def bodies(registry: str) -> list[dict[str, Any]]:
    """Examples and synthetic submissions, each a record of its own."""
    declared = load_registries()[registry]
    examples = itertools.chain.from_iterable(
        read_submissions(declared.package, kind).values() for kind in ("valid", "invalid")
    )
    made = itertools.islice(synthesized(declared, 11, SHARES), SYNTHETIC)
    return [renewed(body) for body in (*examples, *(each.body for each in made))]


def renewed(body: dict[str, Any]) -> dict[str, Any]:
    """Give the body a GUID of its own, where it has one that holds."""
    for header in (value for name, value in body.items() if name.lower() == "dartheader"):
        for name in [name for name in header if name.lower() == "id"]:
            if len(str(header[name])) == 36:
                header[name] = str(uuid.uuid4())
    return body


@pytest.mark.parametrize("registry", load_registries())
def test_a_check_says_what_sending_gives(gateway: httpx.Client, registry: str) -> None:
    outcomes = Counter[str]()
    for body in bodies(registry):
        content = json.dumps(body).encode()
        checked, sent = (
            gateway.post(
                f"/v1/registries/{registry}/{what}",
                content=content,
                headers={"Content-Type": "application/json"},
            )
            for what in ("validations", "submissions")
        )
        outcomes[compared(checked, sent)] += 1

    assert min(outcomes[each] for each in ("stored", "rejected", "unreadable")) >= 3, outcomes


def compared(checked: httpx.Response, sent: httpx.Response) -> str:
    """Compare the two answers and tell which way they went."""
    told, real = checked.json(), sent.json()
    if checked.status_code == 400:
        assert sent.status_code == 400
        assert told == real
        return "unreadable"
    assert checked.status_code == 200
    if told["verdict_if_sent"] == "stored":
        assert (sent.status_code, real["verdict"]) == (201, "created")
        assert told["findings"] == real["findings"]
    else:
        assert (sent.status_code, real["verdict"]) == (400, "rejected")
        # A problem tells the first of many; a check tells all.
        assert told["findings"][:FINDINGS_MAX] == real["findings"]
    return str(told["verdict_if_sent"])
