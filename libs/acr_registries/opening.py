"""Opens registries before anything starts, so that a bad data file stops a start and no submission."""

from collections.abc import Iterable, Iterator, Mapping

import acr_registries
from acr_registries.contract import open_contract
from acr_registries.data_files import overlay_problems
from acr_registries.elements import BadDeclaration, header_codes
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_settings.reading import BadSettings

# What a value of the wrong kind in a data file can lead to.
_UNFIT = (BadDeclaration, AttributeError, LookupError, TypeError, ValueError)


def open_registries(registries: Mapping[str, Registry], *names: str) -> None:
    """Open the current contract of those named, or of all; it is kept for the first submission.

    Raises:
        BadSettings: if data files, or those that an operator has laid over them, cannot be used;
            with every problem.
    """
    packages = [acr_registries.__name__, *(each.package for each in registries.values())]
    opened = [registries[name] for name in names or registries]
    if problems := [*overlay_problems(packages)] or [*_unfit(opened)]:
        raise BadSettings(problems)


def _unfit(registries: Iterable[Registry]) -> Iterator[str]:
    for registry in registries:
        try:
            open_contract(registry)
            open_projection(registry)
            header_codes(registry.package)
        except _UNFIT as error:
            yield f"{registry.name}: its data files do not fit: {error}"
