"""Finds the registry that a command's argument names."""

from typing import Annotated, TypeAlias

import typer

from acr_cli.output import Output
from acr_registries.catalogue import load_registries
from acr_registries.registry import Registry

RegistryName: TypeAlias = Annotated[str, typer.Argument(help="Registry, such as lcsr.")]


def find_registry(name: str, output: Output) -> Registry:
    """Find a registry by its name in any letter case, or end the command and name them all."""
    registries = load_registries()
    found = registries.get(name.lower())
    if found is None:
        output.fail(f"there is no registry {name}; the registries are: {', '.join(registries)}")
    return found
