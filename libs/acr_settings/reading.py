"""Reads settings from the environment, and tells every problem at once before anything starts."""

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from acr_settings.settings import SETTINGS_CLASSES

SettingsT = TypeVar("SettingsT", bound=BaseSettings)

PREFIX = "ACR_"
FILE_SUFFIX = "_FILE"
TEST_PREFIX = "ACR_TEST_"  # Addresses for the test tiers; no service reads them.


class BadSettings(Exception):
    """The environment holds settings that cannot be used; the message names each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def variable_names(settings_class: type[BaseSettings]) -> dict[str, str]:
    """Map each environment variable of a settings class to its field name."""
    prefix = settings_class.model_config["env_prefix"]
    return {f"{prefix}{field}".upper(): field for field in settings_class.model_fields}


def known_variables() -> frozenset[str]:
    """Name every variable of every service, so that a misspelt one can be told from a foreign one."""
    return frozenset(name for cls in SETTINGS_CLASSES for name in variable_names(cls))


def unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Say of each unknown ``ACR_`` variable which known one it resembles."""
    known = known_variables()
    for name in sorted(environ):
        plain = name.removesuffix(FILE_SUFFIX)
        if not name.startswith(PREFIX) or name.startswith(TEST_PREFIX) or {name, plain} & known:
            continue
        nearest = difflib.get_close_matches(plain, known, n=1, cutoff=0.0)
        yield f"{name} is no setting; the nearest is {nearest[0]}"


def read_settings(settings_class: type[SettingsT]) -> SettingsT:
    """Read one settings class from the environment.

    A secret may stand in a file: ``ACR_POSTGRES_DSN_FILE`` names the file that holds
    ``ACR_POSTGRES_DSN``.

    Raises:
        BadSettings: with every problem, by variable name and without any value.
    """
    problems = list(unknown_variables(os.environ))
    from_files: dict[str, Any] = {}
    for variable, field in variable_names(settings_class).items():
        path = os.environ.get(variable + FILE_SUFFIX)
        if path is None:
            continue
        if variable in os.environ:
            problems.append(f"{variable} and {variable}{FILE_SUFFIX} are both set; keep one")
        try:
            from_files[field] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8 text"
            problems.append(f"{variable}{FILE_SUFFIX} names a file that cannot be read: {reason}")
    try:
        settings = settings_class(**from_files)
    except ValidationError as error:
        prefix = settings_class.model_config["env_prefix"]
        problems += [
            f"{prefix}{'_'.join(map(str, each['loc']))}".upper() + f": {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        ]
        raise BadSettings(problems) from None
    if problems:
        raise BadSettings(problems)
    return settings
