"""Tables of a declaration: what is a table, what a column, what hangs below what."""

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import create_model

from acr_registries.catalogue import load_registries
from acr_registries.elements import BadDeclaration
from acr_registries.forms import Derived, Form
from acr_registries.projection import ROOT, Projection, open_projection
from acr_registries.projection_files import write_files
from acr_registries.projection_sql import (
    IDENTIFIER_BYTES_MAX,
    PROJECTION_FILE,
    projection_sql,
    quoted,
)
from acr_testkit.phantoms.model import Note, Scan, Series, Side
from acr_testkit.phantoms.registry import REGISTRY

# More columns than this, each of the longest value that is kept inside a row, would fill a page.
COLUMNS_MAX = 400
REGISTRIES = [*load_registries().values(), REGISTRY]


@pytest.fixture(params=REGISTRIES, ids=lambda registry: registry.name)
def projection(request: pytest.FixtureRequest) -> Projection:
    return open_projection(request.param)


def columns(table: str) -> dict[str, tuple[str, bool]]:
    found = open_projection(REGISTRY).tables[table].columns
    return {column.name: (column.sql_type, column.needed) for column in found}


def test_the_forms_with_a_table_have_one_and_hang_below_what_holds_them() -> None:
    tables = open_projection(REGISTRY).tables

    assert {name: table.parent for name, table in tables.items()} == {
        ROOT: None,
        "scans": ROOT,
        "reports": "scans",
        "sides": "scans",
        "series": ROOT,  # Below scans and below notes: what both have in common is the record.
        "images": "series",
    }


def test_a_key_leads_with_the_parents_key_and_ends_with_a_place_or_a_name() -> None:
    tables = open_projection(REGISTRY).tables
    keys = {
        name: [(each.name, each.sql_type) for each in table.key] for name, table in tables.items()
    }
    record = [("partner_id", "text"), ("header_id", "uuid")]

    assert keys["submissions"] == keys["scans"] == keys["reports"] == record
    assert keys["sides"] == [*record, ("side", "text")]
    assert keys["images"] == [*record, ("series_no", "bigint"), ("image_no", "bigint")]


def test_elements_of_all_versions_derived_values_and_flat_forms_are_columns() -> None:
    assert columns("scans") == {
        "day": ("date", True),
        "order": ("text", True),
        "count": ("bigint", False),
        "dose": ("double precision", False),
        "passed": ("boolean", False),
        "began": ("timestamptz", False),
        "ended": ("timestamptz", False),
        "born": ("date", False),
        "findings": ("text[]", True),
        "former": ("text", False),
        "latter": ("text", False),
        "year": ("bigint", False),
        "maker": ("text", False),  # Needed within a form that need not be there.
        "installed": ("date", False),
    }


def test_the_root_row_has_facts_header_program_and_forms_without_a_table() -> None:
    found = columns(ROOT)

    assert found["version_no"] == ("bigint", True)
    assert found["creationdate"] == ("timestamptz", False)
    assert found["reportingyear"] == ("bigint", False)
    assert found["title"] == ("text", False)


def test_a_comment_tells_text_unit_codes_name_versions_and_source() -> None:
    tables = open_projection(REGISTRY).tables
    comments = {
        column.name: column.comment for table in tables.values() for column in table.columns
    }

    assert comments["dose"] == "Dose. Unit: mGy. Sent as `Dose`. Source: assumed."
    assert "The order's number. Sent as `Order`, number 7." in comments["order"]
    assert "Codes: list finding." in comments["findings"]
    assert "Until contract version 1.0." in comments["former"]
    assert "Since contract version 2.0." in comments["latter"]
    assert "held as if it were UTC" in comments["ended"]
    assert "UTC" not in comments["began"]
    assert "Unit: HU. Computed by the registry" in comments["mean_noise"]
    assert "The facility that scanned." in comments["facilityid"]


def test_every_table_and_column_has_a_comment(projection: Projection) -> None:
    for table in projection.tables.values():
        assert len(table.about) > 5, table.name
        for column in table.all_columns:
            assert len(column.comment) > 5, (table.name, column.name)


def test_every_name_fits_into_an_identifier(projection: Projection) -> None:
    names = {projection.schema, *(index.name for index in projection.indexes)}
    for table in projection.tables.values():
        names |= {table.name, *(column.name for column in table.all_columns)}

    assert {name for name in names if len(name.encode()) > IDENTIFIER_BYTES_MAX} == set()


