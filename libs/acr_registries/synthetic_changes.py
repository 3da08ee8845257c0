"""Copies synthetic submissions with something changed, and makes plausible later versions of them."""

from collections.abc import Iterator
from random import Random
from typing import Any, TypeAlias

import orjson

from acr_domain.errors import InvalidSubmission
from acr_registries.checking import REJECTED, check_submission
from acr_registries.elements import Element, Need
from acr_registries.forms import Form, Path, walk
from acr_registries.header import CANCELLED
from acr_registries.reading import HEADER, PAYLOAD, read_contents
from acr_registries.registry import Contents, Registry, as_sent
from acr_registries.synthetic_headers import NEWEST_AT, later_version

Body: TypeAlias = dict[str, Any]

CHANGE_TRIES = 4


def placed(body: Any, path: Path) -> Any:
    """Give what is at a place."""
    for step in path:
        body = body[step]
    return body


def is_there(body: Any, path: Path) -> bool:
    """Tell whether there is anything at a place: a form may be sent as something shorter."""
    try:
        placed(body, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


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


def read_body(registry: Registry, body: Body) -> Contents | None:
    """Read a body into its typed contents; None if its form is wrong."""
    try:
        return read_contents(registry, orjson.dumps(body), {})
    except InvalidSubmission:
        return None


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
    contents = read_body(registry, base)
    changes = [] if contents is None or contents.form is None else list(_optional(base, contents))
    for path, element, value in random.sample(changes, min(CHANGE_TRIES, len(changes))):
        draft = _changed(random, base, path, element, value)
        if not is_rejected(registry, draft):
            return draft
    return base


def cancelled(body: Body, version_no: int) -> Body:
    """Make the version by which a sender takes a record back."""
    header = later_version(body[HEADER], version_no)
    return {**body, HEADER: {**header, "recordstatus": CANCELLED}}


def _optional(body: Body, contents: Contents) -> Iterator[tuple[Path, Element, Any]]:
    assert contents.form is not None
    for path, form in walk(contents.form, (PAYLOAD,)):
        for element in form.binding.by_name.values():
            value = getattr(form, element.attribute)
            single = not isinstance(value, Form | tuple) and value is not None
            where = as_sent(contents.names, (*path, element.name))
            changes = single and element.need in (Need.OPTIONAL, Need.COMPLETE)
            if changes and is_there(body, where):
                yield where, element, value


def _changed(random: Random, body: Body, path: Path, element: Element, value: Any) -> Body:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return replaced(body, path, value + 1)
    if element.need is Need.OPTIONAL:
        return without(body, path)
    return body
