"""Finds the registry that a command's argument names."""

from typing import Annotated, TypeAlias

import typer

from acr_cli.output import Output
from acr_registries.catalogue import load_registries
from acr_registries.opening import open_registries
from acr_registries.registry import Registry
from acr_settings.reading import BadSettings

RegistryName: TypeAlias = Annotated[str, typer.Argument(help="Registry, such as lcsr.")]


def find_registry(name: str, output: Output) -> Registry:
    """Find a registry by its name in any letter case and open it, or end the command and say why."""
    registries = load_registries()
    found = registries.get(name.lower())
    if found is None:
        output.fail(f"there is no registry {name}; the registries are: {', '.join(registries)}")
    try:
        open_registries(registries, found.name)
    except BadSettings as error:
        output.fail(str(error))
    return found
