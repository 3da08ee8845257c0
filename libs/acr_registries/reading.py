"""Reads a submission once, at the edge: bytes to typed contents, or every form finding at once."""

import functools
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity, pointer
from acr_domain.strict_json import JsonValue
from acr_domain.submission import SubmissionKey
from acr_registries.contract import Contract, contract_versions, open_contract
from acr_registries.elements import header_codes
from acr_registries.fast_json import read_json
from acr_registries.form_words import HINTS_MAX, NAME_CHARACTERS_MAX, unknown_message
from acr_registries.forms import Form, Path
from acr_registries.header import (
    BODY_NAMES,
    CANCELLED,
    HEADER,
    PAYLOAD,
    PROGRAM,
    TEXT_CHARACTERS_MAX,
    DartHeader,
    ProgramData,
    explain,
)
from acr_registries.payloads import FINDINGS_MAX, read_payload
from acr_registries.plain_forms import plain_reader
from acr_registries.registry import Contents, Registry, as_sent

CONTRACT_VERSION = "contractversion"
HEADER_NAMES = frozenset(DartHeader.model_fields)

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_contents(registry: Registry, body: bytes, expected: Mapping[str, str]) -> Contents:
    """Read a body into contents; what is wrong with the payload's form is noted in them.

    ``expected`` gives the `programspecificdata` elements that the address of the request has fixed
    (the original CDSR address names the provider type).

    Raises:
        InvalidSubmission: with every finding about JSON and header (``JSON-1xx``, ``HEADER-1xx``).
    """
    form = _Form()
    text = read_json(body)
    members = form.members((), text.value, BODY_NAMES)
    header = form.object_at(members, HEADER, HEADER_NAMES)
    if members is not None and PAYLOAD not in members:
        form.add("HEADER-101", (PAYLOAD,), "The payload is missing. Send {} if there is none.")
    typed_header, typed_program = None, None
    if header is not None:
        program = form.object_at(header, PROGRAM, _program_names(registry), (HEADER,))
        typed_header = form.validate(DartHeader, header, (HEADER,))
        form.check_codes(registry, header)
        if program is not None:
            model = registry.program_model({**expected, **program})
            typed_program = form.validate(model, program, (HEADER, PROGRAM))
            form.check_expected(program, expected)
    if form.findings or typed_header is None or typed_program is None:
        raise InvalidSubmission(form.findings)
    assert members is not None
    assert header is not None
    payload = members[PAYLOAD]
    contract = form.contract(registry, typed_header, typed_program, payload)
    typed_payload, notes = _payload(contract, typed_header, typed_program, payload, form.names)
    # By their order: by their names, a tuple of so many takes twice as long to make.
    return Contents(
        SubmissionKey(registry.name, typed_header.partnerid, typed_header.id),
        typed_header.versionno,
        typed_header,
        typed_program,
        payload,
        typed_payload,
        (*form.notes, *notes),
        text,
        header,
        contract.version,
        _version_place(registry, typed_header),
        form.names,
    )


def _version_place(registry: Registry, header: DartHeader) -> Path:
    return (HEADER, CONTRACT_VERSION) if header.contractversion else registry.version_place


def _payload(
    contract: Contract,
    header: DartHeader,
    program: ProgramData,
    payload: JsonValue,
    names: dict[Path, str],
) -> tuple[Form | None, tuple[Finding, ...]]:
    if header.recordstatus == CANCELLED:
        return None, ()
    declared = contract.registry.payload_form(program, payload)
    if declared is None:
        return None, ()
    form, findings = read_payload(contract.bound[declared], payload, (PAYLOAD,), names)
    return form, tuple(findings)


@functools.cache
def _program_names(registry: Registry) -> AbstractSet[str]:
    return frozenset(name for model in registry.program_models for name in model.model_fields)


