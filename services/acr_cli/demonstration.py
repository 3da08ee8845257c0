"""Sends the published CDSR sample three times and shows what comes back."""

import copy
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import httpx

from acr_cli.output import Output

REMOVED_ELEMENT = "appid"
PATH = "/v1/registries/cdsr/submissions"


@dataclass(frozen=True, slots=True)
class Step:
    """One request of the demonstration: what was sent, what should come and what came."""

    sent: str
    expected: tuple[int, ...]
    status: int
    answer: Mapping[str, Any]

    @property
    def as_expected(self) -> bool:
        """Tell whether the answer is one that should come."""
        return self.status in self.expected


def read_sample() -> dict[str, Any]:
    """Read the published sample request."""
    file = resources.files("acr_registries.cdsr").joinpath(
        "examples", "valid", "published-sample.json"
    )
    sample: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return sample


def another_sample() -> dict[str, Any]:
    """Make a sample with a key of its own."""
    sample = read_sample()
    sample["dartheader"]["id"] = str(uuid.uuid4())
    return sample


def demonstrate(gateway: str, output: Output) -> list[Step]:
    """Send the sample, the sample again, and the sample with an element missing."""
    sample = read_sample()
    broken = copy.deepcopy(sample)
    del broken["dartheader"][REMOVED_ELEMENT]
    with httpx.Client(base_url=gateway, timeout=90) as client:
        # On a later run it is there already: the same id, version and content is a duplicate.
        first = _send(client, output, "the published CDSR sample", sample, (201, 200))
        if first.answer.get("verdict") == "duplicate":
            output.say(
                "          It is here from an earlier run: the same id, version and content is a "
                "duplicate and changes nothing. `make clean-data` starts afresh."
            )
        again = _send(client, output, "the same again", sample, (200,))
        wrong = _send(client, output, f"without dartheader.{REMOVED_ELEMENT}", broken, (400,))
    return [first, again, wrong]


def _send(
    client: httpx.Client, output: Output, what: str, body: object, expected: tuple[int, ...]
) -> Step:
    response = client.post(PATH, json=body)
    answer = response.json()
    step = Step(what, expected, response.status_code, answer)
    output.say()
    output.say(f"  POST {PATH}   {what}")
    style = "green" if step.as_expected else "red"
    verdict = answer.get("verdict", answer.get("title"))
    output.say(f"  {response.status_code} {response.reason_phrase}   {verdict}", style)
    for finding in answer.get("findings", ()):
        place = finding["pointer"] or "the body"
        output.say(f"          {finding['severity']} {finding['rule']} at {place}")
        output.say(f"          {finding['message']}")
    return step
