"""Finds the rules that have anything to look at in a form, by what they say of when. Pure; it judges nothing.

Of a hundred rules about a record, most look at a few elements that are as they should be. A rule may
say what must be there for it to find anything; one look at each of these elements then leaves a few
rules to ask.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from acr_registries.forms import Form, members_getter

T = TypeVar("T")


class When(NamedTuple):
    """What a form must have, or lack, for a rule to find anything: one of these elements.

    ``codes`` are the values of which it must have one; None stands for any.
    """

    attributes: tuple[str, ...]
    codes: tuple[object, ...] | None = None
    lacking: bool = False


def has(attribute: str, *codes: object) -> When:
    """Say that the element has one of these codes, alone or in its list."""
    return When((attribute,), codes)


def given(*attributes: str) -> When:
    """Say that one of these elements has a value."""
    return When(attributes)


def lacking(*attributes: str) -> When:
    """Say that one of these elements is not there."""
    return When(attributes, lacking=True)


@dataclass(frozen=True, slots=True)
class Triggers(Generic[T]):
    """What to ask of the forms of one bound model.

    ``always`` is asked of each. ``values`` gives those values of a form that decide, ``tables`` have
    what to ask by each of them, ``otherwise`` what to ask of a value that a table does not have.
    ``held`` does the same for elements that hold lists and forms: what to ask if it is there, if
    it is not, and by each code in it.
    """

    always: tuple[T, ...]
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    tables: tuple[Mapping[object, tuple[T, ...]], ...]
    otherwise: tuple[tuple[T, ...], ...]
    held: tuple[tuple[str, tuple[T, ...], tuple[T, ...], Mapping[object, tuple[T, ...]]], ...]

    def of(self, values: Mapping[str, Any]) -> Sequence[T]:
        """Give what to ask of a form with these values by attribute; some of it more than once."""
        if not self.tables and not self.held:
            return self.always
        found = map(dict.get, self.tables, self.values(values), self.otherwise)  # type: ignore[arg-type]
        asked = [*self.always, *chain.from_iterable(filter(None, found))]
        for attribute, there, missing, by_code in self.held:
            if not (value := values[attribute]):
                asked += missing
                continue
            asked += there
            if by_code:
                for code in value:
                    asked += by_code.get(code, ())
        return asked


def compile_triggers(model: type[Form], told: Sequence[tuple[When | None, T]]) -> Triggers[T]:
    """Order what is to be asked by what must be there, for the elements that a bound model has."""
    there: dict[str, list[T]] = {}
    missing: dict[str, list[T]] = {}
    by_code: dict[str, dict[object, list[T]]] = {}
    always = []
    for when, each in told:
        if when is None or _never_sent(model, when):
            always.append(each)
            continue
        for attribute in filter(model.binding.name_of.__contains__, when.attributes):
            if when.lacking:
                missing.setdefault(attribute, []).append(each)
            elif when.codes is None:
                there.setdefault(attribute, []).append(each)
            else:
                for code in when.codes:
                    by_code.setdefault(attribute, {}).setdefault(code, []).append(each)
    deciding = dict.fromkeys(chain(there, missing, by_code))
    holding = _holding(model)
    single = [each for each in deciding if each not in holding]
    return Triggers(
        tuple(always),
        members_getter(single),
        tuple(
            {None: tuple(missing.get(each, ()))}
            | _added(there.get(each, ()), by_code.get(each, {}))
            for each in single
        ),
        tuple(tuple(there.get(each, ())) for each in single),
        tuple(
            (
                each,
                tuple(there.get(each, ())),
                tuple(missing.get(each, ())),
                _added((), by_code.get(each, {})),
            )
            for each in deciding
            if each in holding
        ),
    )


def _never_sent(model: type[Form], when: When) -> bool:
    """Tell whether what must be lacking is an element that this contract version does not have."""
    return when.lacking and not model.binding.name_of.keys() >= set(when.attributes)


def _holding(model: type[Form]) -> set[str]:
    """Name the attributes that hold a list or a form."""
    binding = model.binding
    lists = {binding.by_name[name].attribute for name, _ in binding.lists}
    return lists | {each.attribute for each in binding.nested}


def _added(
    always: Iterable[T], by_code: Mapping[object, Iterable[T]]
) -> dict[object, tuple[T, ...]]:
    return {code: (*always, *each) for code, each in by_code.items()}
