"""Columns of the typed tables: name, type and comment, from models and the data dictionary. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import WithJsonSchema
from pydantic.fields import FieldInfo

from acr_registries.binding import without_none
from acr_registries.elements import BadDeclaration, CodeList, Element
from acr_registries.forms import Derived, Form
from acr_registries.header import ProgramData
from acr_registries.values import CLOCK_TIME_PATTERN

SQL_TYPES: dict[type, str] = {
    str: "text",
    int: "bigint",
    float: "double precision",
    bool: "boolean",
    date: "date",
    datetime: "timestamptz",
}
_BIGINT_MOST = 2**63 - 1
_NO_ZONE = "Sent without a zone, it is the facility's own clock, held as if it were UTC."


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``needed`` is NOT NULL; ``characters_max`` bounds a text, 0 where nothing does."""

    name: str
    sql_type: str
    comment: str
    needed: bool = False
    characters_max: int = 0

    def optional(self) -> "Column":
        """Give the same column where the form that fills it may be absent."""
        return replace(self, needed=False)


def plain_type(annotation: object) -> Any:
    """Give the type of an optional value, without what pydantic was told about it."""
    plain = without_none(annotation)
    return get_args(plain)[0] if get_origin(plain) is Annotated else plain


def element_column(
    form: type[Form], element: Element, field: FieldInfo, codes: Mapping[str, CodeList]
) -> Column:
    """Make the column of an element that holds no form.

    Raises:
        BadDeclaration: if no column can hold its values.
    """
    sql_type = _sql_type(f"{form.__name__}.{element.name}", field.annotation)
    for limit in (element.least, element.most):
        if sql_type == "bigint" and abs(limit or 0) > _BIGINT_MOST:
            raise BadDeclaration(f"{form.__name__}.{element.name}: its limit is beyond a bigint")
    always = not (element.since or element.until)
    listed = codes[element.codes].codes if element.codes in codes else ()
    characters_max = max((len(each.code) for each in listed), default=element.length_most)
    return Column(
        element.attribute,
        sql_type,
        element_comment(element, clock=_is_clock_time(field)),
        needed=always and (field.is_required() or sql_type.endswith("[]")),
        characters_max=characters_max if sql_type == "text" else 0,
    )


def program_column(model: type[ProgramData], attribute: str, element: Element | None) -> Column:
    """Make the column of an element of `programspecificdata`; the dictionary need not tell of it.

    Raises:
        BadDeclaration: if no column can hold its values.
    """
    field = model.model_fields[attribute]
    sql_type = _sql_type(f"{model.__name__}.{attribute}", field.annotation)
    told = element_comment(element) if element else f"Sent as `{attribute}`."
    bounds = [getattr(each, "max_length", None) for each in _told_of(field)]
    characters_max = next((each for each in bounds if each), 0)
    comment = f"Element of programspecificdata. {told}"
    return Column(attribute, sql_type, comment, characters_max=characters_max)


def derived_column(derived: Derived) -> Column:
    """Make the column of a value that the registry computes."""
    parts = [_sentence(derived.text), derived.unit and f"Unit: {derived.unit}."]
    parts += ["Computed by the registry, never sent.", f"Source: {derived.source}."]
    return Column(derived.attribute, SQL_TYPES[derived.kind], _joined(parts))


def element_comment(element: Element, *, clock: bool = False) -> str:
    """Tell what an element is: text, unit, code list, name as sent, versions, source."""
    number = f", number {element.number}" if element.number else ""
    return _joined(
        [
            _sentence(element.text),
            element.unit and f"Unit: {element.unit}.",
            element.codes and f"Codes: list {element.codes}.",
            clock and _NO_ZONE,
            f"Sent as `{element.name}`{number}.",
            element.since and f"Since contract version {element.since}.",
            element.until and f"Until contract version {element.until}.",
            f"Source: {element.source}.",
        ]
    )


def _sql_type(place: str, annotation: object) -> str:
    plain = plain_type(annotation)
    if get_origin(plain) in (tuple, list):
        return _sql_type(place, get_args(plain)[0]) + "[]"
    if get_origin(plain) is Literal:
        plain = type(get_args(plain)[0])
    if plain not in SQL_TYPES:
        raise BadDeclaration(f"{place}: no column can have the type {plain}")
    return SQL_TYPES[plain]


def _is_clock_time(field: FieldInfo) -> bool:
    return any(
        isinstance(each, WithJsonSchema)
        and each.json_schema is not None
        and each.json_schema.get("pattern") == CLOCK_TIME_PATTERN
        for each in _told_of(field)
    )


def _told_of(field: FieldInfo) -> Iterator[Any]:
    """Give what pydantic was told about a field beside its type."""
    for each in field.metadata:
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)
    for each in (field.annotation, *get_args(field.annotation)):
        if get_origin(each) is Annotated:
            for told in each.__metadata__:
                yield from told.metadata if isinstance(told, FieldInfo) else (told,)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _joined(parts: Iterable[str | bool]) -> str:
    return " ".join(str(each) for each in parts if each)
