"""Cursors: what is written is read, and nothing else is taken for one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_reader.cursor import (
    CURSOR_CHARACTERS_MAX,
    OFFSET_MAX,
    BadCursor,
    read_cursor,
    write_cursor,
)

PLACES = st.dictionaries(st.integers(0, 40), st.integers(0, OFFSET_MAX), max_size=20)


@given(PLACES, st.text(max_size=10))
def test_places_go_through_text_and_back(places: dict[int, int], partner: str) -> None:
    text = write_cursor("lcsr", partner, places)

    read = read_cursor("lcsr", partner, text)
    assert {p: offset for p, offset in read.items() if offset} == {
        p: offset for p, offset in places.items() if offset
    }
    assert text.isascii()
    assert not set(text) & set("+/= \n&")


def test_twelve_partitions_of_a_year_are_short() -> None:
    assert len(write_cursor("lcsr", "acme", dict.fromkeys(range(12), 300_000_000))) < 90


@given(st.text(max_size=60) | st.text("ABCDEFGHabcdefgh0123-_", max_size=60))
def test_any_text_is_refused_or_read(text: str) -> None:
    try:
        places = read_cursor("lcsr", "acme", text)
    except BadCursor:
        return
    assert all(0 <= offset <= OFFSET_MAX for offset in places.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "version"),
        ("A", "next"),
        ("no cursor!", "next"),
        ("ünö", "next"),
        (base64.urlsafe_b64encode(b"\x02abcd\x01").decode().rstrip("="), "version"),
        (write_cursor("lcsr", "other", {0: 1}), "another registry or partner"),
        (write_cursor("grid", "acme", {0: 1}), "another registry or partner"),
        ("A" * (CURSOR_CHARACTERS_MAX + 1), "longer"),
    ],
)
def test_what_is_no_cursor_of_this_feed_is_told(text: str, told: str) -> None:
    with pytest.raises(BadCursor, match=told):
        read_cursor("lcsr", "acme", text)


@pytest.mark.parametrize(("places", "told"), [(b"\x80", "cut short"), (b"\xff" * 10, "no log")])
def test_places_that_no_log_has_are_refused(places: bytes, told: str) -> None:
    tied = base64.urlsafe_b64decode(write_cursor("lcsr", "acme", {}) + "=" * 4)
    text = base64.urlsafe_b64encode(tied + places).decode().rstrip("=")

    with pytest.raises(BadCursor, match=told):
        read_cursor("lcsr", "acme", text)
