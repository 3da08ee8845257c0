"""Lists what the service checks and JSON Schema cannot say, each with an example document. Pure.

Where a submission is taken by one of the two and refused by the other, one of these is the reason;
a test over generated documents holds them to it.
"""

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from acr_domain.findings import Finding
from acr_registries.contract import Contract, contract_versions
from acr_registries.forms import Form
from acr_registries.header import DartHeader
from acr_registries.values import CLOCK_TIME_PATTERN, DAY_PATTERN, INSTANT_PATTERN

Document: TypeAlias = Mapping[str, Any]

_DAYS = [re.compile(pattern) for pattern in (DAY_PATTERN, INSTANT_PATTERN, CLOCK_TIME_PATTERN)]
_NINETEEN_DIGITS = re.compile(r"0*[1-9][0-9]{18}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that JSON Schema cannot say.

    ``refused_by`` tells which of the two refuses. ``example`` changes a valid submission so that the
    two differ, or gives None where the contract has nothing of the kind. ``explains`` tells whether
    it is the reason for a finding of the service where the schema refuses nothing; the finding is
    None where the schema refuses what the service takes.
    """

    difference_id: str
    title: str
    text: str
    refused_by: str
    example: Callable[[Contract, Document], Document | None]
    explains: Callable[[Contract, Document, Finding | None], bool]


def value_at(document: object, pointer: str) -> Any:
    """Give the value at a JSON Pointer, or None if there is none."""
    here: Any = document
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        try:
            here = here[int(name)] if isinstance(here, list) else here[name]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return here


def _with_header(document: Document, **elements: Any) -> Document:
    changed = copy.deepcopy(dict(document))
    changed["dartheader"] |= elements
    return changed


def _respelt(names: Iterable[str], declared: Iterable[str]) -> bool:
    """Tell whether a name is a declared one in other letter case."""
    spelling = {name.lower(): name for name in declared}
    return any(spelling.get(name.lower(), name) != name for name in names)


def _respelt_in(value: Any, form: type[Form]) -> bool:
    if not isinstance(value, dict):
        return False
    if _respelt(value, form.binding.by_name):
        return True
    for nested in form.binding.nested:
        inner = value.get(nested.name)
        items = inner if nested.many and isinstance(inner, list) else [inner]
        if any(_respelt_in(item, nested.form) for item in items):
            return True
    return False


def _other_case(contract: Contract, document: Document, _: Finding | None) -> bool:
    if _respelt(document, ("dartheader", "payload")):
        return True
    header = document.get("dartheader")
    if isinstance(header, dict):
        program = header.get("programspecificdata")
        models = contract.registry.program_models
        names = [name for model in models for name in model.model_fields]
        if _respelt(header, DartHeader.model_fields):
            return True
        if isinstance(program, dict) and _respelt(program, names):
            return True
    return any(_respelt_in(document.get("payload"), form) for form in contract.bound.values())


def _other_case_example(_: Contract, document: Document) -> Document:
    changed = dict(document)
    return {"DartHeader": changed.pop("dartheader"), **changed}


def _no_calendar_day(_: Contract, document: Document, finding: Finding | None) -> bool:
    if finding is None or finding.rule not in ("FORM-108", "HEADER-108"):
        return False
    value = value_at(document, finding.pointer)
    return isinstance(value, str) and any(each.fullmatch(value) for each in _DAYS)


def _whole_number(_: Contract, document: Document, finding: Finding | None) -> bool:
    value = value_at(document, finding.pointer) if finding else None
    return isinstance(value, float) and value.is_integer()


def _version_number(_: Contract, document: Document, finding: Finding | None) -> bool:
    if finding is None or finding.rule != "HEADER-109":
        return False
    value = value_at(document, finding.pointer)
    return isinstance(value, str) and bool(_NINETEEN_DIGITS.fullmatch(value))


def _json_text(_: Contract, __: Document, finding: Finding | None) -> bool:
    return finding is not None and finding.rule.startswith("JSON-")


def _named_version(contract: Contract, document: Document) -> str | None:
    """Give the version that a submission names, by the header or by elements of the registry's own."""
    header = document.get("dartheader")
    if not isinstance(header, dict):
        return None
    if isinstance(named := header.get("contractversion"), str):
        return named
    registry, program = contract.registry, header.get("programspecificdata")
    if not isinstance(program, dict):
        return None
    members = {name.lower(): value for name, value in program.items()}
    try:
        model = registry.program_model(members).model_construct(**members)
        return registry.named_version(model, document.get("payload"))
    except (AttributeError, TypeError, ValueError):
        return None  # Elements that the header's reading refuses.


def _other_version(contract: Contract, document: Document, finding: Finding | None) -> bool:
    if finding is not None and finding.rule == "HEADER-114":
        return True
    versions = [each.name for each in contract_versions(contract.registry)]
    named = _named_version(contract, document) or versions[-1]
    return named != contract.version.name and named in versions


def _other_version_example(contract: Contract, document: Document) -> Document | None:
    versions = [each.name for each in contract_versions(contract.registry)]
    others = [name for name in versions if name != contract.version.name]
    return _with_header(document, contractversion=others[-1]) if others else None


def _across(_: Contract, __: Document, finding: Finding | None) -> bool:
    """Tell a finding of a rule: those about forms are of the kinds FORM-1xx and HEADER-1xx."""
    return finding is not None and not finding.rule.startswith(("FORM-1", "HEADER-1", "JSON-"))


DIFFERENCES = (
    Difference(
        "letter-case",
        "Names in any letter case",
        "The service matches names of elements in any letter case, and refuses a name that is there "
        "twice so. The schema knows the spelling of the dictionary alone. Send that spelling.",
        "schema",
        _other_case_example,
        _other_case,
    ),
    Difference(
        "calendar",
        "Days that no calendar has",
        "The schema checks how a day or time is written. The service also refuses 30 February, the "
        "year 0000, and moments before the year 1 or after the year 9999 in UTC.",
        "service",
        lambda _, document: _with_header(document, modificationdate="2026-02-30T12:00:00Z"),
        _no_calendar_day,
    ),
    Difference(
        "whole-numbers",
        "Whole numbers with a fraction of zero",
        "To JSON Schema 3.0 is a whole number. The service takes 3 alone: a fraction, even of zero, "
        "tells of a sender that computes in fractions.",
        "service",
        lambda _, document: _with_header(document, versionno=1.0),
        _whole_number,
    ),
    Difference(
        "version-number",
        "The largest version number",
        "versionno, where it is a string, may have up to 19 digits by the schema; the service refuses "
        "what is above 9223372036854775807.",
        "service",
        lambda _, document: _with_header(document, versionno="9999999999999999999"),
        _version_number,
    ),
    Difference(
        "json-text",
        "JSON that not everyone reads alike",
        "A schema sees values, not their text. The service refuses repeated names, the character NUL, "
        "halves of surrogate pairs, NaN, numbers beyond a double, and nesting deeper than 64 levels, "
        "also in elements that the contract does not know.",
        "service",
        lambda _, document: _with_header(document, note="a\0b"),
        _json_text,
    ),
    Difference(
        "other-version",
        "A submission that names another contract version",
        "The service reads it by the version that it names, in contractversion or in an element of the "
        "registry's own, else by the current one. Each version has its own schema.",
        "schema",
        _other_version_example,
        _other_version,
    ),
    Difference(
        "across-elements",
        "Rules across elements",
        "What one element says about another, about the time of receipt or about check digits is said "
        "by the rules (rules.html). A rule of severity error rejects what the schema takes.",
        "service",
        lambda _, document: _with_header(
            document, creationdate="2026-02-02T12:00:00Z", modificationdate="2026-02-01T12:00:00Z"
        ),
        _across,
    ),
)


def explained_by(contract: Contract, document: Document, finding: Finding | None) -> str | None:
    """Name the difference that is the reason why the two differ about a document, if one is."""
    for each in DIFFERENCES:
        if each.explains(contract, document, finding):
            return each.difference_id
    return None
