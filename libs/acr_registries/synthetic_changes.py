"""Copies synthetic submissions with something changed, and makes plausible later versions of them."""

from random import Random
from typing import Any, TypeAlias

import orjson

from acr_domain.errors import InvalidSubmission
from acr_registries.checking import REJECTED, check_submission
from acr_registries.elements import Need
from acr_registries.forms import Path
from acr_registries.header import CANCELLED, HEADER
from acr_registries.registry import Registry
from acr_registries.synthetic_headers import NEWEST_AT, later_version
from acr_registries.synthetic_places import Place, find_places

Body: TypeAlias = dict[str, Any]

CHANGE_TRIES = 4


def placed(body: Any, path: Path) -> Any:
    """Give what is at a place."""
    for step in path:
        body = body[step]
    return body


def copied(body: Body) -> Body:
    """Copy a body in depth."""
    copy: Body = orjson.loads(orjson.dumps(body))
    return copy


def replaced(body: Body, path: Path, value: object) -> Body:
    """Give a copy with another value at a place."""
    copy = copied(body)
    placed(copy, path[:-1])[path[-1]] = value
    return copy


def without(body: Body, path: Path) -> Body:
    """Give a copy without a member."""
    copy = copied(body)
    del placed(copy, path[:-1])[path[-1]]
    return copy


def is_rejected(registry: Registry, body: Body) -> bool:
    """Tell whether a body would be refused or rejected, were it received when it was modified."""
    try:
        check = check_submission(registry, orjson.dumps(body), NEWEST_AT)
    except InvalidSubmission:
        return True
    return check.verdict_if_sent == REJECTED


def revised(registry: Registry, random: Random, body: Body, version_no: int) -> Body:
    """Make another version of a record: one optional value is changed or left out.

    Where no such change keeps the submission without faults, only header and number differ.
    """
    base = {**body, HEADER: later_version(body[HEADER], version_no)}
    changes = [each for each in find_places(registry, base) if _changes(each)]
    for place in random.sample(changes, min(CHANGE_TRIES, len(changes))):
        draft = (
            replaced(base, place.path, place.value + 1)
            if _is_number(place.value)
            else without(base, place.path)
        )
        if not is_rejected(registry, draft):
            return draft
    return base


def _changes(place: Place) -> bool:
    """Tell whether a value may change from one version to the next: a number, or optional."""
    need = place.element.need
    if isinstance(place.value, dict | list):
        return False
    return need is Need.OPTIONAL or (need is Need.COMPLETE and _is_number(place.value))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def cancelled(body: Body, version_no: int) -> Body:
    """Make the version by which a sender takes a record back."""
    header = later_version(body[HEADER], version_no)
    return {**body, HEADER: {**header, "recordstatus": CANCELLED}}
