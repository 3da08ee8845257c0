"""Submissions to the made-up registry, and the registry itself under another name."""

import copy
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from acr_domain.findings import Finding
from acr_domain.submission import Submission, SubmissionKey
from acr_registries.registry import Registry
from acr_testkit.phantoms.registry import REGISTRY
from acr_testkit.samples import submission

NOTHING: Mapping[str, Any] = {}
RECEIVED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SCAN: dict[str, Any] = {
    "Day": "2026-01-31",
    "Order": "o-1",
    "Count": 3,
    "Dose": 1.5,
    "Passed": True,
    "Began": "2026-01-31T10:00:00-05:00",
    "Ended": "2026-01-31T10:20:00",
    "Findings": ["1", "9"],
    "Latter": "new",
    "Scanner": {"Maker": "m", "Installed": "2020-02-29", "Report": {"Text": "Fine."}},
    "Left": {"Finding": "1", "Seen_At": "2026-01-31T10:05:00Z"},
    "Series": [
        {"Protocol": "a", "Images": [{"Noise": 2.0, "Labels": ["x", "y"]}, {"Noise": 4.0}]},
        {"Protocol": "b"},
    ],
}


def phantoms_named(name: str) -> Registry:
    """Declare the registry under another name, so that its tables are a test's own."""
    return replace(REGISTRY, name=name)


def body_of(kind: str, payload: Any, *, program: Any = None, **header: Any) -> bytes:
    """Write a submission of a kind: scan, note or free."""
    elements = {"kind": kind, "facilityid": "f-1", "reportingyear": 2026, **(program or {})}
    sent = submission(payload=payload, programspecificdata=elements, **header)
    return json.dumps(sent).encode()


def scan_body(header: Mapping[str, Any] = NOTHING, **changes: Any) -> bytes:
    """Write a submission of a scan; None takes an element away."""
    changed = {**copy.deepcopy(SCAN), **changes}
    payload = {name: each for name, each in changed.items() if each is not None}
    return body_of("scan", payload, **header)


def kept_as(
    body: bytes,
    *,
    registry: str = REGISTRY.name,
    partner: str = "ndsc",
    record: int = 1,
    version_no: int = 1,
    findings: tuple[Finding, ...] = (),
) -> Submission:
    """Give a submission as the log has it."""
    return Submission(
        submission_id=str(uuid.UUID(int=1000 * record + version_no)),
        key=SubmissionKey(registry, partner, str(uuid.UUID(int=record))),
        version_no=version_no,
        digest=hashlib.sha256(body).digest(),
        findings=findings,
        received_at=RECEIVED_AT,
        content_type="application/json",
        body=body,
    )
