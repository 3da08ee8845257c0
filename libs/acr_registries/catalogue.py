"""Finds the registries: every folder here that has a `registry.py`. A fifth one needs no other line."""

import functools
import importlib
import pkgutil
import tomllib
from collections.abc import Mapping
from importlib import resources

import acr_registries
from acr_registries.registry import Registry


@functools.cache
def load_registries() -> Mapping[str, Registry]:
    """Import and return every registry by name, in alphabetical order."""
    folders = sorted(
        each.name for each in pkgutil.iter_modules(acr_registries.__path__) if each.ispkg
    )
    registries = [
        importlib.import_module(f"acr_registries.{folder}.registry").REGISTRY for folder in folders
    ]
    return {registry.name: registry for registry in registries}


def header_codes(package: str) -> dict[str, tuple[str, ...]]:
    """Read the `[codes]` of a registry folder's `header.toml`, values in lower case."""
    text = resources.files(package).joinpath("header.toml").read_text(encoding="utf-8")
    codes: dict[str, list[str]] = tomllib.loads(text)["codes"]
    return {name: tuple(value.lower() for value in values) for name, values in codes.items()}
