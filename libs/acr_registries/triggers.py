"""Finds the rules that have anything to look at in a form, by what they say of when. Pure; it judges nothing.

Of a hundred rules about a record, most look at a few elements that are as they should be. A rule may
say what must be there, and what must not, for it to find anything. Which rules remain then depends
on the set of elements that are there and on a few codes; `shapes` remembers the former.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Condition(NamedTuple):
    """What a form must have, or lack: one of these elements.

    ``codes`` are the values of which the element must have one; None stands for any.
    """

    attributes: frozenset[str]
    codes: tuple[object, ...] | None = None
    lacking: bool = False

    def may_hold(self, there: AbstractSet[str]) -> bool:
        """Tell whether it may hold for a form that has a value in these elements and no others."""
        if self.lacking:
            return not self.attributes <= there
        return not self.attributes.isdisjoint(there)


class When(NamedTuple):
    """What must hold of a form, all of it, for a rule to find anything."""

    conditions: tuple[Condition, ...]

    def __and__(self, other: "When") -> "When":
        """Say that this and the other must hold."""
        return When((*self.conditions, *other.conditions))

    def may_hold(self, there: AbstractSet[str]) -> bool:
        """Tell whether it may hold for a form that has a value in these elements and no others."""
        return all(each.may_hold(there) for each in self.conditions)

    def coded(self) -> Condition | None:
        """Give the first condition that asks for codes, if any does."""
        return next((each for each in self.conditions if each.codes is not None), None)


def has(attribute: str, *codes: object) -> When:
    """Say that the element has one of these codes, alone or in its list."""
    return When((Condition(frozenset((attribute,)), codes),))


def given(*attributes: str) -> When:
    """Say that one of these elements has a value."""
    return When((Condition(frozenset(attributes)),))


def lacking(*attributes: str) -> When:
    """Say that one of these elements is not there."""
    return When((Condition(frozenset(attributes), lacking=True),))


@dataclass(frozen=True, slots=True)
class Triggers(Generic[T]):
    """What to ask of a form because of its codes.

    ``single`` names the elements whose codes decide, each with what to ask by each code. ``held``
    does the same for elements that hold lists.
    """

    single: tuple[tuple[str, Mapping[object, tuple[T, ...]]], ...]
    held: tuple[tuple[str, Mapping[object, tuple[T, ...]]], ...]

    def of(self, values: Mapping[str, Any]) -> list[T]:
        """Give what to ask of a form with these values by attribute; some of it more than once."""
        asked: list[T] = []
        for attribute, by_code in self.single:
            if (code := values[attribute]) in by_code:
                asked += by_code[code]
        for attribute, by_code in self.held:
            for code in values[attribute]:
                if code in by_code:
                    asked += by_code[code]
        return asked


def compile_triggers(
    told: Sequence[tuple[When | None, T]], there: AbstractSet[str], lists: Collection[str]
) -> tuple[tuple[T, ...], Triggers[T] | None]:
    """Give what to ask of each form with a value in these elements and no others, and what by codes.

    ``lists`` names the attributes that hold lists.
    """
    by_code: dict[str, dict[object, tuple[T, ...]]] = {}
    always = []
    for when, each in told:
        if when is None:
            always.append(each)
        elif when.may_hold(there):
            if (coded := when.coded()) is None:
                always.append(each)
                continue
            (attribute,) = coded.attributes
            table = by_code.setdefault(attribute, {})
            for code in coded.codes or ():
                table[code] = (*table.get(code, ()), each)
    if not by_code:
        return tuple(always), None
    single = tuple((each, table) for each, table in by_code.items() if each not in lists)
    held = tuple((each, table) for each, table in by_code.items() if each in lists)
    return tuple(always), Triggers(single, held)
