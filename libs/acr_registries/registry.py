"""What a registry is: a name, the codes of its header, its model and its rules. Declared, not coded.

A registry is a folder beside this file whose `registry.py` names a `REGISTRY`. Nothing else in the
project lists them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from acr_domain.findings import Finding, Severity, pointer
from acr_domain.strict_json import JsonValue
from acr_domain.submission import SubmissionKey
from acr_registries.header import DartHeader, ProgramData


@dataclass(frozen=True, slots=True)
class Contents:
    """One submission's content, read: typed header, typed `programspecificdata`, payload as JSON.

    ``names`` maps paths of lower-case names to the names as they were sent, so that a pointer
    leads the sender to its own spelling. ``digest`` is SHA-256 over the canonical content.
    """

    key: SubmissionKey
    version_no: int
    header: DartHeader
    program: ProgramData
    payload: JsonValue
    digest: bytes
    names: Mapping[tuple[str, ...], tuple[str, ...]]

    def pointer(self, *path: str) -> str:
        """Point at a header element, by lower-case names, in the body as it was sent."""
        return pointer(*self.names.get(path, path))


Breach = tuple[tuple[str, ...], str]
"""The path of the element at fault, in lower case, and what to say of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a registry.

    ``check`` is pure: it gets the contents and the time of receipt (the only "now" it may know) and
    yields each breach. ``source`` says where the rule comes from.
    """

    rule_id: str
    severity: Severity
    source: str
    check: Callable[[Contents, datetime], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class Registry:
    """One registry.

    ``codes`` lists the values that a header element may have (any letter case); an element without
    a list may hold any text. ``program_model`` chooses the model of `programspecificdata` by its
    own members, given with names in lower case. ``text_max`` bounds single elements, in characters.
    """

    name: str
    title: str
    codes: Mapping[str, tuple[str, ...]]
    program_model: Callable[[Mapping[str, Any]], type[ProgramData]]
    rules: tuple[Rule, ...] = ()
    text_max: Mapping[str, int] = field(default_factory=dict)


def examine(registry: Registry, contents: Contents, received_at: datetime) -> tuple[Finding, ...]:
    """Apply every rule of the registry; findings come in the order of the rules."""
    return tuple(
        Finding(rule.severity, rule.rule_id, contents.pointer(*path), message)
        for rule in registry.rules
        for path, message in rule.check(contents, received_at)
    )
