"""Spreadsheets that are safe to open: every text is a text cell, whatever a stranger typed into it."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from anru.kernel.clock import LEGAL_ZONE

CellValue: TypeAlias = str | int | float | Decimal | bool | date | datetime | None

EXCEL_ROWS = 1_048_576
EXCEL_TEXT = 32_000
EXCEL_DIGITS = 15
FONT = "Microsoft YaHei"
_TRIGGERS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫\t\r\n")
_SHEET_NAME_MARKS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LIST_TEXT = 255
_OPTIONS_SHEET = "选项"


class TooManyRows(ValueError):
    """The rows do not fit on a sheet, or are more than the caller allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} rows")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title, how wide it is, and for forms what may be typed into it.

    `as_text` formats the whole column as text, so that Excel keeps all 18 places of a code that is typed in later.
    """

    title: str
    width: float = 16
    as_text: bool = False
    choices: Sequence[str] = ()
    prompt: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """A cell that is shown as wrong: red ground, and a note when there is one."""

    content: CellValue
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows` is read once and never held in memory. `form_rows` rows get the choices of the columns."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[CellValue | Marked]]
    form_rows: int = 0
    max_rows: int = EXCEL_ROWS - 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who took the file and when: printed in the footer of every page and kept in the file's properties."""

    at: datetime
    words: str = ""
    title: str = ""


@dataclass(slots=True)
class _Styles:
    head: Any
    must: Any
    text: Any
    typed: Any
    day: Any
    instant: Any
    wrong: Any
    options: list[tuple[str, Sequence[str]]] = field(default_factory=list)


def plain(text: str) -> str:
    """Return the text as a spreadsheet can hold it: no control characters or lone surrogates, one kind of line end."""
    cleaned = _UNWRITABLE.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))
    return cleaned if len(cleaned) <= EXCEL_TEXT else cleaned[: EXCEL_TEXT - 1] + "…"


def neutral(text: str) -> str:
    """Return the text with ' before it where a spreadsheet could take it for a formula.

    Invisible characters and spaces before the sign are looked through, because some programs trim them. A text that
    begins with "<r>" and ends with "</r>" is taken by the writer library for ready-made XML and could carry a
    formula cell into the file; it gets the same '.
    """
    first = next((mark for mark in text if not _unseen(mark)), "")
    starts = text[:1] in _TRIGGERS or first in _TRIGGERS
    return f"'{text}" if starts or (text.startswith("<r>") and text.endswith("</r>")) else text


def _unseen(mark: str) -> bool:
    return mark not in "\t\r\n" and (mark.isspace() or unicodedata.category(mark) in ("Cf", "Cc"))


def safe_text(text: str) -> str:
    """Return the text as every export writes it: plain, then neutral."""
    return neutral(plain(text))


def write_xlsx(target: Path | BinaryIO, sheets: Sequence[Sheet], *, stamp: Stamp) -> int:
    """Write a workbook row by row with bounded memory; returns the number of data rows.

    Raises: TooManyRows when a sheet gets more rows than its `max_rows`; the target is then not a usable file.
    """
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    try:
        book.set_properties({"title": stamp.title, "comments": stamp.words, "created": _local(stamp.at)})
        styles = _styles(book)
        written = 0
        for sheet in sheets:
            written += _write_sheet(book, sheet, styles, stamp)
        _write_options(book, styles)
    finally:
        # Without close the library leaves its temporary row files behind.
        book.close()
    return written


