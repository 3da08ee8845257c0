"""Reads submissions as a gateway does, and gives what was found wrong with their form."""

from typing import Any

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding
from acr_registries.catalogue import load_registries
from acr_registries.reading import read_contents
from acr_registries.registry import Contents
from acr_testkit.samples import as_bytes


def read(body: Any, registry: str = "cdsr", expected: dict[str, str] | None = None) -> Contents:
    """Read a body, given as JSON or as a value."""
    sent = body if isinstance(body, bytes) else as_bytes(body)
    return read_contents(load_registries()[registry], sent, expected or {})


def findings(
    body: Any, registry: str = "cdsr", expected: dict[str, str] | None = None
) -> tuple[Finding, ...]:
    """Give what is wrong with a body; nothing if it can be read."""
    try:
        read(body, registry, expected)
    except InvalidSubmission as error:
        return error.findings
    return ()


def places(
    body: Any, registry: str = "cdsr", expected: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    """Give rule id and pointer of each thing that is wrong with a body."""
    return [(each.rule, each.pointer) for each in findings(body, registry, expected)]
