"""Finds the registries: every folder here that has a `registry.py`, and those of other distributions.

A fifth one needs no other line: a folder here, or a distribution whose entry point in the group
`acr_connect.registries` names a `REGISTRY`.
"""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from importlib.metadata import entry_points

import acr_registries
from acr_registries.registry import Registry

ENTRY_POINTS = "acr_connect.registries"


@functools.cache
def load_registries() -> Mapping[str, Registry]:
    """Import and return every registry by name, in alphabetical order."""
    folders = [each.name for each in pkgutil.iter_modules(acr_registries.__path__) if each.ispkg]
    registries: list[Registry] = [
        importlib.import_module(f"acr_registries.{folder}.registry").REGISTRY for folder in folders
    ]
    registries += [each.load() for each in entry_points(group=ENTRY_POINTS)]
    return {registry.name: registry for registry in sorted(registries, key=lambda each: each.name)}
