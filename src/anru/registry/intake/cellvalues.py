"""What a cell holds once it is read, before anybody knows what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

LONGEST_NUMBER = 40
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_MARKS = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_SERIAL = 2_958_466
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall-clock date of a sheet has no zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell in which the spreadsheet itself shows an error, such as #N/A."""

    shown: str


Cell: TypeAlias = "str | Decimal | datetime | bool | CellFault | None"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that holds something. `number` is the row number that Excel shows. `formulas` are column indexes."""

    number: int
    cells: tuple[Cell, ...]
    formulas: frozenset[int] = frozenset()

    def cell(self, index: int) -> Cell:
        """Return the cell of a column, None beyond the end."""
        return self.cells[index] if index < len(self.cells) else None


def is_date_format(format_id: int, codes: Mapping[int, str]) -> bool:
    """Return whether a number format shows a date or time."""
    code = codes.get(format_id)
    if code is None:
        return format_id in _BUILT_IN_DATES
    first = code.split(";")[0]
    return "general" not in first.lower() and bool(_DATE_MARKS.search(_NOT_FORMAT.sub("", first)))


def number_cell(text: str, *, as_date: bool, from_1904: bool) -> Cell:
    """Return a number, or the date that its format shows. What is no number comes back as the text that it is."""
    if len(text) > LONGEST_NUMBER:
        return text
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    # Written out, 1E+999999 would fill the memory.
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        return text
    if as_date and 0 < number < _LAST_SERIAL:
        return _date_of(number, from_1904=from_1904)
    return number


def _date_of(serial: Decimal, *, from_1904: bool) -> datetime:
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    if from_1904:
        return _EPOCH_1904 + timedelta(days=days, seconds=seconds)
    # Excel counts a 29 February 1900 that never was.
    return _EPOCH_1900 + timedelta(days=days + (1 if days < 60 else 0), seconds=seconds)


def unescaped(text: str) -> str:
    """Return the text with Excel's _x000D_ escapes read. Escaped surrogates stay as they are written."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1), 16)
    return match.group(0) if 0xD800 <= code <= 0xDFFF else chr(code)
