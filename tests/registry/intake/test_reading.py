"""Real files are read as Excel shows them: types, dates, row numbers, merges, sheets, encodings."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.registry.intake.rosters import LIMITS, SHEET_PART, rezipped, with_sheet, write_sheet, write_xlsx

from anru.registry.intake.cellvalues import Cell, CellFault, SheetRow, is_date_format
from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.opening import RosterFile, open_roster

ROOT = Path(__file__).parents[3]


@contextmanager
def opened(path: Path, sheet: str = "") -> Iterator[RosterFile]:
    """The roster is open inside the block."""
    with closing(open_roster(path, limits=LIMITS, sheet=sheet)) as roster:
        yield roster


def read(path: Path, after: int = 0) -> list[SheetRow]:
    """Return all rows of a file."""
    with opened(path) as roster:
        return list(roster.rows(after))


def refusal(path: Path, sheet: str = "") -> IntakeRefused:
    """Return how the file is refused."""
    with pytest.raises(IntakeRefused) as refused:
        open_roster(path, limits=LIMITS, sheet=sheet)
    return refused.value


def test_types_row_numbers_and_empty_rows(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["企业名称", 12, 3.5],
        [None, None],
        [],
        ["  "],
        [True, datetime(2026, 5, 1), date(2026, 5, 2)],
    ]
    found = read(write_xlsx(tmp_path / "a.xlsx", rows))
    assert [row.number for row in found] == [1, 4, 5]
    assert found[0].cells == ("企业名称", Decimal(12), Decimal("3.5"))
    assert found[2].cells == (True, datetime(2026, 5, 1), datetime(2026, 5, 2))
    assert read(tmp_path / "a.xlsx", after=4) == found[2:]


def test_formulas_are_read_as_their_saved_value_and_named(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet("名单")
    page.write_formula(0, 0, '="a"&"b"', None, "ab")
    page.write_formula(0, 1, "=1+1", None, 2)
    page.write_formula(0, 2, "=1/0", None, "#DIV/0!")
    page.write_formula(0, 3, "=1=1", None, True)
    book.close()
    (row,) = read(tmp_path / "a.xlsx")
    assert row.cells == ("ab", Decimal(2), CellFault("#DIV/0!"), True)
    assert row.formulas == {0, 1, 2, 3}


def test_a_formula_without_saved_value_is_an_empty_cell_that_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["B1"] = "企业", "=A1"
    book.save(tmp_path / "a.xlsx")
    (row,) = read(tmp_path / "a.xlsx")
    assert row.cells == ("企业", None)
    assert row.formulas == {1}


def outcome(path: Path) -> str:
    """Return "read", or the words with which the file is refused; any other exception is a fault of ours."""
    try:
        read(path)
    except IntakeRefused as refused:
        return refused.text.zh
    return "read"


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20).filter(
        lambda text: not text.startswith("<r>")
    ),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12).filter(lambda x: abs(x) > 1e-9),
    st.booleans(),
    st.datetimes(datetime(1900, 3, 2), datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0)),
)


def same(ours: Cell, theirs: object) -> bool:
    """Whether a cell means what another program read there."""
    if ours is None or (isinstance(ours, str) and not ours.strip()):
        # Readers differ in whether a cell of spaces alone is empty; to whoever looks at the sheet it is.
        return theirs is None or not str(theirs).strip()
    if isinstance(theirs, datetime):
        return isinstance(ours, datetime) and abs((ours - theirs).total_seconds()) < 1.5
    if isinstance(theirs, date):
        return isinstance(ours, datetime) and ours.date() == theirs
    if isinstance(ours, Decimal):
        return isinstance(theirs, (int, float)) and abs(float(ours) - theirs) <= 1e-9 * max(1, abs(theirs))
    return ours == theirs


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8), st.booleans())
def test_any_workbook_is_read_as_another_reader_reads_it(
    tmp_path: Path, rows: list[list[Any]], by_openpyxl: bool
) -> None:
    path = tmp_path / "a.xlsx"
    rows = [["企业名称"], *rows]
    if by_openpyxl:
        book = openpyxl.Workbook()
        assert book.active is not None
        for at, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = book.active.cell(at, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"
        book.save(path)
    else:
        write_xlsx(path, rows)
    ours = {row.number: row.cells for row in read(path)}
    theirs = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    for number, row in enumerate(theirs, start=1):
        cells = ours.get(number, ())
        for place, value in enumerate(row):
            assert same(cells[place] if place < len(cells) else None, value), (number, place, value, cells)
    assert max(ours) <= len(theirs)


@pytest.mark.parametrize("serial", [1, 59, 60, 61, 366, 45_000, 45_000.75, 2_958_465])
@pytest.mark.parametrize("from_1904", [False, True])
def test_days_are_counted_as_excel_counts_them(tmp_path: Path, serial: float, from_1904: bool) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), {"date_1904": from_1904})
    page = book.add_worksheet()
    page.write_number(0, 0, serial, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    book.close()
    if from_1904 and serial > 2_957_003:
        return
    (row,) = read(tmp_path / "a.xlsx")
    theirs = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()[0][0]
    theirs = datetime(theirs.year, theirs.month, theirs.day) if type(theirs) is date else theirs
    assert row.cells[0] == theirs


@pytest.mark.parametrize(
    ("code", "is_date"),
    [("yyyy-mm-dd", True), ('yyyy"年"m"月"', True), ("[$-804]h:mm", True), ("0.00", False), ("General", False),
     ("@", False), ('0"days"', False), ("[Red]0", False), ("[h]:mm", True), ("#,##0\\d", False), ("G/通用格式", False)],
)  # fmt: skip
def test_formats_that_show_days(code: str, is_date: bool) -> None:
    assert is_date_format(200, {200: code}) is is_date


def test_built_in_formats_that_show_days() -> None:
    assert is_date_format(14, {})
    assert is_date_format(57, {}), "the built-in Chinese formats"
    assert not is_date_format(0, {})
    assert not is_date_format(49, {})


def test_rich_and_phonetic_texts(tmp_path: Path) -> None:
    texts = (
        "<sst><si><r><t>宁波</t></r><r><t xml:space='preserve'> 机械</t></r></si>"
        "<si><t>漢字</t><rPh sb='0' eb='2'><t>かんじ</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si></sst>"
    ).encode()
    row = "<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='s'><v>2</v></c></row>"
    (found,) = read(with_sheet(tmp_path / "a.xlsx", row, texts))
    assert found.cells == ("宁波 机械", "漢字", "a\rb_x0041_")


def test_prefixed_and_strict_documents_are_read(tmp_path: Path) -> None:
    xml = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row r="3">'
        '<x:c r="B3" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    ).encode()
    rezipped(write_xlsx(tmp_path / "a.xlsx", [["a"]]), change={SHEET_PART: lambda _old: xml})
    assert read(tmp_path / "a.xlsx") == [SheetRow(3, (None, "甲"))]


def test_cells_merged_downwards_are_filled_also_when_the_reading_goes_on_in_their_middle(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = write_sheet(book, "名单", [["企业", "空间"], ["", "池1"], ["", "池2"], ["", "池3"], ["乙", "罐"]])
    page.merge_range("A2:A4", "甲")
    page.merge_range("A6:B6", "备注")
    book.close()
    rows = [("甲", "池1"), ("甲", "池2"), ("甲", "池3"), ("乙", "罐"), ("备注",)]
    assert [row.cells for row in read(tmp_path / "a.xlsx", after=1)] == rows
    assert [row.cells for row in read(tmp_path / "a.xlsx", after=3)] == rows[2:]


def test_one_sheet_is_chosen_when_the_others_are_empty_hidden_or_explain(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    write_sheet(book, "填写说明", [["说明"]])
    write_sheet(book, "Sheet2", [])
    write_sheet(book, "隐藏", [["x"]]).hide()
    write_sheet(book, "名单", [["企业名称"]])
    book.add_chartsheet("图")
    book.close()
    with opened(tmp_path / "a.xlsx") as roster:
        assert roster.sheet == "名单"
    with opened(tmp_path / "a.xlsx", "隐藏") as roster:
        assert [row.cells for row in roster.rows()] == [("x",)]
    assert refusal(tmp_path / "a.xlsx", "图").fault is FileFault.UNKNOWN_SHEET
    assert refusal(tmp_path / "a.xlsx", "Sheet2").fault is FileFault.NO_SHEET


def test_several_sheets_are_named(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    write_sheet(book, "下应", [["企业名称"]])
    write_sheet(book, "姜山", [["企业名称"]])
    book.close()
    refused = refusal(tmp_path / "a.xlsx")
    assert refused.fault is FileFault.SEVERAL_SHEETS
    assert refused.sheets == ("下应", "姜山")
    assert "下应、姜山" in refused.text.zh


def test_limits_hold_exactly(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["a"]] * LIMITS.rows
    with opened(write_xlsx(tmp_path / "a.xlsx", rows)) as roster:
        assert roster.last_row == LIMITS.rows
    assert refusal(write_xlsx(tmp_path / "b.xlsx", [*rows, ["a"]])).facts["row"] == LIMITS.rows + 1
    read(write_xlsx(tmp_path / "c.xlsx", [["a"] * LIMITS.columns]))
    assert refusal(write_xlsx(tmp_path / "d.xlsx", [["a"] * (LIMITS.columns + 1)])).fault is FileFault.TOO_MANY_COLUMNS
    read(write_xlsx(tmp_path / "e.xlsx", [["字" * LIMITS.text_chars]]))


def test_formats_far_below_the_table_do_no_harm(tmp_path: Path) -> None:
    with_sheet(
        tmp_path / "a.xlsx", '<row><c t="str"><v>甲</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )
    assert len(read(tmp_path / "a.xlsx")) == 1


def test_the_file_name_does_not_matter(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.csv", [["企业名称"]])
    assert read(tmp_path / "a.csv")[0].cells == ("企业名称",)
    (tmp_path / "b.xlsx").write_text("企业名称,代码\n甲,乙\n", encoding="utf-8")
    assert read(tmp_path / "b.xlsx")[1].cells == ("甲", "乙")


RARE = "㑇𠀀镕堃喆䶮𫓧·（宁波）"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_encodings_and_separators(tmp_path: Path, encoding: str, separator: str, line_end: str) -> None:
    lines = [["企业名称", "信用代码", "地址"], [RARE, "x", "甲"], ["乙", "", "丙"]]
    path = tmp_path / "a.csv"
    path.write_bytes(line_end.join(separator.join(line) for line in lines).encode(encoding))
    with opened(path) as roster:
        assert [row.cells for row in roster.rows()] == [tuple(cell or None for cell in line) for line in lines]
        assert (roster.delimiter, roster.kind) == (separator, "csv")
        assert roster.encoding == ("gb18030" if encoding == "gb18030" else "utf-8-sig")


@given(st.text(st.characters(codec="gb18030", exclude_characters="\x00"), min_size=1, max_size=50))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_chinese_text_comes_through(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    quoted = '"' + text.replace('"', '""') + '"'
    path.write_bytes(f"企业名称,代码\n{quoted},x\n".encode("gb18030"))
    with opened(path) as roster:
        row = list(roster.rows())[1]
    assert roster.encoding == "gb18030"
    assert row.cells[1] == "x"
    expected = text[2:-1] if text.startswith('="') and text.endswith('"') and len(text) > 2 else text
    assert row.cells[0] == expected


@pytest.mark.parametrize("at", [0, 1, 65_534, 65_535, 65_536, 65_537, 200_000])
def test_the_byte_that_cannot_be_read_is_named(tmp_path: Path, at: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * at + b"\xff" + b"a" * 100)
    refused = refusal(path)
    assert refused.fault is FileFault.ENCODING
    assert refused.facts["offset"] == at
    assert str(at) in refused.text.zh


def test_csv_details(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('sep=;\n企业名称;代码;说明\n甲;="00123";"两\n行"\n\n;;\n乙;2;\n', encoding="utf-8-sig")
    found = read(path)
    assert [row.number for row in found] == [2, 3, 6]
    assert found[1].cells == ("甲", "00123", "两\n行")
    assert found[2].cells == ("乙", "2")
    assert read(path, after=3) == found[2:]


def test_a_title_line_does_not_hide_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("鄞州区名单，2026年\n企业名称;代码;地址\n甲;1;丙\n", encoding="utf-8")
    with opened(path) as roster:
        assert roster.delimiter == ";"


def test_a_quote_that_never_ends_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('企业名称,代码\n甲,1\n"乙,2\n丙,3\n', encoding="utf-8")
    refused = refusal(path)
    assert (refused.fault, refused.facts["row"]) == (FileFault.CSV_QUOTE, 3)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(tmp_path: Path, at: int, noise: bytes) -> None:
    path = tmp_path / "a.xlsx"
    content = bytearray(write_xlsx(path, [["企业名称", 1], ["甲", 2]]).read_bytes())
    at %= len(content)
    content[at : at + len(noise)] = noise
    path.write_bytes(bytes(content))
    assert outcome(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    assert outcome(path)


def test_no_part_of_an_upload_is_ever_unpacked_to_disk(tmp_path: Path) -> None:
    path = rezipped(write_xlsx(tmp_path / "a.xlsx", [["企业名称"]]), add={"../evil.txt": b"x"})
    read(path)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.xlsx"]
    assert not (tmp_path.parent / "evil.txt").exists()
    assert zipfile.is_zipfile(path)


def test_a_sheet_too_large_to_be_kept_is_read_row_by_row(tmp_path: Path) -> None:
    wide = [[at * 100 + place for place in range(100)] for at in range(4_500)]
    with opened(write_xlsx(tmp_path / "a.xlsx", wide)) as roster:
        assert roster.last_row == 4_500
        assert sum(1 for _row in roster.rows()) == 4_500
        last = list(roster.rows(after=4_498))
    assert [row.number for row in last] == [4_499, 4_500]
    assert last[-1].cells == tuple(map(Decimal, wide[-1]))


def test_the_intake_needs_no_django() -> None:
    names = [found.stem for found in (ROOT / "src/anru/registry/intake").glob("*.py") if found.stem != "__init__"]
    lines = [f"import anru.registry.intake.{name}" for name in names]
    check = "import sys; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    code = "; ".join([*lines, check])
    assert len(names) > 15
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, check=True)
