"""Lines: cut alike however the bytes arrive, numbered with the blank ones, never held beyond the bound."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_gateway.lines import BYTE_ORDER_MARK, Line, LineCutter

BYTES_MAX = 8


def cut(data: bytes, *cuts: int) -> tuple[list[Line], LineCutter]:
    cutter = LineCutter(BYTES_MAX)
    places = [0, *sorted(cuts), len(data)]
    lines = [
        line for start, end in itertools.pairwise(places) for line in cutter.feed(data[start:end])
    ]
    last = cutter.finish()
    return [*lines, *([last] if last else [])], cutter


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"a\nb\n", [Line(1, b"a"), Line(2, b"b")]),
        (b"a\nb", [Line(1, b"a"), Line(2, b"b")]),
        (b"a\r\nb\r\n", [Line(1, b"a"), Line(2, b"b")]),
        (b"\n \t\r\na\n\n", [Line(3, b"a")]),
        (BYTE_ORDER_MARK + b"a\n", [Line(1, b"a")]),
        (b"a\n" + BYTE_ORDER_MARK + b"b\n", [Line(1, b"a"), Line(2, BYTE_ORDER_MARK + b"b")]),
        (BYTE_ORDER_MARK, []),
        (b"x" * 8 + b"\n" + b"x" * 9 + b"\nb\n", [Line(1, b"x" * 8), Line(2, None), Line(3, b"b")]),
        (b"x" * 8 + b"\r\n", [Line(1, b"x" * 8)]),
        (BYTE_ORDER_MARK + b"x" * 8 + b"\r\n", [Line(1, b"x" * 8)]),
        (b"x" * 100, [Line(1, None)]),
        (b"a\rb\n", [Line(1, b"a\rb")]),
    ],
)
def test_lines_end_where_they_should(data: bytes, lines: list[Line]) -> None:
    assert cut(data)[0] == lines


@given(
    st.binary(max_size=60).map(
        lambda b: b.translate(bytes(b"\n\rabcd \n"[i % 8] for i in range(256)))
    ),
    st.data(),
)
def test_the_places_where_bytes_are_cut_in_transit_change_nothing(
    data: bytes, draw: st.DataObject
) -> None:
    cuts = draw.draw(st.lists(st.integers(0, len(data)), max_size=8))

    lines, cutter = cut(data, *cuts)

    assert lines == cut(data)[0]
    ends = data.split(b"\n")
    assert cutter.lines == len(ends) - (ends[-1] == b"")
    assert cutter.lines == len(lines) + cutter.blank


def test_a_line_without_end_is_not_held() -> None:
    cutter = LineCutter(BYTES_MAX)

    for _ in range(1000):
        assert list(cutter.feed(b"x" * 1000)) == []

    assert sum(map(len, cutter._parts)) <= BYTES_MAX + 4
    assert list(cutter.feed(b"\nb\n")) == [Line(1, None), Line(2, b"b")]
