"""Reads examples of PQRS, changed by a test, into contents and computed columns."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.examples import changed, read_submissions
from acr_registries.forms import Path, walk
from acr_registries.reading import read_contents
from acr_registries.registry import Contents
from acr_testkit.samples import as_bytes

ReadExample: TypeAlias = Callable[..., Contents]
Computed: TypeAlias = dict[Path, dict[str, object]]
ComputeExample: TypeAlias = Callable[..., Computed]


@pytest.fixture
def read() -> ReadExample:
    """Read a valid example by name, with changes at JSON Pointers."""
    registry = load_registries()["pqrs"]

    def read_example(name: str, changes: Mapping[str, Any] | None = None) -> Contents:
        body = changed(read_submissions(registry.package, "valid")[name], changes or {})
        return read_contents(registry, as_bytes(body), {})

    return read_example


@pytest.fixture
def compute(read: ReadExample) -> ComputeExample:
    """Give the computed columns of each form of an example, by its path."""

    def compute_example(name: str, changes: Mapping[str, Any] | None = None) -> Computed:
        contents = read(name, changes)
        assert contents.form is not None
        return {
            path: {each.attribute: each.compute(form, contents) for each in form.derived}
            for path, form in walk(contents.form)
            if form.derived
        }

    return compute_example
