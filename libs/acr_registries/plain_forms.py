"""Reads headers and payloads by their models into objects that are cheap to look at. It validates by pydantic alone.

A pydantic model has `__getattr__`, for which Python looks every attribute up in all of its bases: rules,
which read hundreds, would pay for it. So pydantic's core is told to fill objects of a plain class
instead, which has the bound model's own attributes and methods, cannot be changed, and says to
`isinstance` that it is one.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError
from typing import Any, NoReturn, TypeVar, cast

from pydantic import BaseModel
from pydantic_core import CoreSchema, SchemaValidator

from acr_registries.forms import Form

ModelT = TypeVar("ModelT", bound=BaseModel)


class _Plain:
    """What pydantic's core needs to fill an object, as its own models have it."""

    __slots__ = (
        "__dict__",
        "__pydantic_extra__",
        "__pydantic_fields_set__",
        "__pydantic_private__",
    )

    def __setattr__(self, name: str, _: object) -> NoReturn:
        raise FrozenInstanceError(name)

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(name)


@functools.cache
def plain_class(model: type[ModelT]) -> type[ModelT]:
    """Give the plain class of a model, made once."""
    members = {name: value for each in reversed(model.__mro__) for name, value in _own(each)}
    members |= {"__module__": model.__module__, "__class__": property(lambda _: model)}
    return cast(type[ModelT], type(model.__name__, (_Plain,), members))


def _own(each: type) -> Iterator[tuple[str, Any]]:
    """Give what a form says beside its elements: methods, class variables and computed values."""
    if issubclass(each, Form):
        for name, value in vars(each).items():
            if not name.startswith(("_", "model_")):
                yield name, value


@functools.cache
def plain_reader(model: type[BaseModel]) -> SchemaValidator:
    """Give the validator of a model that fills plain objects, made once.

    It raises what the model raises: `ValidationError`.
    """
    model.model_rebuild()
    plain = {each: plain_class(each) for each in _within(model)}
    return SchemaValidator(cast(CoreSchema, _filling(model.__pydantic_core_schema__, plain)))


def _within(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    if issubclass(model, Form):
        for nested in model.binding.nested:
            yield from _within(nested.form)


def _filling(schema: Any, plain: Mapping[type[BaseModel], type[BaseModel]]) -> Any:
    """Give a schema of pydantic's core with plain classes instead of models."""
    if isinstance(schema, dict):
        return {
            name: plain.get(value, value)
            if name == "cls"
            else value
            if name == "metadata"
            else _filling(value, plain)
            for name, value in schema.items()
        }
    if isinstance(schema, (list, tuple)):
        return type(schema)(_filling(each, plain) for each in schema)
    return schema
