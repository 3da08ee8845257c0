"""Forms: the typed records that a registry's payload is made of.

A model names its elements and their Python types, which rules rely on. `binding` adds what the data
dictionary says of them, for one contract version.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict

from acr_registries.elements import Element

Path: TypeAlias = tuple[str | int, ...]
"""Names as declared and indexes, from the body's root to an element."""


@dataclass(frozen=True, slots=True)
class Nested:
    """An element that holds a form, or, where ``many``, a list of forms."""

    attribute: str
    name: str
    form: "type[Form]"
    many: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """What a form's model was bound to.

    ``by_name`` has its elements by the name as sent, ``by_lower_name`` the names by their lower
    case, ``name_of`` by attribute, ``codes`` the values of coded elements by name. ``lists`` names
    the lists with the number of entries that they may have, ``needed_names`` the elements that a
    complete record needs, lists last. ``typical`` has elements with their least and most typical
    value.
    """

    declared: "type[Form]"
    about: str
    by_name: Mapping[str, Element]
    by_lower_name: Mapping[str, str]
    name_of: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    nested: tuple[Nested, ...]
    lists: tuple[tuple[str, int], ...]
    needed_names: tuple[str, ...]
    typical: tuple[tuple[Element, float, float], ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A value that the registry computes of a form: a column of its table, never sent.

    ``kind`` is str, int, float, bool, date or datetime; ``compute`` is pure, gets the form and the
    submission's contents, and gives a value of that kind, or None where it cannot be told.
    """

    attribute: str
    kind: type
    text: str
    source: str
    compute: Callable[[Any, Any], object]
    unit: str = ""


class Form(BaseModel):
    """A record, or a part of one.

    ``table`` names the table that holds one row for each such form; without it, the elements are
    columns of the form that holds this one. ``row_key`` names the column that tells the rows of one
    submission apart: the place in the list, or the name of the element that holds the form.
    ``derived`` lists what is computed of it.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, hide_input_in_errors=True
    )

    table: ClassVar[str] = ""
    row_key: ClassVar[str] = ""
    derived: ClassVar[tuple[Derived, ...]] = ()
    binding: ClassVar[Binding]

    def dated(self) -> date | None:
        """Tell the day that the form is about, on which it depends which rules are in force."""
        return None


def values_getter(attributes: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Make a function that gives the values of these attributes, always as a tuple."""
    match attributes:
        case []:
            return lambda _: ()
        case [one]:
            return lambda form: (getattr(form, one),)
        case _:
            return operator.attrgetter(*attributes)


def walk(form: Form, path: Path = ()) -> list[tuple[Path, Form]]:
    """List a form and every form within it, each with its path, outer ones first."""
    found = [(path, form)]
    for place, each in found:  # The list grows while it is walked.
        for nested in type(each).binding.nested:
            value = getattr(each, nested.attribute)
            if nested.many:
                inner = (*place, nested.name)
                found += [((*inner, index), item) for index, item in enumerate(value)]
            elif value is not None:
                found.append(((*place, nested.name), value))
    return found
