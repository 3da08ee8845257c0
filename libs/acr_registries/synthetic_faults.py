"""Breaks a synthetic submission in one way that a sender's program might, so that it is rejected.

The ways are derived from the contract, and from the registry's own examples of broken rules. Each
submission that comes out was looked at: one that is not rejected is never given.
"""

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from random import Random
from typing import Any, TypeAlias

from acr_domain.findings import Severity
from acr_registries.contract import open_contract
from acr_registries.elements import Need
from acr_registries.examples import changed
from acr_registries.header import HEADER, PROGRAM, DartHeader
from acr_registries.registry import Registry
from acr_registries.synthetic_changes import Body, is_rejected, placed, replaced, without
from acr_registries.synthetic_places import Place, find_places
from acr_registries.values import read_day, read_time

RULE_TRIES = 6
PLACE_TRIES = 4


Breaker: TypeAlias = Callable[[Random, Body, Place], Body | None]
"""Breaks a submission at a place; None where the place is not fit for it."""


def break_submission(registry: Registry, random: Random, body: Body) -> tuple[str, Body]:
    """Give the name of a fault and a submission that has it; the one given stays as it is."""
    places = find_places(registry, body)
    for name in random.sample(tuple(_WAYS), len(_WAYS)):
        for broken in _WAYS[name](registry, random, body, places):
            if is_rejected(registry, broken):
                return name, broken
    # A header without its id belongs to no record, whatever the registry.
    return "missing-header-element", without(body, (HEADER, "id"))


def _missing(_: Random, body: Body, place: Place) -> Body | None:
    return without(body, place.path) if place.element.need is Need.STORE else None


def _misspelt(_: Random, body: Body, place: Place) -> Body | None:
    *holder, name = place.path
    if place.element.need is not Need.STORE or len(str(name)) < 2:
        return None
    value = placed(body, place.path)
    return replaced(without(body, place.path), (*holder, f"{name}x"), value)


def _wrong_type(_: Random, body: Body, place: Place) -> Body | None:
    value = placed(body, place.path)
    if isinstance(value, bool):
        return replaced(body, place.path, "yes" if value else "no")
    if isinstance(value, int | float):
        return replaced(body, place.path, str(value))
    return replaced(body, place.path, 0 if isinstance(value, str) else "none")


def _unlisted(random: Random, body: Body, place: Place) -> Body | None:
    if not place.codes:
        return None
    code = random.choice(place.codes)
    wrong = next(
        each for each in (f"{code}x", f"{code}xx", f"{code}xxx") if each not in place.codes
    )
    several = isinstance(place.value, list)
    return replaced(body, place.path, [wrong] if several else wrong)


def _beyond(random: Random, body: Body, place: Place) -> Body | None:
    if isinstance(place.value, bool) or not isinstance(place.value, int | float):
        return None
    element, limits = place.element, []
    if element.most is not None:
        limits.append(element.most + 1)
    if element.least is not None:
        limits.append(element.least - 1)
    if element.above is not None:
        limits.append(element.above)
    if isinstance(place.value, int):
        return replaced(body, place.path, int(random.choice(limits or [-1.0])))
    return replaced(body, place.path, random.choice(limits)) if limits else None


def _impossible_day(_: Random, body: Body, place: Place) -> Body | None:
    if not isinstance(place.value, str) or place.codes:
        return None
    if read_time(place.value) is not None:
        return replaced(body, place.path, "2025-02-30T10:00:00Z")
    return replaced(body, place.path, "2025-02-30") if read_day(place.value) is not None else None


def _at_places(breaker: Breaker) -> "Way":
    def way(_: Registry, random: Random, body: Body, places: list[Place]) -> Iterator[Body]:
        tries = 0
        for place in random.sample(places, len(places)):
            broken = breaker(random, body, place)
            if broken is not None:
                yield broken
                tries += 1
            if tries == PLACE_TRIES:
                return

    return way


def _no_header_element(_: Registry, random: Random, body: Body, __: list[Place]) -> Iterator[Body]:
    names = [name for name, each in DartHeader.model_fields.items() if each.is_required()]
    yield without(body, (HEADER, random.choice(names)))


def _bad_header_element(_: Registry, random: Random, body: Body, __: list[Place]) -> Iterator[Body]:
    name, value = random.choice(_BAD_HEADER_VALUES)
    yield replaced(body, (HEADER, name), value)


def _no_program_element(_: Registry, random: Random, body: Body, __: list[Place]) -> Iterator[Body]:
    names = list(placed(body, (HEADER, PROGRAM)))
    for name in random.sample(names, len(names))[:PLACE_TRIES]:
        yield without(body, (HEADER, PROGRAM, name))


def _broken_rule(registry: Registry, random: Random, body: Body, _: list[Place]) -> Iterator[Body]:
    breaches = _breaches(registry)
    for breach in random.sample(breaches, min(RULE_TRIES, len(breaches))):
        try:
            yield changed(body, breach)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            continue  # The example is of a submission of another shape.


@functools.cache
def _breaches(registry: Registry) -> list[Mapping[str, Any]]:
    """List how the registry's examples break its rules of severity error."""
    file = resources.files(registry.package).joinpath("examples", "rules.json")
    if not file.is_file():
        return []
    rejecting = {
        rule.rule_id
        for rules in open_contract(registry).rules.values()
        for rule in rules
        if rule.severity is Severity.ERROR
    }
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return [
        example["breaks"]
        for rule_id, examples in sorted(told.items())
        if rule_id in rejecting
        for example in (examples if isinstance(examples, list) else [examples])
    ]


_BAD_HEADER_VALUES: tuple[tuple[str, object], ...] = (
    ("id", "not-a-guid"),
    ("versionno", "0"),
    ("versionno", "1.0"),
    ("creationdate", "2025-02-30T10:00:00Z"),
    ("modificationdate", "2025-06-01T10:00:00"),
    ("modificationdate", "1999-06-01T10:00:00Z"),
    ("dartprojectid", "none"),
    ("programname", "unlisted"),
    ("appid", ""),
    ("partnerid", 7),
)

Way: TypeAlias = Callable[[Registry, Random, Body, list[Place]], Iterator[Body]]

_WAYS: Mapping[str, Way] = {
    "missing-element": _at_places(_missing),
    "misspelt-element": _at_places(_misspelt),
    "wrong-type": _at_places(_wrong_type),
    "unlisted-code": _at_places(_unlisted),
    "beyond-limits": _at_places(_beyond),
    "impossible-day": _at_places(_impossible_day),
    "missing-header-element": _no_header_element,
    "malformed-header-element": _bad_header_element,
    "missing-program-element": _no_program_element,
    "broken-rule": _broken_rule,
}
FAULTS = tuple(_WAYS)
"""The names of the faults that can be made."""
