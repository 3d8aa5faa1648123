"""Spreadsheets that we hand out: no text of a stranger becomes a formula, and nothing is lost."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from anru.kernel.sheets import (
    EXCEL_TEXT,
    FONT,
    Column,
    Marked,
    Sheet,
    Stamp,
    TooManyRows,
    neutral,
    plain,
    safe_text,
    sheet_name,
    write_csv,
    write_xlsx,
    xlsx_file,
)

STAMP = Stamp(datetime(2026, 11, 23, 1, 30, tzinfo=UTC), "张三 & 李四 2026-11-23", "名单")
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SIGNS = "=+-@＝＋－＠\t\r\n"
INJECTED = "<r></r></is></c><c r='F1'><f>1+1</f><v>2</v></c><c r='G1' t='inlineStr'><is><r></r>"
ATTACKS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u200b=1",
    "\x00=1",
    "\ufeff=1",
    "\u00a0=1",
    "<r>a</r>",
    INJECTED,
    "_x003D_1+1",
    '=HYPERLINK("http://x","y")',
    "{=1+1}",
]
ANY_TEXT = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(codec=None), max_size=20),
    st.tuples(st.sampled_from([*SIGNS, "<r>", " =", "\u200b@", "_x000D_"]), st.text(max_size=20)).map("".join),
    st.text(max_size=10).map(lambda text: f"<r>{text}</r>"),
)


def cells(content: bytes) -> list[ElementTree.Element]:
    """Return every cell of the first sheet as it stands in the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return list(ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{NS}c"))


def workbook(rows: list[list[object]], columns: int = 5) -> bytes:
    """Return a workbook with the rows."""
    sheet = Sheet("名单", [Column(f"列{i}") for i in range(columns)], rows)  # type: ignore[arg-type]
    with xlsx_file([sheet], stamp=STAMP) as file:
        return file.read()


def test_attacks_stay_text() -> None:
    content = workbook([[text] for text in ATTACKS])
    assert all(cell.find(f"{NS}f") is None for cell in cells(content))
    read = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(read) == len(ATTACKS) + 1
    assert all(len([cell for cell in row if cell != ""]) == 1 for row in read[1:])
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page is not None
    assert {page.cell(at, 1).data_type for at in range(2, len(ATTACKS) + 2)} == {"s"}


def test_the_check_would_find_a_formula_that_got_through() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "in_memory": False})
    book.add_worksheet().write_string(0, 0, INJECTED)
    book.close()
    assert any(cell.find(f"{NS}f") is not None for cell in cells(target.getvalue()))


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=12))
@example([INJECTED])
@example(["\ud800", "\ufffe\uffff", "_x0041_", " a ", "a\r\nb"])
def test_whatever_the_text_no_cell_is_a_formula_and_none_is_lost(texts: list[str]) -> None:
    content = workbook([[text, "end"] for text in texts])
    found = cells(content)
    assert all(cell.find(f"{NS}f") is None for cell in found)
    assert {cell.get("t") for cell in found} <= {"inlineStr", "s", None}
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page is not None
    for at, text in enumerate(texts, start=2):
        read = page.cell(at, 1).value
        assert unescape(str(read or "")) == safe_text(text), "Excel shows what was meant"
        assert page.cell(at, 2).value == "end"
        assert page.cell(at, 3).value is None


@given(ANY_TEXT)
def test_a_neutral_text_begins_with_no_sign(text: str) -> None:
    safe = safe_text(text)
    assert safe[:1] not in set("=+-@＝＋－＠\t\r\n") or safe == ""
    assert safe.lstrip()[:1] not in set("=+-@＝＋－＠") or safe.lstrip() == ""
    assert safe in (plain(text), f"'{plain(text)}")


def test_harmless_text_is_left_as_it_is() -> None:
    for text in ("宁波机械厂", "1# 污水池", "a=b", "3-5", "（甲）", "'quoted", "<r>", "100%"):
        assert neutral(text) == text


def test_values_keep_their_types() -> None:
    row = [12, 3.5, Decimal("29.821553"), date(2026, 5, 1), datetime(2026, 5, 1, 4, 0, tzinfo=UTC), True, None]
    page = openpyxl.load_workbook(io.BytesIO(workbook([row], 7))).active
    assert page is not None
    read = [cell.value for cell in page[2]]
    assert read[:3] == [12, 3.5, 29.821553]
    assert read[3] == datetime(2026, 5, 1)
    assert read[4] == datetime(2026, 5, 1, 12, 0), "instants are shown in the zone of the district"
    assert read[5:] == [True, None]


