"""Tables: CSV by RFC 4180, HTML in which nothing of a declaration is markup."""

import pytest

from acr_bundles.element_rows import limit_words
from acr_bundles.tables import Column, Table, figure, table_csv, table_html
from acr_bundles.type_words import pattern_words, type_words
from acr_registries.elements import Element, Need
from acr_registries.header import GUID_PATTERN
from acr_registries.values import DAY_PATTERN

COLUMNS = (Column("a", "A"), Column("b", "B", "about b"), Column("file", "File", link=True))


def table(*rows: tuple[str, ...], group: str = "") -> Table:
    return Table("t", "Title", "About.", COLUMNS, rows, group)


def test_csv_quotes_what_needs_it() -> None:
    written = table_csv(table(('say "yes"', "one, two", "line\nfeed")))

    assert written == b'a,b,file\r\n"say ""yes""","one, two","line\nfeed"\r\n'


def test_html_escapes_and_links() -> None:
    page = table_html(table(("<b>", "x & y", "rules.csv")), "Contract").decode()

    assert "&lt;b&gt;" in page
    assert "x &amp; y" in page
    assert '<a href="rules.csv">rules.csv</a>' in page


def test_a_grouped_table_has_sections() -> None:
    page = table_html(table(("one", "1", ""), ("two", "2", ""), group="a"), "Contract").decode()

    assert '<h2 id="one">one</h2>' in page
    assert '<a href="#two">two</a>' in page


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, ""), (1.0, "1"), (0.25, "0.25"), (2**63 - 1, "9223372036854775807"), (-3, "-3")],
)
def test_figures_are_as_short_as_they_can_be(value: float | None, told: str) -> None:
    assert figure(value) == told


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "pattern": DAY_PATTERN}, "day"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "whole number"),
        ({"type": "array", "items": {"enum": ["a"]}}, "list of code"),
        ({"const": "a"}, "code"),
        ({"$ref": "#/$defs/Exam"}, "Exam"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "text or whole number"),
        ({}, "any JSON"),
    ],
)
def test_types_are_told_in_words(schema: dict[str, object], words: str) -> None:
    assert type_words(schema) == words


def test_patterns_of_the_header_are_told_in_words() -> None:
    assert pattern_words({"pattern": "^[0-9]{6}$"}) == "6 digits"
    assert pattern_words({"pattern": GUID_PATTERN}).startswith("GUID")
    assert pattern_words({"pattern": "^x$"}) == ""


def test_limits_are_those_that_refuse() -> None:
    number = Element("n", "n", "t", Need.OPTIONAL, "s", above=0, most=100, typical_most=50)
    told = {"type": "number", "maximum": 100, "exclusiveMinimum": 0}
    listed = Element("l", "l", "t", Need.OPTIONAL, "s", length_most=20, items_most=5)
    texts = {"type": "array", "items": {"type": "string", "maxLength": 20}}

    assert limit_words(number, told) == "greater than 0; at most 100"
    assert limit_words(listed, texts) == "1 to 20 characters; 0 to 5 entries"


SECTIONED = (
    *(Column("of", "Of"), Column("name", "Name"), Column("type", "Type")),
    *(Column("codes", "Codes", leads_to="codes.html"), Column("from", "From", once=True)),
)


def sectioned(*rows: tuple[str, ...]) -> str:
    abouts = {"Exam": "One exam."}
    made = Table("t", "T", "A.", SECTIONED, rows, "of", abouts, frozenset({"sex"}), "name")
    return table_html(made, "Contract").decode()


def test_what_a_section_has_alike_is_said_once_above_it() -> None:
    page = sectioned(("Exam", "a", "text", "", "M"), ("Exam", "b", "text", "", "M"))

    assert page.count("<b>From</b>: M") == 1
    assert "<td>M</td>" not in page


def test_what_differs_in_a_section_stays_a_column() -> None:
    page = sectioned(("Exam", "a", "text", "", "M"), ("Exam", "b", "text", "", "N"))

    assert "<td>M</td>" in page
    assert "<b>From</b>" not in page


def test_columns_without_a_value_are_left_out() -> None:
    assert "Codes</th>" not in sectioned(("Exam", "a", "text", "", "M"))


def test_values_lead_to_their_sections() -> None:
    page = sectioned(("Exam", "a", "list of Scan", "sex", ""), ("Scan", "b", "text", "y, n", ""))

    assert '<a href="#Scan">list of Scan</a>' in page
    assert '<a href="codes.html#sex">sex</a>' in page
    assert "<td>y, n</td>" in page


def test_a_section_says_what_it_is_about_and_its_rows_can_be_linked() -> None:
    page = sectioned(("Exam", "a", "text", "", ""))

    assert "<p>One exam.</p>" in page
    assert 'id="a"' in page
