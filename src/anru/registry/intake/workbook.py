"""Workbooks that go back to the person: the file with its errors marked, and the empty form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from anru.kernel.sheets import CellValue, Column, Marked, Sheet, Stamp, xlsx_file
from anru.registry.intake.cellvalues import Cell, SheetRow
from anru.registry.intake.columns import ColumnMap
from anru.registry.intake.fields import FIELDS, REQUIRED_OF_ENTERPRISE, REQUIRED_OF_SPACE, Field
from anru.registry.intake.header import Header
from anru.registry.intake.lookups import Lookups
from anru.registry.intake.opening import RosterFile
from anru.registry.intake.problems import RowProblem
from anru.registry.intake.values import text_of

ERROR_COLUMN = "错误说明"
ROW_COLUMN = "原行号"
NOTES_SHEET = "填写说明"
FAULTS_SHEET = "错误说明"
FORM_ROWS = 2_000
_AS_TEXT = frozenset(
    {Field.CREDIT_CODE, Field.PRINCIPAL_PHONE, Field.CONTACT_PHONE, Field.SPACE_NUMBER, Field.SPACE_NAME}
)
ENTERPRISE_FORM = (
    Field.NAME, Field.CREDIT_CODE, Field.TOWN, Field.INDUSTRY, Field.ADDRESS, Field.LON, Field.LAT,
    Field.PRINCIPAL_NAME, Field.PRINCIPAL_PHONE, Field.CONTACT_NAME, Field.CONTACT_PHONE, Field.HEADCOUNT,
)  # fmt: skip
SPACE_FORM = (
    Field.NAME, Field.CREDIT_CODE, Field.TOWN, Field.INDUSTRY, Field.ADDRESS, Field.PRINCIPAL_NAME,
    Field.PRINCIPAL_PHONE, Field.CONTACT_NAME, Field.CONTACT_PHONE, Field.HEADCOUNT, Field.SPACE_NUMBER,
    Field.SPACE_NAME, Field.SPACE_CLASS, Field.SPACE_SUB_TYPE, Field.SPACE_OPENING, Field.SPACE_LOCATION,
    Field.SPACE_LENGTH, Field.SPACE_WIDTH, Field.SPACE_DEPTH, Field.SPACE_VOLUME, Field.SPACE_ENTRANCES,
    Field.SPACE_HAZARDS, Field.SPACE_CONSEQUENCES, Field.SPACE_CONTROLS, Field.SPACE_ISOLATION_KIND,
    Field.SPACE_ISOLATION_STATE, Field.SPACE_ISOLATION_CHECKED_ON, Field.SPACE_LOCK_KEEPER,
)  # fmt: skip


def error_workbook(
    roster: RosterFile,
    header: Header,
    columns: ColumnMap,
    problems: Mapping[int, Sequence[RowProblem]],
    *,
    stamp: Stamp,
    only_errors: bool = False,
) -> BinaryIO:
    """Return a workbook with the rows as they were, the wrong cells marked and a column that says what is wrong.

    It can be corrected and uploaded again: the added column and sheet are passed over. With `only_errors` it holds the
    rows that an error stops and no others.
    """
    labels = list(header.labels)
    known = {field: index for index, field in columns.by_index.items()}
    # The columns of a previous round would stand beside the new one.
    kept = [index for index, label in enumerate(labels) if label.strip() not in (ERROR_COLUMN, ROW_COLUMN)]
    sheet = [
        Column(ROW_COLUMN, 8),
        Column(ERROR_COLUMN, 48),
        *(_column_of(columns, index, labels[index]) for index in kept),
    ]
    rows = _marked_rows(roster, header, kept, known, problems, only_errors=only_errors)
    name = roster.sheet if roster.sheet and roster.sheet != FAULTS_SHEET else "名单"
    faults = [Column("行", 8), Column("列", 20), Column("原内容", 30), Column("级别", 8), Column("说明", 70)]
    sheets = [
        Sheet(name, sheet, rows),
        Sheet(FAULTS_SHEET if name != FAULTS_SHEET else f"{FAULTS_SHEET}表", faults, _fault_rows(problems)),
    ]
    return xlsx_file(sheets, stamp=stamp)


def blank_form(lookups: Lookups, *, with_spaces: bool, stamp: Stamp) -> BinaryIO:
    """Return the empty form: titles, one example row that the import skips, drop-down lists, and how to fill it in."""
    form = SPACE_FORM if with_spaces else ENTERPRISE_FORM
    required = {*REQUIRED_OF_ENTERPRISE, *(REQUIRED_OF_SPACE if with_spaces else ())}
    choices = _choices(lookups)
    columns = [
        Column(
            FIELDS[field].title.zh,
            FIELDS[field].width,
            as_text=field in _AS_TEXT,
            choices=choices.get(field, ()),
            prompt=FIELDS[field].about,
            required=field in required,
        )
        for field in form
    ]
    example = [_example(field, choices) for field in form]
    name = "有限空间名单" if with_spaces else "企业名单"
    notes = [
        Column("列名", 24),
        Column("是否必填", 10),
        Column("怎么填", 50),
        Column("示例", 34),
        Column("可选内容", 60),
    ]
    sheets = [
        Sheet(name, columns, [example], form_rows=FORM_ROWS),
        Sheet(NOTES_SHEET, notes, _note_rows(form, required, choices, with_spaces=with_spaces)),
    ]
    return xlsx_file(sheets, stamp=stamp)


def _column_of(columns: ColumnMap, index: int, label: str) -> Column:
    field = columns.by_index.get(index)
    width = FIELDS[field].width if field else 14
    return Column(label, width, as_text=field in _AS_TEXT)


def _marked_rows(
    roster: RosterFile,
    header: Header,
    kept: Sequence[int],
    known: Mapping[Field, int],
    problems: Mapping[int, Sequence[RowProblem]],
    *,
    only_errors: bool,
) -> Iterator[list[CellValue | Marked]]:
    for row in roster.rows(after=header.last_row):
        found = problems.get(row.number, ())
        if only_errors and not any(problem.is_error for problem in found):
            continue
        yield _marked_row(row, kept, known, found)


def _marked_row(
    row: SheetRow, kept: Sequence[int], known: Mapping[Field, int], found: Sequence[RowProblem]
) -> list[CellValue | Marked]:
    said: dict[int, list[str]] = {}
    for problem in found:
        if problem.field and Field(problem.field) in known and problem.is_error:
            said.setdefault(known[Field(problem.field)], []).append(problem.text.zh)
    words = "\n".join(_sentence(problem) for problem in found)
    stopped = any(problem.is_error for problem in found)
    cells: list[CellValue | Marked] = [row.number, Marked(words) if stopped else words]
    for index in kept:
        value = _value(row.cell(index))
        cells.append(Marked(value, " ".join(said[index])) if index in said else value)
    return cells


def _sentence(problem: RowProblem) -> str:
    lead = "" if problem.is_error else "（提醒）"
    return f"{lead}【{problem.column}】{problem.text.zh}" if problem.column else f"{lead}{problem.text.zh}"


def _value(cell: Cell) -> CellValue:
    return cell if isinstance(cell, datetime) else text_of(cell)


def _fault_rows(problems: Mapping[int, Sequence[RowProblem]]) -> Iterator[list[CellValue | Marked]]:
    for row in sorted(problems):
        for problem in problems[row]:
            level: CellValue | Marked = Marked("错误") if problem.is_error else "提醒"
            yield [problem.row, problem.column, problem.shown, level, problem.text.zh]


def _choices(lookups: Lookups) -> dict[Field, Sequence[str]]:
    return {
        Field.TOWN: lookups.towns.names,
        Field.INDUSTRY: lookups.sectors.first_words,
        Field.SPACE_CLASS: lookups.classes.first_words,
        Field.SPACE_SUB_TYPE: lookups.sub_types.first_words,
        Field.SPACE_OPENING: lookups.openings.first_words,
        Field.SPACE_ISOLATION_KIND: lookups.isolation_kinds.first_words,
        Field.SPACE_ISOLATION_STATE: lookups.isolation_states.first_words,
    }


def _example(field: Field, choices: Mapping[Field, Sequence[str]]) -> str:
    words = choices.get(field, ())
    example = FIELDS[field].example
    return example if example in words or not words else words[0]


def _note_rows(
    form: Sequence[Field], required: set[Field], choices: Mapping[Field, Sequence[str]], *, with_spaces: bool
) -> Iterator[list[CellValue | Marked]]:
    for field in form:
        spec = FIELDS[field]
        listed = "、".join(choices.get(field, ()))
        yield [spec.title.zh, "必填" if field in required else "选填", spec.about, _example(field, choices), listed]
    yield []
    rows = "每行填一个有限空间；同一企业有几个有限空间，就重复填写企业各列。" if with_spaces else "每行填一家企业。"
    yield ["说明", "", rows]
    yield ["", "", "名称以“示例：”开头的行不会导入，可以删除。"]
    yield ["", "", "再次导入时，空着的格子不会清除系统里已有的内容。"]
