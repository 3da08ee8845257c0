"""Binds a form's model to its data dictionary, for one contract version.

The bound model is a subclass with the names as sent, the limits, the code lists and the texts in
its fields: pydantic validates by it at the speed of its core, and JSON Schema is made from it.
"""

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import Field, StrictBool, create_model
from pydantic.fields import FieldInfo

from acr_registries.elements import BadDeclaration, CodeList, Element, FormText, Need
from acr_registries.forms import Binding, Form, Nested

# Bounds of whole numbers for which the dictionary names none: counts, as a database holds them.
WHOLE_LEAST, WHOLE_MOST = 0, 2**31 - 1

_ANYTHING = (-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A registry's data dictionary; ``in_version`` tells whether since and until hold a version."""

    forms: Mapping[str, FormText]
    codes: Mapping[str, CodeList]
    in_version: Callable[[str, str], bool]

    def text(self, form: type[Form]) -> FormText:
        """Give what is said of a form.

        Raises:
            BadDeclaration: if nothing is said, or of other elements than the model has.
        """
        found = self.forms.get(form.__name__)
        if found is None:
            raise BadDeclaration(f"no elements file tells of the form {form.__name__}")
        if unlike := found.elements.keys() ^ form.model_fields.keys():
            names = ", ".join(sorted(unlike))
            raise BadDeclaration(f"{form.__name__}: only the model or only the file has: {names}")
        return found

    def values(self, element: Element) -> list[str]:
        """List the codes that an element may have in this version.

        Raises:
            BadDeclaration: if there is no such list.
        """
        if element.codes not in self.codes:
            raise BadDeclaration(f"{element.name}: there is no code list {element.codes}")
        codes = self.codes[element.codes].codes
        return [each.code for each in codes if self.in_version(each.since, each.until)]


def bind(form: type[Form], dictionary: Dictionary) -> type[Form]:
    """Make the bound model of a form and of every form within it.

    Raises:
        BadDeclaration: if the model and the dictionary do not fit together.
    """
    text = dictionary.text(form)
    fields: dict[str, Any] = {}
    elements: list[Element] = []
    nested: list[Nested] = []
    for attribute, field in form.model_fields.items():
        element = text.elements[attribute]
        if not dictionary.in_version(element.since, element.until):
            # No field of this version: rules find its default, and what is sent is not taken.
            fields[attribute] = (ClassVar[Any], None if field.is_required() else field.default)
            continue
        elements.append(element)
        kind, inner = _kind(field)
        if inner is not None:
            inner = bind(inner, dictionary)
            nested.append(Nested(attribute, element.name, inner, kind == "list"))
        fields[attribute] = (
            _annotation(form, element, field, dictionary, inner),
            Field(
                ... if field.is_required() else field.default,
                alias=element.name,
                description=element.text,
            ),
        )
    bound: type[Form] = create_model(form.__name__, __base__=form, __module__=__name__, **fields)
    bound.__doc__ = text.about
    codes = {each.name: tuple(dictionary.values(each)) for each in elements if each.codes}
    bound.binding = _binding(form, text.about, elements, nested, codes)
    return bound


def _binding(
    form: type[Form],
    about: str,
    elements: list[Element],
    nested: list[Nested],
    codes: Mapping[str, tuple[str, ...]],
) -> Binding:
    lists = {
        each.name for each in elements if _kind(form.model_fields[each.attribute])[0] == "list"
    }
    needed = [each for each in elements if each.need is Need.COMPLETE and each.name not in lists]
    needed_lists = [each for each in elements if each.need is Need.COMPLETE and each.name in lists]
    typical = [(each, *bounds) for each in elements if (bounds := _typical(each)) != _ANYTHING]
    return Binding(
        declared=form,
        about=about,
        by_name={each.name: each for each in elements},
        by_lower_name={each.name.lower(): each.name for each in elements},
        name_of={each.attribute: each.name for each in elements},
        codes=codes,
        nested=tuple(nested),
        lists=tuple((each.name, each.items_most) for each in elements if each.name in lists),
        needed_names=tuple(each.name for each in (*needed, *needed_lists)),
        typical=tuple(typical),
    )


def _typical(element: Element) -> tuple[float, float]:
    least, most = element.typical_least, element.typical_most
    return -math.inf if least is None else least, math.inf if most is None else most


def _kind(field: FieldInfo) -> tuple[str, type[Form] | None]:
    """Tell whether a field holds one value or a list, and which form, if it holds forms."""
    plain = without_none(field.annotation)
    kind, item = ("list", get_args(plain)[0]) if get_origin(plain) is tuple else ("one", plain)
    return kind, item if isinstance(item, type) and issubclass(item, Form) else None


def without_none(annotation: Any) -> Any:
    """Give the type of an optional value, and any other type as it is."""
    if get_origin(annotation) in (Union, types.UnionType):
        (annotation,) = (each for each in get_args(annotation) if each is not type(None))
    return annotation


def _annotation(
    form: type[Form],
    element: Element,
    field: FieldInfo,
    dictionary: Dictionary,
    inner: type[Form] | None,
) -> Any:
    place = f"{form.__name__}.{element.name}"
    if field.is_required() is not (element.need is Need.STORE):
        raise BadDeclaration(
            f"{place}: an element without default is one that is needed to store, and only it"
        )
    plain = without_none(field.annotation)
    if get_origin(plain) is tuple:
        item = inner or _value(place, get_args(plain)[0], element, dictionary)
        limits = Field(min_length=element.items_least, max_length=element.items_most)
        return Annotated[tuple[item, ...], limits]  # type: ignore[valid-type]
    value = inner or _value(place, plain, element, dictionary)
    if field.metadata:  # What pydantic took out of `Annotated` types of ours, such as days.
        value = Annotated[(value, *field.metadata)]
    return value if field.is_required() else value | None


def _value(place: str, plain: Any, element: Element, dictionary: Dictionary) -> Any:
    if plain is str and element.codes:
        return Literal[tuple(dictionary.values(element))]
    if plain is str:
        return Annotated[
            str,
            Field(
                strict=True,
                min_length=element.length_least,
                max_length=element.length_most,
                pattern=element.pattern or None,
            ),
        ]
    if plain is bool:
        return StrictBool
    if plain is int:
        return Annotated[
            int,
            Field(
                strict=True,
                ge=_whole(element.least, WHOLE_LEAST),
                le=_whole(element.most, WHOLE_MOST),
            ),
        ]
    if plain is float:
        return Annotated[
            float, Field(strict=True, gt=element.above, ge=element.least, le=element.most)
        ]
    if get_origin(plain) is Annotated or plain in (date, datetime):
        return plain
    raise BadDeclaration(f"{place}: no element can have the type {plain}")


def _whole(limit: float | None, without: int) -> int:
    return without if limit is None else int(limit)
