"""Tells what would become of a submission, were it sent now. Pure; the same reading and rules as sending."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity, has_error
from acr_domain.strict_json import parse
from acr_registries.examination import examine
from acr_registries.header import HEADER, SUBMITTED
from acr_registries.reading import CONTRACT_VERSION, read_contents
from acr_registries.registry import Registry

STORED, REJECTED = "stored", "rejected"
COMPLETE, INCOMPLETE = "complete", "incomplete"


@dataclass(frozen=True, slots=True)
class Check:
    """What one readable submission would become.

    ``status`` is what the stored record would be: complete, incomplete, in_progress or cancelled;
    None where it would be rejected.
    """

    registry: str
    contract_version: str
    verdict_if_sent: str
    status: str | None
    findings: tuple[Finding, ...]

    def counts(self) -> Mapping[str, int]:
        """Count the findings by severity, each of which is named."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity.value: counted[severity] for severity in Severity}


def check_submission(registry: Registry, body: bytes, received_at: datetime) -> Check:
    """Read a body and apply the rules, as the gateway does with what it is to keep.

    Raises:
        InvalidSubmission: with the findings of a body that could not be kept at all.
    """
    contents = read_contents(registry, body, {})
    findings = examine(registry, contents, received_at)
    rejected = has_error(findings)
    return Check(
        registry.name,
        contents.version.name,
        REJECTED if rejected else STORED,
        None if rejected else _status(contents.header.recordstatus, findings),
        findings,
    )


def _status(record_status: str, findings: tuple[Finding, ...]) -> str:
    if record_status != SUBMITTED:
        return record_status
    lacking = any(finding.severity is Severity.INCOMPLETE for finding in findings)
    return INCOMPLETE if lacking else COMPLETE


def naming_contract(body: bytes, version: str) -> bytes:
    """Give the body with its header naming a contract version; what cannot be read stays as it is."""
    try:
        members = parse(body)
    except InvalidSubmission:
        return body
    if not isinstance(members, dict):
        return body
    for header in (value for name, value in members.items() if name.lower() == HEADER):
        if isinstance(header, dict):
            same = [name for name in header if name.lower() == CONTRACT_VERSION]
            header.update(dict.fromkeys(same or [CONTRACT_VERSION], version))
    return json.dumps(members, ensure_ascii=False).encode()
