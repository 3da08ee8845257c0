"""Any bytes may be called a legacy file: converters answer with problems, never with exceptions."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acr_registries.catalogue import load_registries
from acr_testkit.conversions import converted, lcsr_layout
from acr_testkit.legacy_files import as_workbook

FORMS = [
    (name, form)
    for name, registry in load_registries().items()
    for form in sorted(registry.converters)
]
SHEET = "xl/worksheets/sheet1.xml"
PIECES = st.sampled_from(
    [
        *(b"1.8|", b"|", b"\r\n", b"\n", b"\0", b"\xef\xbb\xbf", b"PK\x03\x04", b"999001"),
        *(b"<submission type='PQRS-REGISTRY' version='8.0'>", b"<provider>", b"</provider>"),
        *(b"<measure-group ID='X'>", b"<tin>", b"</tin>", b"<pqrs-measure>", b"&lt;", b"&x;"),
        *(b'{"measurementSets":[', b'{"a":', b"}", b"]", b"null", b"\\ud800", b"\xff"),
        *("|".join(column.name for column in lcsr_layout().columns[:9]).encode(), b"x" * 300_000),
    ]
)
CONTENTS = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=12).map(b"".join))


def test_every_converter_is_tried() -> None:
    assert len(FORMS) >= 7


@pytest.mark.parametrize(("registry", "form"), FORMS)
@settings(deadline=None, max_examples=60)
@given(content=CONTENTS)
def test_any_bytes_are_records_or_problems(registry: str, form: str, content: bytes) -> None:
    for record in converted(registry, form, content):
        assert record.body is not None or record.remarks


WORKBOOK = as_workbook(lcsr_layout(), [["1.8", "999001", 3, "a", None, "b"]])


@settings(deadline=None, max_examples=150)
@given(place=st.integers(0, len(WORKBOOK) - 1), byte=st.integers(0, 255))
def test_a_workbook_with_a_byte_changed_is_records_or_problems(place: int, byte: int) -> None:
    content = bytearray(WORKBOOK)
    content[place] = byte

    for record in converted("lcsr", "batch", bytes(content)):
        assert record.body is not None or record.remarks


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_workbook_with_any_byte_of_a_part_changed_is_records_or_problems(
    data: st.DataObject,
) -> None:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        chosen = data.draw(st.sampled_from([SHEET, *old.namelist()]))
        for name in old.namelist():
            part = bytearray(old.read(name))
            if name == chosen:
                place = data.draw(st.integers(0, len(part) - 1))
                part[place : place + data.draw(st.integers(0, 3))] = data.draw(
                    st.binary(max_size=3)
                )
            new.writestr(name, bytes(part))

    for record in converted("lcsr", "batch", file.getvalue()):
        assert record.body is not None or record.remarks
