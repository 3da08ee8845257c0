"""What is to be looked at in a form, by the set of its elements that are there. Pure; it judges nothing.

That set, the form's shape, decides most of it: which elements a complete record lacks, which forms
lie within, which rules have nothing to look at. Senders' systems send few shapes, so what one asks
for is remembered, in bounds. A shape has names only, and none of a submission's values. What is walked
for every submission is made of tuples, which are taken apart at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from acr_registries.elements import Element
from acr_registries.forms import Form, Nested
from acr_registries.registry import Knowing, Places, Receipt, Rule
from acr_registries.triggers import Triggers, When, compile_triggers

# From so many rules on that say when they can find anything, sparing some pays for telling the shape.
RULES_LEAST = 10
SHAPES_MAX = 1024  # Of each form and contract version; then all are forgotten, and made again.

_NOT_THERE = (None, ())

Check: TypeAlias = Callable[[Any, Any], Places]
Lookup: TypeAlias = Callable[[Any, Receipt], Any]
Unless: TypeAlias = Callable[[Any, Receipt], bool]


class Question(NamedTuple):
    """A rule behind its check, and its place among the rules of its form."""

    number: int
    check: Check
    rule: Rule[Any]


class Knowers(NamedTuple):
    """The rules of a form that share a lookup; without one they are given the receipt.

    ``always`` is asked of each form of a shape, ``coded`` of those with certain codes; None where
    no code decides.
    """

    lookup: Lookup | None
    always: tuple[Question, ...]
    coded: Triggers[Question] | None


class Asked(NamedTuple):
    """The rules of a form of which none finds anything where ``unless`` says yes, if there is one."""

    unless: Unless | None
    knowers: tuple[Knowers, ...]


class Typical(NamedTuple):
    """An element with its least and most typical value."""

    attribute: str
    least: float
    most: float
    element: Element


_ByLookup: TypeAlias = Mapping[Lookup | None, Sequence[tuple[When | None, Question]]]


@dataclass(frozen=True, slots=True)
class Outline:
    """What is to be looked at in forms of one shape.

    ``needed`` has the elements that a complete record needs and the form may lack. ``within`` has
    the elements that hold forms of which anything can be said, ``asked`` the rules.
    """

    needed: tuple[Element, ...]
    typical: tuple[Typical, ...]
    within: tuple[Nested, ...]
    asked: tuple[Asked, ...]


class Outlines:
    """The outlines of one bound model, made when a shape is first met and then remembered."""

    def __init__(
        self, model: type[Form], rules: Sequence[Rule[Any]], within: tuple[Nested, ...]
    ) -> None:
        binding = model.binding
        self._within = within
        self._lists = {binding.by_name[name].attribute for name, _ in binding.lists}
        self._told = _grouped(rules)
        self._needed = tuple(binding.by_name[name] for name in binding.needed_names)
        self._typical = tuple(
            Typical(element.attribute, least, most, element)
            for element, least, most in binding.typical
        )
        self._made: dict[tuple[str, ...], Outline] = {}
        self._one: Outline | None = None
        if sum(rule.when is not None for rule in rules) < RULES_LEAST:
            self._one = self._of_all(rules)

    @property
    def remembered(self) -> int:
        """Tell how many shapes are remembered."""
        return len(self._made)

    def of(self, form: Form) -> Outline:
        """Give the outline of a form. What was sent as null or as an empty list is not there."""
        if self._one is not None:
            return self._one
        sent: set[str] = form.__pydantic_fields_set__
        values = form.__dict__
        # One look at all values at once; a closer one where some are empty, null, false or zero.
        if len([*filter(None, values.values())]) != len(sent):
            empty = [each for each in sent if not values[each]]
            sent = sent.difference([each for each in empty if values[each] in _NOT_THERE])
        # Looked up in a third of the time that a frozen set takes; in another order, it is made again.
        shape = tuple(sent)
        return self._made.get(shape) or self._make(shape)

    def _make(self, shape: tuple[str, ...]) -> Outline:
        if len(self._made) >= SHAPES_MAX:
            self._made.clear()
        there = frozenset(shape)
        outline = Outline(
            needed=tuple(each for each in self._needed if each.attribute not in there),
            typical=tuple(each for each in self._typical if each.attribute in there),
            within=tuple(each for each in self._within if each.attribute in there),
            asked=tuple(self._asked(there)),
        )
        self._made[shape] = outline
        return outline

    def _of_all(self, rules: Sequence[Rule[Any]]) -> Outline:
        """Make the one outline of a form with few rules, which asks them all."""
        asked = (
            Asked(
                unless,
                tuple(
                    Knowers(lookup, tuple(question for _, question in each), None)
                    for lookup, each in told.items()
                ),
            )
            for unless, told in _grouped(rules).items()
        )
        return Outline(self._needed, self._typical, self._within, tuple(asked))

    def _asked(self, there: AbstractSet[str]) -> Iterator[Asked]:
        for unless, told in self._told.items():
            knowers = tuple(self._knowers(told, there))
            if knowers:
                yield Asked(unless, knowers)

    def _knowers(self, told: _ByLookup, there: AbstractSet[str]) -> Iterator[Knowers]:
        for lookup, each in told.items():
            always, coded = compile_triggers(each, there, self._lists)
            if always or coded:
                yield Knowers(lookup, always, coded)


def _grouped(rules: Sequence[Rule[Any]]) -> Mapping[Unless | None, _ByLookup]:
    grouped: dict[Unless | None, dict[Lookup | None, list[tuple[When | None, Question]]]] = {}
    for number, rule in enumerate(rules):
        lookup, check = None, rule.check
        if isinstance(check, Knowing):
            lookup, check = check.lookup, check.check
        by_lookup = grouped.setdefault(rule.unless, {})
        by_lookup.setdefault(lookup, []).append((rule.when, Question(number, check, rule)))
    return grouped
