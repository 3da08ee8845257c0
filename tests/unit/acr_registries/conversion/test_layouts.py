"""Column layouts are data: each fits the dictionary of its version, and leaves nothing out unsaid."""

from collections.abc import Iterator

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.data_files import read_tables
from acr_registries.elements import BadDeclaration
from acr_registries.forms import Form, Path
from acr_registries.grid.model import PAYLOADS
from acr_registries.lcsr.model import LcsrPayload
from acr_registries.record_layout import Layout, read_layouts
from acr_testkit.conversions import grid_layout, lcsr_layout

LCSR_VERSIONS = list(read_tables("acr_registries.lcsr", "batch_columns.toml")["versions"])
GRID_VERSIONS = [
    (kind, version)
    for kind in PAYLOADS
    for version in read_tables("acr_registries.grid", "upload_columns.toml")[kind]["versions"]
]
# Told by the facility's registration, not by its files.
NOT_IN_FILES = {"profile"}


def elements(model: type[Form], path: Path) -> Iterator[Path]:
    """Give the paths of every element, of lists of forms those of the first entry."""
    for name in model.binding.by_name:
        nested = next((each for each in model.binding.nested if each.name == name), None)
        if name in NOT_IN_FILES:
            continue
        if nested is None:
            yield (*path, name)
        else:
            yield from elements(nested.form, (*path, name, *([0] if nested.many else [])))


def paths(layout: Layout) -> list[Path]:
    return [column.path for column in layout.columns if column.element]


@pytest.mark.parametrize("version", LCSR_VERSIONS)
def test_the_batch_file_has_every_element_of_its_version_once(version: str) -> None:
    bound = open_contract(load_registries()["lcsr"], version).bound[LcsrPayload]
    exam = next(each.form for each in bound.binding.nested if each.name == "Exams")
    found = paths(lcsr_layout(version))

    wanted = set(elements(exam, ("Exams", 0)))
    left_out = wanted - set(found)
    assert len(found) == len(set(found))
    assert set(found) <= wanted
    # A follow-up's own keys are those of its record; version 1.0 had no column for the facility.
    follow_up = ("Exams", 0, "Follow_Ups", 0)
    own_keys = {(*follow_up, name) for name in ("Exam_Unique_ID", "Facility_ID")}
    assert left_out == own_keys | ({("Exams", 0, "Facility_ID")} if version == "1.0" else set())


@pytest.mark.parametrize(("kind", "version"), GRID_VERSIONS)
def test_an_upload_file_has_every_element_of_its_version_once(kind: str, version: str) -> None:
    contract = version if kind == "exam" else None
    payload = open_contract(load_registries()["grid"], contract).bound[PAYLOADS[kind]]
    (records,) = payload.binding.nested
    found = paths(grid_layout(kind, version, PAYLOADS[kind]))

    wanted = set(elements(records.form, ("records", 0)))
    first = {path for path in found if not {1, 2, 3} & set(path)}
    assert len(found) == len(set(found))
    assert first == wanted


def test_columns_have_names_that_tell_them_apart() -> None:
    layouts = [lcsr_layout(version) for version in LCSR_VERSIONS]
    layouts += [grid_layout(kind, version, PAYLOADS[kind]) for kind, version in GRID_VERSIONS]

    for layout in layouts:
        names = [column.name for column in layout.columns]
        assert len(names) == len(set(names))


def test_columns_of_an_operator_go_before_those_of_another_version() -> None:
    model = open_contract(load_registries()["lcsr"]).bound[LcsrPayload]
    versions = {
        "1.5": {"columns": "Facility_ID Exam_Unique_ID"},
        "1.7": {"same_as": "1.5"},
        "1.8": {"same_as": "1.5", "columns": "Exam_Unique_ID - Facility_ID"},
    }

    layouts = read_layouts(versions, "Exams.0", ";", model)

    names = {version: [each.name for each in layout.columns] for version, layout in layouts.items()}
    assert names["1.7"] == ["Facility_ID", "Exam_Unique_ID"]
    assert names["1.8"] == ["Exam_Unique_ID", "field 2", "Facility_ID"]


def test_a_version_without_columns_is_a_bad_declaration() -> None:
    model = open_contract(load_registries()["lcsr"]).bound[LcsrPayload]

    with pytest.raises(BadDeclaration, match=r"version 1\.8 names no columns"):
        read_layouts({"1.8": {"same_as": "9"}}, "Exams.0", ";", model)
