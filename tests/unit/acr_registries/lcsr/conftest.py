"""Reads examples of LCSR, changed by a test, into contents, findings and computed columns."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

import pytest

from acr_domain.findings import Finding
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, changed, read_submissions
from acr_registries.forms import Path, walk
from acr_registries.reading import read_contents
from acr_registries.registry import Contents
from acr_testkit.samples import as_bytes

ReadExample: TypeAlias = Callable[..., Contents]
FindInExample: TypeAlias = Callable[..., list[Finding]]
ComputeExample: TypeAlias = Callable[..., dict[Path, dict[str, Any]]]


@pytest.fixture
def read() -> ReadExample:
    """Read a valid example by name, with changes at JSON Pointers."""
    registry = load_registries()["lcsr"]

    def read_example(name: str, changes: Mapping[str, Any] | None = None) -> Contents:
        body = changed(read_submissions(registry.package, "valid")[name], changes or {})
        return read_contents(registry, as_bytes(body), {})

    return read_example


@pytest.fixture
def find(read: ReadExample) -> FindInExample:
    """Examine an example, changed at JSON Pointers."""

    def find_in_example(
        name: str, changes: Mapping[str, Any] | None = None, received_at: datetime = RECEIVED_AT
    ) -> list[Finding]:
        contents = read(name, changes)
        return list(examine(load_registries()["lcsr"], contents, received_at))

    return find_in_example


@pytest.fixture
def compute(read: ReadExample) -> ComputeExample:
    """Give the computed columns of each form of an example, by its path."""

    def compute_example(
        name: str, changes: Mapping[str, Any] | None = None
    ) -> dict[Path, dict[str, Any]]:
        contents = read(name, changes)
        assert contents.form is not None
        return {
            path: {each.attribute: each.compute(form, contents) for each in form.derived}
            for path, form in walk(contents.form)
            if form.derived
        }

    return compute_example
