"""The classes of dead letters are declared once, used, and told to people in one document."""

from pathlib import Path

import pytest

from acr_domain.error_classes import CLASS_NOTES, ErrorClass
from acr_domain.oddities import Oddity

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dead-letters.md").read_text(encoding="utf-8")
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("[sl]*s/**/*.py"))
    if "acr_testkit" not in path.parts and "acr_domain" not in path.parts
)


def rows() -> list[str]:
    return [
        f"| `{name}` | {note.meaning} | {note.redriving_helps} | {note.what_to_do} |"
        for name, note in CLASS_NOTES.items()
    ]


def test_each_class_has_its_note() -> None:
    assert list(CLASS_NOTES) == list(ErrorClass)


def test_the_page_has_the_row_of_each_class_and_no_other() -> None:
    table = PAGE.split("## Classes")[1].split("\n## ")[0]
    found = [line for line in table.splitlines() if line.startswith("| `")]

    assert found == rows(), "docs/dead-letters.md should have:\n" + "\n".join(rows())


@pytest.mark.parametrize("error_class", ErrorClass)
def test_each_class_is_used(error_class: ErrorClass) -> None:
    assert f"ErrorClass.{error_class.name}" in CODE


@pytest.mark.parametrize("oddity", Oddity)
def test_each_oddity_is_noticed_and_told(oddity: Oddity) -> None:
    assert f"Oddity.{oddity.name}" in CODE
    assert f"| `{oddity}` |" in PAGE
