"""What the registries' references name, kept as test data, and where our declaration has it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "reference_names.toml"


@dataclass(frozen=True, slots=True)
class ReferenceNames:
    """Names extracted from one registry's reference.

    ``missing_fields`` gives the reason for each field that we leave out; ``rules`` says, for each
    rule of the reference, which rule of ours it is, or `view: name`, `derived: Form.attribute` or a
    reason; ``code_lists`` has codes by field.
    """

    fields: tuple[str, ...]
    missing_fields: Mapping[str, str]
    code_lists: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, str]
    measures: tuple[str, ...]
    missing_measures: Mapping[str, str]


def read_reference_names(folder: Path) -> ReferenceNames:
    """Read the names of one registry from its folder of tests."""
    data: dict[str, Any] = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    return ReferenceNames(
        fields=tuple(data["fields"]),
        missing_fields=data.get("missing_fields", {}),
        code_lists={name: tuple(map(str, codes)) for name, codes in data["code_lists"].items()},
        rules=data["rules"],
        measures=tuple(map(str, data["measures"])),
        missing_measures=data.get("missing_measures", {}),
    )
