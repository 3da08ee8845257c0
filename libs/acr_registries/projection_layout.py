"""Lays a form out as rows: which table holds it, which columns it fills, what hangs below it. Pure.

A form with a table has rows of its own; one without is part of the row of the form that holds it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args, get_origin

from acr_registries.contract import Contract
from acr_registries.elements import BadDeclaration, Element
from acr_registries.forms import Derived, Form
from acr_registries.projection_columns import (
    Column,
    derived_column,
    element_column,
    plain_type,
)


@dataclass(frozen=True, slots=True)
class Branch:
    """An element that holds a form with a table of its own, or, where ``many``, a list of them.

    ``way`` leads to it by attributes, through forms that are part of the same row; ``name`` is the
    element's name as sent.
    """

    way: tuple[str, ...]
    name: str
    many: bool
    layout: "Layout"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one form becomes a row.

    ``attributes`` are those of its own elements, ``flat`` the forms that are part of its row, by
    attribute. ``columns`` are all that it fills, in the order: own, derived, flat.
    """

    form: type[Form]
    about: str
    attributes: tuple[str, ...]
    derived: tuple[Derived, ...]
    flat: tuple[tuple[str, "Layout"], ...]
    columns: tuple[Column, ...]
    branches: tuple[Branch, ...]


def lay_out(form: type[Form], contract: Contract) -> Layout:
    """Lay out a form and every form within it, with the elements of all contract versions.

    Raises:
        BadDeclaration: if it cannot be held in tables.
    """
    text = contract.forms.get(form.__name__)
    if text is None:
        raise BadDeclaration(f"no elements file tells of the form {form.__name__}")
    own: dict[str, Column] = {}
    flat: list[tuple[str, Layout]] = []
    branches: list[Branch] = []
    for attribute, field in form.model_fields.items():
        element = text.elements[attribute]
        inner, many = _form_within(field.annotation)
        if inner is None:
            own[attribute] = element_column(form, element, field, contract.codes)
            continue
        _check_place(form, element, inner, many=many)
        layout = lay_out(inner, contract)
        if inner.table:
            branches.append(Branch((attribute,), element.name, many, layout))
        else:
            flat.append((attribute, layout))
            branches += _through(attribute, layout.branches)
    return Layout(
        form=form,
        about=text.about,
        attributes=tuple(own),
        derived=form.derived,
        flat=tuple(flat),
        columns=(
            *own.values(),
            *map(derived_column, form.derived),
            *(column.optional() for _, layout in flat for column in layout.columns),
        ),
        branches=tuple(branches),
    )


def _form_within(annotation: object) -> tuple[type[Form] | None, bool]:
    plain = plain_type(annotation)
    many = get_origin(plain) is tuple
    inner = get_args(plain)[0] if many else plain
    return (inner if isinstance(inner, type) and issubclass(inner, Form) else None), many


def _check_place(form: type[Form], element: Element, inner: type[Form], *, many: bool) -> None:
    if many and not (inner.table and inner.row_key):
        raise BadDeclaration(
            f"{form.__name__}.{element.name}: forms in a list need a table and a row_key"
        )


def _through(attribute: str, branches: tuple[Branch, ...]) -> Iterator[Branch]:
    for each in branches:
        yield Branch((attribute, *each.way), each.name, each.many, each.layout)
