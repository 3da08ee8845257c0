"""Reads a payload into its typed form, or finds everything that is wrong with it.

Names are matched in any letter case; what the form does not have is kept with the body and reported.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from acr_domain.findings import Finding, Severity, pointer
from acr_domain.strict_json import JsonValue
from acr_registries.elements import Element
from acr_registries.form_words import (
    HINTS_MAX,
    NAME_CHARACTERS_MAX,
    told,
    too_long_message,
    unknown_message,
)
from acr_registries.forms import Binding, Form, Path
from acr_registries.plain_forms import plain_reader
from acr_registries.registry import as_sent

# More findings than this help nobody, and would make a result many times the size of its body.
FINDINGS_MAX = 1000

Names: TypeAlias = dict[Path, str]


def read_payload(
    model: type[Form], payload: JsonValue, path: Path, names: Names
) -> tuple[Form | None, list[Finding]]:
    """Read a payload by its bound model.

    ``names`` is given the names that were sent in another letter case. The form is None where a
    finding rejects it.
    """
    if (form := _as_declared(model, payload)) is not None:
        return form, []
    folding = _Folding(names)
    folded = folding.fold(payload, model, path)
    if folding.too_long:
        # pydantic would find something in each of the entries before it counted them.
        return None, folding.findings
    try:
        return plain_reader(model).validate_python(folded), folding.findings
    except ValidationError as error:
        details = (each for each in error.errors(include_url=False) if not _counts_good_ones(each))
        bounded = itertools.islice(details, FINDINGS_MAX)
        found = [_finding(model, detail, path, names) for detail in bounded]
        return None, found + folding.findings


def _as_declared(model: type[Form], payload: JsonValue) -> Form | None:
    """Read a payload in which every name is spelt as declared, as most are: in one pass."""
    if not isinstance(payload, dict) or _too_long(payload, model.binding):
        return None
    try:
        form: Form = plain_reader(model).validate_python(payload)
    except ValidationError:
        return None
    return form if _is_all_taken(form, payload) else None


def _is_all_taken(form: Form, members: Any) -> bool:
    """Tell whether a form and those within took every member that was sent: they have no others.

    To have pydantic forbid others costs up to three times as much as comparing these numbers. What is
    no object (a plain answer of PQRS) has its form's own reading.
    """
    if not isinstance(members, dict):
        return True
    if len(form.__pydantic_fields_set__) != len(members):
        return False
    for nested in form.binding.nested:
        if inner := members.get(nested.name):
            value = form.__dict__[nested.attribute]
            if not nested.many:
                if not _is_all_taken(value, inner):
                    return False
            elif not all(map(_is_all_taken, value, inner)):
                return False
    return True


def _too_long(members: Mapping[str, JsonValue], binding: Binding) -> list[tuple[str, int]]:
    """Name the lists that have more entries than they may have, with what they may have."""
    return [
        (name, items_most)
        for name, items_most in binding.lists
        if isinstance(inner := members.get(name), list) and len(inner) > items_most
    ]


@dataclass(slots=True)
class _Folding:
    """Gives members their declared names, and notes what the form does not have."""

    names: Names
    findings: list[Finding] = field(default_factory=list)
    too_long: bool = False

    def fold(self, value: JsonValue, model: type[Form], path: Path) -> JsonValue:
        """Give the value with declared names; the very same one where nothing differs."""
        if not isinstance(value, dict):
            return value
        binding = model.binding
        members = value
        if not value.keys() <= binding.by_name.keys():
            members = self._renamed(value, model, path)
        self._check_lists(members, binding, path)
        for nested in binding.nested:
            inner = members.get(nested.name)
            place = (*path, nested.name)
            if not nested.many:
                folded = self.fold(inner, nested.form, place)
            elif isinstance(inner, list) and not self.too_long:
                folded = self._each(inner, nested.form, place)
            else:
                continue
            if folded is not inner:
                members = {**members, nested.name: folded}
        return members

    def _check_lists(self, members: Mapping[str, JsonValue], binding: Binding, path: Path) -> None:
        for name, items_most in _too_long(members, binding):
            self.too_long = True
            place = pointer(*as_sent(self.names, (*path, name)))
            message = too_long_message(items_most)
            self.findings.insert(0, Finding(Severity.ERROR, "FORM-104", place, message))

    def _each(self, items: list[JsonValue], model: type[Form], path: Path) -> list[JsonValue]:
        folded = [self.fold(item, model, (*path, index)) for index, item in enumerate(items)]
        same = all(new is old for new, old in zip(folded, items, strict=True))
        return items if same else folded

    def _renamed(
        self, value: Mapping[str, JsonValue], model: type[Form], path: Path
    ) -> dict[str, JsonValue]:
        members: dict[str, JsonValue] = {}
        for sent, member in value.items():
            name = model.binding.by_lower_name.get(sent.lower())
            if name is None:
                self._note_unknown(model, sent, path)
            elif name in members:
                self._note_twice(sent, path)
            else:
                members[name] = member
                if name != sent:
                    self.names[*path, name] = sent
        return members

    def _note_unknown(self, model: type[Form], sent: str, path: Path) -> None:
        if len(self.findings) >= FINDINGS_MAX:
            return
        hinted = len(self.findings) < HINTS_MAX
        message = unknown_message(sent, model.binding.by_lower_name, hinted=hinted)
        self._add(Severity.WARNING, "FORM-120", sent, path, message)

    def _note_twice(self, sent: str, path: Path) -> None:
        if len(self.findings) >= 2 * FINDINGS_MAX:
            return  # Unknown elements take half of these at most.
        message = "The element is there twice, in other letter case. Keep one."
        # An error decides the verdict, so it has its place before any warning.
        self._add(Severity.ERROR, "FORM-110", sent, path, message, first=True)

    def _add(
        self,
        severity: Severity,
        rule: str,
        sent: str,
        path: Path,
        message: str,
        *,
        first: bool = False,
    ) -> None:
        place = pointer(*as_sent(self.names, path), sent[:NAME_CHARACTERS_MAX])
        self.findings.insert(
            0 if first else len(self.findings), Finding(severity, rule, place, message)
        )


def _counts_good_ones(detail: ErrorDetails) -> bool:
    """Tell an error about a list that is long enough: pydantic leaves its faulty items uncounted."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _finding(
    model: type[Form], detail: ErrorDetails, path: Path, names: Mapping[Path, str]
) -> Finding:
    inside: Path = detail["loc"]
    rule, message = told(detail, *_element_at(model, inside))
    return Finding(Severity.ERROR, rule, pointer(*as_sent(names, (*path, *inside))), message)


def _element_at(model: type[Form], inside: Path) -> tuple[Element | None, Sequence[str]]:
    """Find the element that a place within a form belongs to, and its codes, if it is coded."""
    element: Element | None = None
    codes: Sequence[str] = ()
    for step in inside:
        if isinstance(step, int):
            continue
        element, codes = model.binding.by_name.get(step), model.binding.codes.get(step, ())
        for nested in model.binding.nested:
            if nested.name == step:
                model = nested.form
    return element, codes


def bounded(findings: list[Finding]) -> tuple[Finding, ...]:
    """Bound findings; errors come first where there are too many, since they decide the verdict."""
    if len(findings) > FINDINGS_MAX:
        order = {each: place for place, each in enumerate(Severity)}
        findings = sorted(findings, key=lambda each: order[each.severity])[:FINDINGS_MAX]
    return tuple(findings)
