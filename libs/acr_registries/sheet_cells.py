"""What a cell of a spreadsheet says, as the text that a delimited file would have. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time

from acr_registries.written_rows import CONTROL

CELL_CHARACTERS_MAX = 32_767  # Excel's own.
WHOLE_DIGITS_MAX = 9
_WHOLE = re.compile("[0-9]+", re.ASCII)


@dataclass(slots=True)
class Cell:
    """A cell as it is written. ``kind`` is its type in the sheet; ``dated`` that its format is a
    date's; it changes while it is read."""

    kind: str
    dated: bool
    content: str = ""
    formula: bool = False


def whole(text: str) -> int | None:
    """Read a whole number of at most nine digits; None if it is none."""
    return int(text) if len(text) <= WHOLE_DIGITS_MAX and _WHOLE.fullmatch(text) else None


def cell_text(cell: Cell, texts: list[str], *, since_1904: bool) -> tuple[str, str | None]:
    """Give a cell's text, and what is wrong with it, if anything."""
    if cell.formula:
        return "", "The cell holds a formula. Replace it by its value."
    if cell.kind == "e":
        return "", "The cell holds an error of the spreadsheet. Replace it by a value."
    text = _text(cell, texts, since_1904=since_1904)
    if text is None:
        return "", "The cell cannot be read. Type it again."
    if len(text) > CELL_CHARACTERS_MAX:
        return "", f"The cell has more than {CELL_CHARACTERS_MAX} characters. Shorten it."
    if CONTROL.search(text):
        return "", "The cell holds a line break or control character. Remove it."
    return text, None


def _text(cell: Cell, texts: list[str], *, since_1904: bool) -> str | None:
    match cell.kind:
        case "s":
            index = whole(cell.content)
            return texts[index] if index is not None and index < len(texts) else None
        case "str" | "inlineStr" | "d":
            return cell.content
        case "b":
            return {"1": "Y", "0": "N"}.get(cell.content)
        case _:
            return _number(cell, since_1904=since_1904)


def _number(cell: Cell, *, since_1904: bool) -> str | None:
    try:
        number = float(cell.content)
    except ValueError:
        return None
    if cell.dated:
        return _day(number, since_1904=since_1904)
    # Spreadsheets write doubles with 17 digits; the shortest that means the same is what was typed.
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else repr(number)


def _day(number: float, *, since_1904: bool) -> str | None:
    # Half a second to import, which services that never read a workbook are spared.
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    try:
        moment = from_excel(number, MAC_EPOCH if since_1904 else WINDOWS_EPOCH)
    except (ValueError, OverflowError):
        return None
    if isinstance(moment, datetime) and moment.time() == time():
        return moment.date().isoformat()
    return moment.isoformat() if isinstance(moment, (datetime, time)) else None
