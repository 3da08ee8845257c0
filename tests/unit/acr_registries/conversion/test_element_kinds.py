"""Texts of files become values of their element's kind, or say what to do."""

import pytest

from acr_domain.strict_json import JsonValue
from acr_registries.element_kinds import BadText, Kind, read_value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.TEXT, " a ", " a "),
        (Kind.WHOLE, "007", 7),
        (Kind.WHOLE, "-1", -1),
        (Kind.NUMBER, "31.50", 31.5),
        (Kind.NUMBER, "44", 44),
        (Kind.FLAG, "Y", True),
        (Kind.FLAG, "false", False),
        (Kind.TEXTS, "4", ["4"]),
        (Kind.TEXTS, "4; 6", ["4", "6"]),
    ],
)
def test_a_text_becomes_a_value_of_its_kind(kind: Kind, text: str, value: JsonValue) -> None:
    assert read_value(kind, text, ";") == value
    assert type(read_value(kind, text, ";")) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.TEXT, "  "),
        *((Kind.WHOLE, text) for text in ("1.0", " 1", "1e3", "\u0663", "9" * 19, "0x1")),
        *((Kind.NUMBER, text) for text in ("1,5", "1e3", "nan", ".5", "5.", "9" * 16, "1 mm")),
        *((Kind.FLAG, text) for text in ("maybe", "2", "Yes ")),
        *((Kind.TEXTS, text) for text in (";", "4;;6", "4;", "  ")),
    ],
)
def test_a_text_that_is_none_is_told_without_being_quoted(kind: Kind, text: str) -> None:
    with pytest.raises(BadText) as error:
        read_value(kind, text, ";")

    assert str(error.value).startswith("The field")
    assert text.strip(" ;") == "" or text not in str(error.value)