def test_every_row_fits_into_a_page(projection: Projection) -> None:
    for table in projection.tables.values():
        assert len(table.all_columns) <= COLUMNS_MAX, table.name


def test_every_index_is_named_for_its_columns_and_says_why(projection: Projection) -> None:
    names = [index.name for index in projection.indexes]

    assert len(names) == len(set(names))
    assert all(index.why for index in projection.indexes)


def test_names_that_are_no_plain_words_are_quoted() -> None:
    assert quoted("scans") == "scans"
    assert quoted("order") == '"order"'
    assert quoted("Scans") == '"Scans"'
    assert quoted('a"b') == '"a""b"'


def test_a_word_of_a_comment_cannot_end_its_literal() -> None:
    assert "'The order''s number. " in projection_sql(open_projection(REGISTRY)).text


def test_the_shape_tells_columns_and_the_look_tells_what_is_said_of_them() -> None:
    former = projection_sql(open_projection(REGISTRY))
    changed = replace(former, dressing=former.dressing + "\n")
    wider = replace(former, tables=former.tables + "\n")

    assert (changed.shape == former.shape, changed.look == former.look) == (True, False)
    assert (wider.shape == former.shape, wider.look == former.look) == (False, True)


def form_like(model: type[Form], marks: dict[str, Any], **fields: Any) -> type[Form]:
    """Make a form of the same name, so that the same dictionary tells of it."""
    marked = type(model.__name__, (model,), marks)
    return create_model(model.__name__, __base__=marked, **fields)


def derived(attribute: str, kind: type = str) -> dict[str, Any]:
    return {"derived": (Derived(attribute, kind, "Computed", "made up", lambda _, __: None),)}


LEFT_UNKEYED = form_like(Side, {"row_key": ""})
UNKEYED_SERIES = form_like(Series, {"row_key": ""})
SIDE_IN_SERIES = form_like(Series, {"table": "sides"})


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (form_like(Note, derived("title")), "two elements of one row are title"),
        (form_like(Note, derived("facilityid")), "a column of another kind named facilityid"),
        (form_like(Note, {"table": "codes"}), "one key, or one name"),
        (form_like(Scan, derived("header_id")), "two columns are named header_id"),
        (
            form_like(
                Scan, {}, left=(LEFT_UNKEYED | None, None), right=(LEFT_UNKEYED | None, None)
            ),
            "two of its rows would have one key",
        ),
        (
            form_like(Scan, {}, series=(tuple[SIDE_IN_SERIES, ...], ())),  # type: ignore[valid-type]
            "its key differs from place to place",
        ),
        (
            form_like(Note, {}, series=(tuple[UNKEYED_SERIES, ...], ())),  # type: ignore[valid-type]
            "forms in a list need a table and a row_key",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_tables_cannot_hold_is_a_bad_declaration(form: type[Form], says: str) -> None:
    with pytest.raises(BadDeclaration, match=says):
        open_projection(replace(REGISTRY, forms=(form,)))


@pytest.mark.parametrize("name", load_registries())
def test_the_file_beside_the_model_tells_the_tables_of_today(name: str) -> None:
    registry = load_registries()[name]
    file = resources.files(registry.package).joinpath(PROJECTION_FILE)

    assert file.is_file(), "write it: python -m acr_registries.projection_files"
    assert file.read_text(encoding="utf-8") == projection_sql(open_projection(registry)).text, (
        "write it anew: python -m acr_registries.projection_files"
    )


def test_files_are_written_where_they_differ(tmp_path: Path) -> None:
    for name in ("cdsr", "grid"):
        (tmp_path / name).mkdir()

    first = write_files(tmp_path)
    (tmp_path / "grid" / PROJECTION_FILE).write_text("old", encoding="utf-8")

    assert first == [tmp_path / name / PROJECTION_FILE for name in ("cdsr", "grid")]
    assert write_files(tmp_path) == [tmp_path / "grid" / PROJECTION_FILE]
    assert write_files(tmp_path) == []


@pytest.mark.parametrize("name", ["acr", "public", "pg_own", "Upper", "1st", "a-b"])
def test_a_registry_whose_name_no_schema_can_have_is_a_bad_declaration(name: str) -> None:
    with pytest.raises(BadDeclaration, match="no schema"):
        open_projection(replace(REGISTRY, name=name))
