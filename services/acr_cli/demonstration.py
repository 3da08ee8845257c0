"""Sends the published CDSR sample three times, then checks and sends one synthetic submission to each
registry, and shows what comes back."""

import copy
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import httpx

from acr_cli.output import Output
from acr_registries.catalogue import load_registries
from acr_registries.registry import Registry
from acr_registries.synthesis import synthesize

REMOVED_ELEMENT = "appid"
PATH = "/v1/registries/cdsr/submissions"
SEED = 1
FINDINGS_SHOWN_MAX = 3


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
    """Send the sample, the same again, it with an element missing; then synthetic submissions."""
    sample = read_sample()
    broken = copy.deepcopy(sample)
    del broken["dartheader"][REMOVED_ELEMENT]
    with httpx.Client(base_url=gateway, timeout=90) as client:
        # On a later run it is there already: the same id, version and content is a duplicate.
        first = _send(client, output, PATH, "the published CDSR sample", sample, (201, 200))
        if first.answer.get("verdict") == "duplicate":
            output.say(
                "          It is here from an earlier run: the same id, version and content is a "
                "duplicate and changes nothing. `make clean-data` starts afresh."
            )
        again = _send(client, output, PATH, "the same again", sample, (200,))
        what = f"without dartheader.{REMOVED_ELEMENT}"
        wrong = _send(client, output, PATH, what, broken, (400,))
        steps = [first, again, wrong]
        for registry in load_registries().values():
            if registry.make is not None:
                steps += _send_synthetic(client, output, registry)
    return steps


def _send_synthetic(client: httpx.Client, output: Output, registry: Registry) -> list[Step]:
    (body,) = synthesize(registry, 1, SEED)
    place = f"/v1/registries/{registry.name}"
    checked = _send(
        client, output, f"{place}/validations", "a synthetic one, checked", body, (200,)
    )
    sent = _send(client, output, f"{place}/submissions", "and sent", body, (201, 200))
    return [checked, sent]


def _send(
    client: httpx.Client,
    output: Output,
    path: str,
    what: str,
    body: object,
    expected: tuple[int, ...],
) -> Step:
    response = client.post(path, json=body)
    answer = response.json()
    step = Step(what, expected, response.status_code, answer)
    output.say()
    output.say(f"  POST {path}   {what}")
    style = "green" if step.as_expected else "red"
    would_be = answer.get("verdict_if_sent")
    verdict = f"would be {would_be}" if would_be else answer.get("verdict", answer.get("title"))
    output.say(f"  {response.status_code} {response.reason_phrase}   {verdict}", style)
    findings = answer.get("findings", ())
    for finding in findings[:FINDINGS_SHOWN_MAX]:
        place = finding["pointer"] or "the body"
        output.say(f"          {finding['severity']} {finding['rule']} at {place}")
        output.say(f"          {finding['message']}")
    if len(findings) > FINDINGS_SHOWN_MAX:
        output.say(f"          and {len(findings) - FINDINGS_SHOWN_MAX} more")
    return step
