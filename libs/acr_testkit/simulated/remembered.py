"""Remembers what pure functions of the data path gave, so that histories need not work it out again.

Only functions whose value depends on their arguments alone, and is never changed by anybody, may stand
here: reading bytes. A test lives histories with and without, and compares their stories.
"""

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from acr_avro.records import decode_result, decode_submission
from acr_avro.single_object import Codec
from acr_registries.reading import read_contents
from acr_registries.registry import Contents, Registry

PACKAGES = ("acr_gateway.", "acr_settling.", "acr_registries.", "acr_testkit.simulated.")
KEPT_MAX = 8_192

_remember = functools.lru_cache(KEPT_MAX)


@contextmanager
def remembered() -> Iterator[None]:
    """Put remembering functions in place of the real ones until the block ends."""
    for owner, name, instead, _ in _places():
        setattr(owner, name, instead)
    try:
        yield
    finally:
        for owner, name, _, real in _places():
            setattr(owner, name, real)


@functools.cache
def _places() -> list[tuple[ModuleType | type, str, Callable[..., Any], Callable[..., Any]]]:
    """Find each name of a living module that means one of the functions; looked for once."""
    instead: Mapping[int, tuple[Callable[..., Any], Callable[..., Any]]] = {
        id(read_contents): (_read_contents, read_contents),
        id(decode_submission): (_remember(decode_submission), decode_submission),
        id(decode_result): (_remember(decode_result), decode_result),
    }
    found = [
        (module, name, *instead[id(value)])
        for module_name, module in list(sys.modules.items())
        if module_name.startswith(PACKAGES) and module_name != __name__
        for name, value in vars(module).items()
        if id(value) in instead
    ]
    return [(Codec, "decode", _remember(Codec.decode), Codec.decode), *found]


class _Known(Contents):
    """Contents whose digest is taken once."""

    @functools.cached_property
    def digest(self) -> bytes:
        return super().digest


def _read_contents(registry: Registry, body: bytes, expected: Mapping[str, str]) -> Contents:
    if expected:
        return read_contents(registry, body, expected)
    return _read_alone(registry, body)


@_remember
def _read_alone(registry: Registry, body: bytes) -> Contents:
    return _Known(*read_contents(registry, body, {}))