@pytest.mark.parametrize(
    "number", [913302120000000000, Decimal("1234567890.1234567"), float("nan"), float("inf"), 10**400]
)
def test_numbers_that_excel_would_change_are_text(number: object) -> None:
    page = openpyxl.load_workbook(io.BytesIO(workbook([[number]]))).active
    assert page is not None
    assert page["A2"].value == str(number)


def test_the_heading_is_frozen_styled_and_as_wide_as_asked() -> None:
    sheet = Sheet("名单", [Column("企业名称", 30, required=True), Column("代码", 24, as_text=True)], [["甲", "乙"]])
    with xlsx_file([sheet], stamp=STAMP) as file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    page = book.active
    assert page is not None
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B2"
    assert abs(page.column_dimensions["A"].width - 30) < 1
    head = page["A1"]
    assert (head.font.b, head.font.name, head.fill.fgColor.rgb) == (True, FONT, "FF9C2A2A")
    assert page["B1"].fill.fgColor.rgb == "FF1F4E79"
    assert page["A2"].font.name == FONT
    assert page["B2"].number_format == "@"
    assert page.oddFooter is not None
    assert "张三" in str(page.oddFooter.left.text)
    assert book.properties.created == datetime(2026, 11, 23, 9, 30)


def test_marked_cells_are_red_and_carry_their_note() -> None:
    page = openpyxl.load_workbook(io.BytesIO(workbook([[Marked("=1", "填错了"), "b"]]))).active
    assert page is not None
    assert page["A2"].value == "'=1"
    assert page["A2"].fill.fgColor.rgb == "FFFBE3E4"
    assert page["A2"].comment is not None
    assert "填错了" in page["A2"].comment.text
    assert page["B2"].comment is None


def test_choices_are_lists_long_ones_on_a_hidden_sheet() -> None:
    long = [f"镇街{i}号" for i in range(80)]
    columns = [
        Column("短", choices=["甲", "乙"], prompt="选一个"),
        Column("长", choices=long),
        Column("险", choices=["=1", "a,b"]),
    ]
    with xlsx_file([Sheet("表", columns, [], form_rows=50)], stamp=STAMP) as file:
        content = file.read()
    book = openpyxl.load_workbook(io.BytesIO(content))
    rules = {str(rule.sqref): rule for rule in book["表"].data_validations.dataValidation}
    assert rules["A2:A51"].formula1 == '"甲,乙"'
    assert rules["B2:B51"].formula1 == "'选项'!$A$2:$A$81"
    assert rules["C2:C51"].formula1 == "'选项'!$B$2:$B$3"
    assert book["选项"].sheet_state == "hidden"
    assert [book["选项"].cell(at, 1).value for at in range(2, 82)] == long
    assert book["选项"]["B2"].value == "'=1"


def test_rows_stream_and_more_than_allowed_are_refused(tmp_path: Path) -> None:
    taken = []

    def rows() -> object:
        for at in range(1000):
            taken.append(at)
            yield [at]

    with pytest.raises(TooManyRows):
        write_xlsx(tmp_path / "a.xlsx", [Sheet("a", [Column("n")], rows(), max_rows=10)], stamp=STAMP)  # type: ignore[arg-type]
    assert len(taken) == 11


@given(st.text(max_size=60))
def test_every_sheet_name_is_one_that_excel_takes(text: str) -> None:
    name = sheet_name(text)
    assert 1 <= len(name) <= 31
    assert not re.search(r"[\[\]:*?/\\]", name)
    assert name.strip("'") == name


def test_long_text_is_cut_with_a_sign() -> None:
    assert len(plain("字" * 40_000)) == EXCEL_TEXT
    assert plain("字" * 40_000).endswith("…")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(ANY_TEXT, min_size=2, max_size=2), max_size=8))
def test_csv_reads_back_and_no_field_begins_with_a_sign(rows: list[list[str]]) -> None:
    target = io.BytesIO()
    assert write_csv(target, [Column("甲"), Column("乙")], rows) == len(rows)
    content = target.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read == [["甲", "乙"], *[[safe_text(text) for text in row] for row in rows]]


def test_csv_numbers_and_days_are_plain() -> None:
    target = io.BytesIO()
    write_csv(
        target, [Column("a")] * 5, [[-5, Decimal("1.50"), date(2026, 5, 1), None, datetime(2026, 5, 1, 4, tzinfo=UTC)]]
    )
    assert target.getvalue().decode("utf-8-sig").splitlines()[1] == '"-5","1.50","2026-05-01","","2026-05-01 12:00:00"'
