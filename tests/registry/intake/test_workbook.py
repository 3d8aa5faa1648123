"""The workbooks that go back to the person: errors marked, and an empty form that we can read ourselves."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
import pytest
from tests.registry.intake.rosters import ENTERPRISE_TITLES, LIMITS, TODAY, enterprise_cells, lists, write_xlsx

from anru.kernel.sheets import Stamp
from anru.registry.intake.columns import Shape, propose
from anru.registry.intake.facts import RowVerdict
from anru.registry.intake.fields import FIELDS, Field
from anru.registry.intake.header import find_header
from anru.registry.intake.opening import open_roster
from anru.registry.intake.rows import RowJudge, judge_batches
from anru.registry.intake.workbook import ENTERPRISE_FORM, SPACE_FORM, blank_form, error_workbook

STAMP = Stamp(datetime(2026, 11, 23, tzinfo=UTC), "张三 2026-11-23")


def returned(path: Path, **options: bool) -> tuple[bytes, list[RowVerdict]]:
    """Return the error workbook of a file, and its verdicts."""
    with closing(open_roster(path, limits=LIMITS)) as roster:
        header = find_header(roster)
        columns = propose(header.labels)
        judge = RowJudge(columns, lists(), on=TODAY)
        verdicts = [verdict for batch in judge_batches(roster, header, judge) for verdict in batch.verdicts]
        problems = {verdict.row: verdict.problems for verdict in verdicts if verdict.problems}
        with error_workbook(roster, header, columns, problems, stamp=STAMP, **options) as file:
            return file.read(), verdicts


def saved(file: BinaryIO, path: Path) -> Path:
    """The content stands at the path."""
    with file:
        path.write_bytes(file.read())
    return path


def rows_with_faults() -> list[list[Any]]:
    """Return a title row, one good row, one with two faults and one with an attack in its name."""
    bad = enterprise_cells(2)
    bad[2], bad[6] = "上海", "123"
    attack = enterprise_cells(3)
    attack[0], attack[7] = "=cmd|' /C calc'!A0", "x"
    return [["名单"], [*ENTERPRISE_TITLES, "备注"], [*enterprise_cells(1), date(2026, 5, 1)], bad, attack]


def test_wrong_cells_are_marked_and_explained(tmp_path: Path) -> None:
    content, _verdicts = returned(write_xlsx(tmp_path / "a.xlsx", rows_with_faults()))
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["名单"]
    assert [cell.value for cell in page[1]] == ["原行号", "错误说明", *ENTERPRISE_TITLES, "备注"]
    assert [page.cell(at, 1).value for at in (2, 3, 4)] == [3, 4, 5]
    assert page["B2"].value is None
    assert "【所属镇街】不认识这个镇街" in str(page["B3"].value)
    assert "【联系电话】不是电话号码" in str(page["B3"].value)
    red = [cell.coordinate for row in page.iter_rows(min_row=2) for cell in row if cell.fill.fgColor.rgb == "FFFBE3E4"]
    assert red == ["B3", "E3", "I3", "B4", "J4"]
    assert page["I3"].value == "123", "the person gets back what they wrote"
    assert page["E3"].comment is not None
    assert page["C4"].value == "'=cmd|' /C calc'!A0"
    assert page["D2"].value == enterprise_cells(1)[1]
    assert page["K2"].value == datetime(2026, 5, 1)
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    explained = [[cell.value for cell in row] for row in book["错误说明"].iter_rows(min_row=2)]
    assert [line[:2] for line in explained] == [[4, "所属镇街"], [4, "联系电话"], [5, "从业人数"]]


def test_only_the_rows_with_errors(tmp_path: Path) -> None:
    content, _verdicts = returned(write_xlsx(tmp_path / "a.xlsx", rows_with_faults()), only_errors=True)
    page = openpyxl.load_workbook(io.BytesIO(content))["名单"]
    assert [page.cell(at, 1).value for at in range(2, page.max_row + 1)] == [4, 5]


def test_the_error_workbook_can_be_corrected_and_uploaded_again(tmp_path: Path) -> None:
    content, first = returned(write_xlsx(tmp_path / "a.xlsx", rows_with_faults()))
    book = openpyxl.load_workbook(io.BytesIO(content))
    book["名单"]["E3"], book["名单"]["I3"], book["名单"]["J4"] = "姜山", "13800005678", "5"
    book.save(tmp_path / "b.xlsx")
    again, second = returned(tmp_path / "b.xlsx")
    assert [verdict.ok for verdict in first] == [True, False, False]
    assert [verdict.ok for verdict in second] == [True, True, True]
    assert second[2].name == "=cmd|' /C calc'!A0", "the mark against formulas is no part of the name"
    titles = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(again))["名单"][1]]
    assert titles.count("错误说明") == 1
    assert titles.count("原行号") == 1


@pytest.mark.parametrize("with_spaces", [False, True])
def test_the_form_is_understood_completely_and_its_example_is_skipped(tmp_path: Path, with_spaces: bool) -> None:
    path = saved(blank_form(lists(), with_spaces=with_spaces, stamp=STAMP), tmp_path / "form.xlsx")
    with closing(open_roster(path, limits=LIMITS)) as roster:
        header = find_header(roster)
        columns = propose(header.labels)
        assert tuple(columns.by_index.values()) == (SPACE_FORM if with_spaces else ENTERPRISE_FORM)
        assert {column.confidence for column in columns.columns} == {1.0}
        assert columns.usable
        assert columns.shape is (Shape.PER_SPACE if with_spaces else Shape.PER_ENTERPRISE)
        judge = RowJudge(columns, lists(), on=TODAY)
        verdicts = [verdict for batch in judge_batches(roster, header, judge) for verdict in batch.verdicts]
    assert [verdict.skipped for verdict in verdicts] == [True]


def test_the_example_of_the_form_would_be_a_valid_row(tmp_path: Path) -> None:
    path = saved(blank_form(lists(), with_spaces=True, stamp=STAMP), tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(path)
    page = book["有限空间名单"]
    page["A2"] = "宁波真厂"
    book.save(path)
    _content, (verdict,) = returned(path)
    assert [problem.fault for problem in verdict.problems if problem.is_error] == []
    assert verdict.space is not None


def test_the_form_guides_the_hand(tmp_path: Path) -> None:
    path = saved(blank_form(lists(), with_spaces=False, stamp=STAMP), tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(path)
    page = book["企业名单"]
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert "下应街道" in str(rules["C2:C2001"].formula1)
    assert rules["D2:D2001"].type == "list"
    assert page.column_dimensions["B"].width > 20
    assert page["B2"].number_format == "@", "a code that is typed stays text"
    notes = [[cell.value for cell in row] for row in book["填写说明"].iter_rows(min_row=2)]
    titles = [line[0] for line in notes]
    assert titles[: len(ENTERPRISE_FORM)] == [FIELDS[field].title.zh for field in ENTERPRISE_FORM]
    assert dict(zip(titles, [line[1] for line in notes], strict=True))[FIELDS[Field.NAME].title.zh] == "必填"
