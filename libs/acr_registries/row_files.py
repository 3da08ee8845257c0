"""Turns a registry's row files (delimited text, xlsx) into submissions, one record at a time.

What such a file looks like is data; how a record is named and completed is the registry's to say.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, BinaryIO, TypeAlias

from acr_registries.file_rows import TextForm, read_rows
from acr_registries.record_layout import PAYLOAD, Filled, Layout, fill
from acr_registries.registry import ConversionProblem, Converted
from acr_registries.written_rows import BadRow, Row

PROGRAM = "programspecificdata"
# Names of records: the same registry, sender, facility and key give the same id in every run.
RECORDS = uuid.UUID("5b2f0c1e-6a57-5d0e-9b8e-0f6f3c0a7d11")

Header: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowFile:
    """What files of one form look like.

    ``name`` is the pattern of the file's name, ``name_text`` says it in words; ``header`` has the
    `dartheader` elements that neither file nor sender tell; ``media_types`` those of text and xlsx.
    """

    name: re.Pattern[str]
    name_text: str
    text_form: TextForm
    separator: str
    header: Header
    media_types: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """What a registry says of a record: its key within sender and registry, and its own header
    elements (`programspecificdata` among them; None takes one out)."""

    key: tuple[str, ...]
    header: Header
    payload: Mapping[str, Any]
    fields: Mapping[str, str]


class Unnamed(ValueError):
    """A record lacks what names it: the field, and the message."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field's name."""
        super().__init__(message)
        self.field = field


Choose: TypeAlias = Callable[[Row], Layout]
Name: TypeAlias = Callable[[Layout, dict[str, Any]], Named]


def row_file(tables: Mapping[str, Any]) -> RowFile:
    """Read what files look like from the tables of a TOML file."""
    return RowFile(
        name=re.compile(tables["name"]),
        name_text=tables["name_text"],
        text_form=TextForm(tables["delimiter"], tables["line_end"]),
        separator=tables["list_separator"],
        header=tables["header"],
        media_types=(tables["mediatype_text"], tables["mediatype_xlsx"]),
    )


def convert_rows(
    registry: str, form: RowFile, file: BinaryIO, header: Header, choose: Choose, name: Name
) -> Iterator[Converted | ConversionProblem]:
    """Give a submission, or its problems, for each record of a file.

    ``choose`` finds a record's layout, ``name`` its key and its own header elements; both may raise
    `Unnamed`.
    """
    if problem := _bad_name(form, file):
        yield problem
        return
    for row in read_rows(file, form.text_form):
        try:
            yield from _convert(registry, form, row, header, choose, name)
        except Unnamed as error:
            yield ConversionProblem(row.line, error.field, str(error))


def _bad_name(form: RowFile, file: BinaryIO) -> ConversionProblem | None:
    path = getattr(file, "name", None)
    if not isinstance(path, str) or form.name.fullmatch(PurePath(path).name):
        return None
    return ConversionProblem(1, "", f"The file's name must be {form.name_text}. Rename it.")


def _convert(
    registry: str,
    form: RowFile,
    row: Row | BadRow,
    header: Header,
    choose: Choose,
    name: Name,
) -> Iterator[Converted | ConversionProblem]:
    if isinstance(row, BadRow):
        # The layout of a row that cannot be read is that of an empty one: by the header alone.
        layout = choose(Row(row.line, [], padded=True))
        yield ConversionProblem(row.line, layout.name_at(row.place), row.message)
        return
    layout = choose(row)
    filled: Filled = fill(layout, row)
    if filled.problems and not filled.payload:
        yield from filled.problems
        return
    try:
        record = _record(registry, form, row, header, name(layout, filled.payload))
    except Unnamed as error:
        yield from filled.problems
        if error.field not in {each.field for each in filled.problems}:
            yield ConversionProblem(row.line, error.field, str(error))
        return
    if not filled.problems:
        yield record
    for problem in filled.problems:
        yield replace(problem, rest=record)


def _record(registry: str, form: RowFile, row: Row, header: Header, named: Named) -> Converted:
    made = {
        **form.header,
        "mediatype": form.media_types[row.padded],
        **header,
        **named.header,
        "id": record_id(registry, header, *named.key),
    }
    sent = {element: value for element, value in made.items() if value is not None}
    return Converted(row.line, {"dartheader": sent, PAYLOAD: named.payload}, named.fields)


def record_id(registry: str, header: Header, *key: str) -> str:
    """Make the header id of a record: a UUID (RFC 9562, version 5) of its sender and key."""
    words = [registry, header.get("partnerid", ""), *key]
    return str(uuid.uuid5(RECORDS, json.dumps(words, ensure_ascii=True)))


def program_of(header: Header) -> dict[str, Any]:
    """Give the `programspecificdata` that the sender named, if it is an object."""
    program = header.get(PROGRAM)
    return dict(program) if isinstance(program, Mapping) else {}