class _Form:
    """Gathers what is to be said about one body's form, and how the sender spelt its names.

    ``findings`` refuse it, ``notes`` do not.
    """

    __slots__ = ("findings", "names", "notes")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []
        self.names: dict[Path, str] = {}

    def add(self, rule: str, path: Path, message: str) -> None:
        """Note a finding at a path of lower-case names."""
        place = pointer(*as_sent(self.names, path))
        self.findings.append(Finding(Severity.ERROR, rule, place, message))

    def members(
        self, path: tuple[str, ...], value: JsonValue, known: AbstractSet[str] = frozenset()
    ) -> dict[str, JsonValue] | None:
        """Give an object's members under lower-case names; a name in two spellings is a finding.

        ``known`` has names in lower case: where there are no others, nothing needs to be looked at.
        """
        if not isinstance(value, dict):
            self.add("HEADER-102", path, "This must be a JSON object.")
            return None
        if value.keys() <= known:
            return value
        members: dict[str, JsonValue] = {}
        for name, member in value.items():
            lower = name.lower()
            if lower in members:
                self._note_twice(name, path)
                continue
            members[lower] = member
            if known and lower not in known:
                self._note_unknown(name, path, known)
            if name != lower:
                self.names[*path, lower] = name
        return members

    def _note_twice(self, name: str, path: Path) -> None:
        if len(self.findings) < FINDINGS_MAX:
            message = "The element is there twice, in other letter case. Keep one."
            sent = (*as_sent(self.names, path), name)
            self.findings.append(Finding(Severity.ERROR, "HEADER-110", pointer(*sent), message))

    def _note_unknown(self, name: str, path: Path, known: AbstractSet[str]) -> None:
        if len(self.notes) < FINDINGS_MAX:
            hinted = len(self.notes) < HINTS_MAX
            message = unknown_message(name, {each: each for each in known}, hinted=hinted)
            place = pointer(*as_sent(self.names, path), name[:NAME_CHARACTERS_MAX])
            self.notes.append(Finding(Severity.WARNING, "HEADER-120", place, message))

    def object_at(
        self,
        members: Mapping[str, JsonValue] | None,
        name: str,
        known: AbstractSet[str],
        path: tuple[str, ...] = (),
    ) -> dict[str, JsonValue] | None:
        """Give the members of a required object."""
        if members is None:
            return None
        if name not in members:
            self.add("HEADER-101", (*path, name), "The element is required. Add it.")
            return None
        return self.members((*path, name), members[name], known)

    def validate(
        self, model: type[ModelT], members: Mapping[str, JsonValue], path: tuple[str, ...]
    ) -> ModelT | None:
        """Validate members against a model; its errors become findings."""
        try:
            read: ModelT = plain_reader(model).validate_python(members)
            return read
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                # A nested object has been looked at already, with its own findings.
                if detail["loc"] != (PROGRAM,):
                    self.add(*_finding_of(detail, path))
            return None

    def check_codes(self, registry: Registry, header: Mapping[str, JsonValue]) -> None:
        """Compare the coded elements with the registry's lists, in any letter case."""
        for name, codes in header_codes(registry.package).items():
            value = header.get(name)
            if isinstance(value, str) and value.lower() not in codes and value.strip():
                message = f"The element must be one of: {', '.join(codes)}."
                self.add("HEADER-105", (HEADER, name), message)
        for name, most in registry.text_max.items():
            value = header.get(name)
            # Beyond the bound of all texts, the model has said so already.
            if isinstance(value, str) and most < len(value) <= TEXT_CHARACTERS_MAX:
                message = f"The element must have at most {most} characters."
                self.add("HEADER-104", (HEADER, name), message)

    def check_expected(self, program: Mapping[str, JsonValue], expected: Mapping[str, str]) -> None:
        """Compare the elements that the request's address names."""
        for name, value in expected.items():
            sent = program.get(name)
            if isinstance(sent, str) and sent.lower() != value:
                message = f"The element disagrees with the address, which says {value}."
                self.add("HEADER-111", (HEADER, PROGRAM, name), message)

    def contract(
        self, registry: Registry, header: DartHeader, program: ProgramData, payload: JsonValue
    ) -> Contract:
        """Open the contract that the submission names, or the current one.

        Raises:
            InvalidSubmission: if it names a version that there never was.
        """
        named = header.contractversion or registry.named_version(program, payload)
        try:
            return open_contract(registry, named)
        except KeyError:
            known = ", ".join(version.name for version in contract_versions(registry))
            message = f"There is no such contract version. Name one of: {known}; or none."
            self.add("HEADER-114", _version_place(registry, header), message)
            raise InvalidSubmission(self.findings) from None


# pydantic's kinds of error, as a rule and words that take the numbers of its context.
_TOLD = {
    "missing": ("HEADER-101", "The element is required. Add it."),
    "string_type": ("HEADER-102", "The element must be a string."),
    "int_type": ("HEADER-102", "The element must be a whole number, without quotes."),
    "string_too_long": ("HEADER-104", "The element must have at most {max_length} characters."),
    "literal_error": ("HEADER-105", "The element must be one of: {expected}."),
    "greater_than_equal": ("HEADER-113", "The element must be at least {ge}."),
    "less_than_equal": ("HEADER-113", "The element must be at most {le}."),
}


def _finding_of(detail: ErrorDetails, path: tuple[str, ...]) -> tuple[str, tuple[str, ...], str]:
    kind, place = detail["type"], (*path, *map(str, detail["loc"]))
    if kind in _TOLD:
        rule, words = _TOLD[kind]
        return rule, place, words.format_map(detail.get("ctx", {}))
    if kind == "string_pattern_mismatch":
        told = explain(detail["ctx"]["pattern"], detail["input"])
        if told is not None:
            return told.type, place, told.message()
    if kind.startswith("HEADER-"):
        return kind, place, detail["msg"]
    return "HEADER-102", place, f"Wrong type: {detail['msg'].lower()}."