def xlsx_file(sheets: Sequence[Sheet], *, stamp: Stamp) -> BinaryIO:
    """Return a temporary file, at its start, that holds the workbook; it disappears when it is closed."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the caller streams and closes it
    try:
        write_xlsx(file, sheets, stamp=stamp)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def write_csv(target: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[CellValue | Marked]]) -> int:
    """Write UTF-8 CSV with a byte order mark (Excel and WPS read it without mojibake); returns the data rows.

    Every field is quoted, so that a semicolon in a text starts no new cell where the list separator is another.
    """
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe_text(column.title) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_text(_bare(cell)) for cell in row])
        count += 1
    text.detach()
    return count


def _bare(cell: CellValue | Marked) -> CellValue:
    return cell.content if isinstance(cell, Marked) else cell


def _csv_text(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _local(at: datetime) -> datetime:
    # Excel knows no zones; a reader in the district expects the wall clock there.
    return at.astimezone(LEGAL_ZONE).replace(tzinfo=None) if at.tzinfo else at


def _styles(book: Any) -> _Styles:
    base: dict[str, object] = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "border": 1}
    base["border_color"] = "#D5DAE1"
    head = base | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "text_wrap": True, "align": "center"}
    body = base | {"text_wrap": True}
    return _Styles(
        head=book.add_format(head),
        must=book.add_format(head | {"bg_color": "#9C2A2A"}),
        text=book.add_format(body),
        typed=book.add_format(body | {"num_format": "@"}),
        day=book.add_format(body | {"num_format": "yyyy-mm-dd"}),
        instant=book.add_format(body | {"num_format": "yyyy-mm-dd hh:mm"}),
        wrong=book.add_format(body | {"bg_color": "#FBE3E4", "font_color": "#9C1C1C"}),
    )


def _write_sheet(book: Any, sheet: Sheet, styles: _Styles, stamp: Stamp) -> int:
    page = book.add_worksheet(sheet_name(sheet.name))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_footer("&L" + plain(stamp.words).replace("&", "&&")[:200] + "&R&P / &N")
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width, styles.typed if column.as_text else None)
    page.set_row(0, 32)
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, safe_text(column.title), styles.must if column.required else styles.head)
    page.freeze_panes(1, 0)
    if sheet.form_rows:
        _write_form(page, sheet, styles)
    count = 0
    for count, row in enumerate(sheet.rows, start=1):
        if count > min(sheet.max_rows, EXCEL_ROWS - 1):
            raise TooManyRows(sheet.max_rows)
        _write_row(page, count, row, sheet.columns, styles)
    if sheet.columns:
        page.autofilter(0, 0, count, len(sheet.columns) - 1)
    return count


def _write_row(
    page: Any, at: int, row: Sequence[CellValue | Marked], columns: Sequence[Column], styles: _Styles
) -> None:
    for place, cell in enumerate(row):
        typed = place < len(columns) and columns[place].as_text
        style = styles.wrong if isinstance(cell, Marked) else styles.typed if typed else styles.text
        _write_cell(page, at, place, _bare(cell), style, styles if style is not styles.wrong else None)
        if isinstance(cell, Marked) and cell.note:
            page.write_comment(at, place, plain(cell.note)[:1000], {"x_scale": 2, "font_size": 9})


def _write_cell(page: Any, at: int, place: int, value: CellValue, style: Any, dates: _Styles | None) -> None:
    if value is None or value == "":
        page.write_blank(at, place, None, style)
    elif isinstance(value, bool):
        page.write_boolean(at, place, value, style)
    elif isinstance(value, datetime):
        page.write_datetime(at, place, _local(value), dates.instant if dates else style)
    elif isinstance(value, date):
        page.write_datetime(at, place, datetime(value.year, value.month, value.day), dates.day if dates else style)  # noqa: DTZ001
    elif isinstance(value, str):
        page.write_string(at, place, safe_text(value), style)
    elif _fits_number(value):
        page.write_number(at, place, float(value), style)
    else:
        page.write_string(at, place, safe_text(str(value)), style)


def _fits_number(value: int | float | Decimal) -> bool:
    # Excel keeps 15 digits: a longer number would come back as another one.
    if isinstance(value, float):
        return isfinite(value)
    exact = Decimal(value)
    return exact.is_finite() and len(exact.as_tuple().digits) <= EXCEL_DIGITS and abs(exact.adjusted()) < 300


def _write_form(page: Any, sheet: Sheet, styles: _Styles) -> None:
    for at, column in enumerate(sheet.columns):
        if not column.choices and not column.prompt:
            continue
        rule: dict[str, object] = {"validate": "any"}
        if column.choices:
            rule = {"validate": "list", "source": _source(column, styles), "error_type": "warning"}
            rule["error_title"], rule["error_message"] = "请核对", "请尽量从下拉列表中选择。"
        if column.prompt:
            rule["input_title"], rule["input_message"] = column.title[:32], column.prompt[:255]
        page.data_validation(1, at, sheet.form_rows, at, rule)


def _source(column: Column, styles: _Styles) -> list[str] | str:
    words = [plain(word) for word in column.choices]
    short = len(",".join(words)) <= _LIST_TEXT and not any("," in word or word != neutral(word) for word in words)
    if short:
        return words
    styles.options.append((column.title, words))
    letter = xl_col_to_name(len(styles.options) - 1)
    return f"='{_OPTIONS_SHEET}'!${letter}$2:${letter}${len(words) + 1}"


def _write_options(book: Any, styles: _Styles) -> None:
    if not styles.options:
        return
    page = book.add_worksheet(_OPTIONS_SHEET)
    page.hide()
    for at, line in enumerate(_option_lines(styles.options)):
        for place, word in enumerate(line):
            page.write_string(at, place, safe_text(word))


def _option_lines(options: Sequence[tuple[str, Sequence[str]]]) -> Iterator[list[str]]:
    yield [title for title, _words in options]
    for at in range(max(len(words) for _title, words in options)):
        yield [words[at] if at < len(words) else "" for _title, words in options]


def sheet_name(text: str) -> str:
    """Return a name that Excel accepts for a sheet: at most 31 characters, none of the forbidden ones."""
    name = _SHEET_NAME_MARKS.sub(" ", plain(text)).strip(" '")[:31].strip(" '")
    return name or "Sheet"
