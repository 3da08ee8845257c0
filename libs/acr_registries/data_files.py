"""Reads a registry's data files, and lays an operator's own values over them.

What a reference marks as `assumed` (limits, code lists, needs, thresholds) stands in TOML files in
the registry's folder. A folder named by `ACR_REGISTRIES_DATA_PATH` may hold `<registry>/<file>` of
the same form: its values replace ours, table by table and key by key.
"""

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from acr_settings.reading import read_settings
from acr_settings.settings import RegistriesSettings

_VARIABLE = "ACR_REGISTRIES_DATA_PATH"


def read_tables(package: str, *names: str) -> dict[str, Any]:
    """Read a TOML file of a registry's folder, with the operator's values laid over it.

    ``package`` is the folder's import name. A file that is not there is empty.

    Raises:
        tomllib.TOMLDecodeError: if a file is no TOML.
    """
    tables = _tables(resources.files(package).joinpath(*names))
    overlay = _overlay_folder()
    if overlay is not None:
        own = _tables(overlay.joinpath(package.rpartition(".")[2], *names))
        tables = _laid_over(tables, own)
    return tables


def file_names(package: str, folder: str, suffix: str) -> list[str]:
    """List the files of a sub-folder of a registry, in alphabetical order."""
    found = resources.files(package).joinpath(folder)
    if not found.is_dir():
        return []
    return sorted(each.name for each in found.iterdir() if each.name.endswith(suffix))


def overlay_problems(packages: Iterable[str]) -> Iterator[str]:
    """Say of each of the operator's files why it would replace nothing.

    Raises:
        BadSettings: if the settings cannot be read.
    """
    overlay = _overlay_folder()
    if overlay is None:
        return
    if not overlay.is_dir():
        yield f"{_VARIABLE} names no folder"
    known = {package.rpartition(".")[2]: package for package in packages}
    for file in sorted(overlay.rglob("*.toml")):
        names = file.relative_to(overlay).parts
        if any(name.startswith(".") for name in names):
            continue  # Where an orchestrator keeps what its links point at.
        place = f"{_VARIABLE}: {'/'.join(names)}"
        if names[0] not in known:
            yield f"{place}: the folders are: {', '.join(known)}"
        elif not resources.files(known[names[0]]).joinpath(*names[1:]).is_file():
            yield f"{place}: the registry has no such file, so nothing would be replaced"
        else:
            yield from _unread(file, place)


def _unread(file: Path, place: str) -> Iterator[str]:
    try:
        _tables(file)
    except (OSError, ValueError) as error:
        yield f"{place}: {getattr(error, 'strerror', None) or error}"


@functools.cache
def _overlay_folder() -> Path | None:
    path = read_settings(RegistriesSettings).data_path
    return Path(path) if path else None


def _tables(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _laid_over(ours: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(ours)
    for name, value in own.items():
        former = merged.get(name)
        both = isinstance(former, dict) and isinstance(value, dict)
        merged[name] = _laid_over(former, value) if both else value  # type: ignore[arg-type]
    return merged
