"""The data dictionary: elements, code lists, thresholds and contract versions, as typed values.

They are read from the registry's TOML files. Models name elements and their types; everything that
may change without code (text, need, limits, codes, units, versions) is said here.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from acr_registries.data_files import file_names, read_tables

ELEMENTS_FOLDER = "elements"
CODES_FILE = "codes.toml"
THRESHOLDS_FILE = "thresholds.toml"
CONTRACT_FILE = "contract.toml"
HEADER_FILE = "header.toml"
MEASURES_FILE = "measures.toml"


class BadDeclaration(Exception):
    """A registry's data files and its models do not fit together; the message says where."""


class Need(StrEnum):
    """What the absence of an element means."""

    STORE = "store"  # The submission is rejected.
    COMPLETE = "complete"  # The record is stored and called incomplete.
    CONDITIONAL = "conditional"  # A rule says when it is needed.
    OPTIONAL = "optional"
    DERIVED = "derived"  # The registry computes it; what is sent is kept and not used.


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a form.

    ``name`` is the name as it is sent, ``attribute`` that of the model and of the column. ``when``
    says in words when a conditional element is needed. ``least``, ``most`` and ``above`` (which
    excludes its own value) reject; ``typical_least`` and ``typical_most`` warn. Lengths are in
    characters. ``source`` names the reference's basis; ``since`` and ``until`` are the first and
    last contract versions that have the element. ``number`` is its number in the registry's own
    dictionary, ``tags`` further marks of the reference.
    """

    name: str
    attribute: str
    text: str
    need: Need
    source: str
    unit: str = ""
    when: str = ""
    codes: str = ""
    pattern: str = ""
    pattern_text: str = ""
    length_least: int = 1
    length_most: int = 255
    least: float | None = None
    most: float | None = None
    above: float | None = None
    typical_least: float | None = None
    typical_most: float | None = None
    items_least: int = 0
    items_most: int = 100
    since: str = ""
    until: str = ""
    number: str = ""
    tags: tuple[str, ...] = ()

    @property
    def assumed(self) -> bool:
        """Tell whether any part of it is filled from domain knowledge instead of a source."""
        return "assumed" in self.source


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a code list. An ``exclusive`` one stands alone in a list of several."""

    code: str
    text: str
    since: str = ""
    until: str = ""
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class CodeList:
    """The values that an element may have."""

    name: str
    about: str
    source: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A figure that rules compare with and operators may change."""

    name: str
    value: float
    text: str
    source: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A quality measure, told for people: how it is computed of the registry's elements.

    ``inputs`` names attributes as `Form.attribute`; ``better`` is higher, lower or context;
    ``years`` says when it is reported.
    """

    measure_id: str
    title: str
    numerator: str
    denominator: str
    unit: str
    better: str
    source: str
    inputs: tuple[str, ...]
    years: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a registry's contract. ``accepted_until`` is its last day, if it has one."""

    name: str
    released: date
    changes: tuple[str, ...]
    accepted_until: date | None = None


@dataclass(frozen=True, slots=True)
class FormText:
    """What the dictionary says of one form: what it is, and its elements by attribute."""

    about: str
    elements: Mapping[str, Element]


def read_forms(package: str) -> dict[str, FormText]:
    """Read the forms of a registry by the name of their model.

    A form may have `like`, the name of a form above it: it has that form's elements as well, and
    its own instead of those of the same attribute.

    Raises:
        BadDeclaration: if a file says something that no element has.
    """
    forms: dict[str, FormText] = {}
    for file in file_names(package, ELEMENTS_FOLDER, ".toml"):
        forms |= read_form_file(package, ELEMENTS_FOLDER, file, known=forms)
    return forms


def read_form_file(
    package: str, *names: str, known: Mapping[str, FormText] = MappingProxyType({})
) -> dict[str, FormText]:
    """Read the forms of one file by the name of their model; none, where there is no such file.

    ``known`` has those of other files that these may be `like`.

    Raises:
        BadDeclaration: if the file says something that no element has.
    """
    forms: dict[str, FormText] = {}
    for form, table in read_tables(package, *names).items():
        elements = [
            _element(f"{names[-1]}: {form}.{name}", name, values)
            for name, values in table.items()
            if isinstance(values, dict)
        ]
        alike = {**known, **forms}[table["like"]].elements if "like" in table else {}
        own = {each.attribute: each for each in elements}
        forms[form] = FormText(table["about"], {**alike, **own})
    return forms


def _element(place: str, name: str, values: Mapping[str, Any]) -> Element:
    try:
        return Element(
            **{
                "name": name,
                "attribute": name.lower().replace("-", "_"),
                **values,
                "need": Need(values["need"]),
                "tags": tuple(values.get("tags", ())),
            }
        )
    except (TypeError, ValueError, KeyError) as error:
        raise BadDeclaration(f"{place}: {error}") from None


def read_code_lists(package: str) -> dict[str, CodeList]:
    """Read the code lists of a registry by name.

    A list gives its codes as tables (`code`, `text`, ...), or, without texts, as words of `plain`.
    """
    lists = {}
    for name, table in read_tables(package, CODES_FILE).items():
        codes = [Code(**each) for each in table.get("codes", ())]
        codes += [Code(word, "") for word in table.get("plain", "").split()]
        lists[name] = CodeList(name, table["about"], table["source"], tuple(codes))
    return lists


def read_thresholds(package: str) -> dict[str, Threshold]:
    """Read the thresholds of a registry by name."""
    tables = read_tables(package, THRESHOLDS_FILE)
    return {name: Threshold(name=name, **table) for name, table in tables.items()}


def read_measures(package: str) -> dict[str, Measure]:
    """Read the measures of a registry by id."""
    tables = read_tables(package, MEASURES_FILE)
    return {
        name: Measure(**{"measure_id": name, **table, "inputs": tuple(table["inputs"])})
        for name, table in tables.items()
    }


def read_versions(package: str) -> tuple[Version, ...]:
    """Read the contract versions of a registry, oldest first; the last one is current.

    Raises:
        BadDeclaration: if there is none.
    """
    tables = read_tables(package, CONTRACT_FILE).get("versions", ())
    if not tables:
        raise BadDeclaration(f"{package}: {CONTRACT_FILE} names no version")
    return tuple(
        Version(
            table["version"],
            table["released"],
            tuple(table.get("changes", ())),
            table.get("accepted_until"),
        )
        for table in tables
    )


@functools.cache
def header_codes(package: str) -> Mapping[str, tuple[str, ...]]:
    """Read which values header elements may have, in lower case: they are matched in any case.

    An element without a list may hold any text.
    """
    codes: dict[str, list[str]] = read_tables(package, HEADER_FILE)["codes"]
    return {name: tuple(value.lower() for value in values) for name, values in codes.items()}
