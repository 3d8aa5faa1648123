"""Each row judged on its own: typed facts, and what is wrong in which column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from anru.registry.intake.cellvalues import Cell, CellFault, SheetRow
from anru.registry.intake.columns import ColumnMap, Shape
from anru.registry.intake.facts import EnterpriseRow, RowVerdict, SpaceRow
from anru.registry.intake.fields import PHONES, REQUIRED_OF_ENTERPRISE, REQUIRED_OF_SPACE, Field
from anru.registry.intake.header import Header
from anru.registry.intake.lookups import Lookups, WordIndex
from anru.registry.intake.opening import RosterFile
from anru.registry.intake.problems import RowFault, RowProblem
from anru.registry.intake.reading import SHOWN, Reading
from anru.registry.intake.spaces import judge_class, judge_dimensions, judge_hazards, judge_isolation
from anru.registry.intake.values import (
    Finding,
    Read,
    clean,
    read_count,
    read_credit_code,
    read_date,
    read_degrees,
    read_length,
    read_pair,
    read_phone,
    read_size,
    read_text,
    read_volume,
)

BATCH_ROWS = 500
MOST_PEOPLE = 1_000_000
MOST_SPACES = 10_000
MOST_ENTRANCES = 200
_REMEMBERED = 2_000
_TOTALS = ("合计", "总计", "小计", "共计")
_EXAMPLE = ("示例：", "示例:", "例：", "例:")

Reader = Callable[[Cell], Read[Any]]

TEXT_LIMITS: dict[Field, int] = {
    Field.NAME: 120,
    Field.ADDRESS: 200,
    Field.PRINCIPAL_NAME: 40,
    Field.LEGAL_PERSON: 40,
    Field.CONTACT_NAME: 40,
    Field.SITE_NAME: 80,
    Field.SPACE_NAME: 80,
    Field.SPACE_NUMBER: 30,
    Field.SPACE_LOCATION: 200,
    Field.SPACE_ENTRANCE_NOTE: 200,
    Field.SPACE_CONTROLS: 1000,
    Field.SPACE_LOCK_KEEPER: 40,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows in order. `next_after` is the row to go on from; `of_rows` the last row of the file, for progress."""

    verdicts: tuple[RowVerdict, ...]
    next_after: int
    of_rows: int


class RowJudge:
    """Judges rows of one file: its columns, the lists of ours, and the day on which it is read."""

    def __init__(self, columns: ColumnMap, lookups: Lookups, *, on: date) -> None:
        if not columns.usable:
            raise ValueError("columns are missing or doubled")
        self._columns, self._lookups, self._on = columns, lookups, on
        self._fields = [_Known(index, field, self._reader(field)) for index, field in sorted(columns.by_index.items())]

    def judge(self, row: SheetRow) -> RowVerdict | None:
        """Return the verdict on a row, None when its columns hold nothing."""
        reading = Reading(row.number, self._columns)
        filled = False
        cells, width = row.cells, len(row.cells)
        for known in self._fields:
            cell = cells[known.index] if known.index < width else None
            if known.index in row.formulas:
                filled = True
                _read_formula(reading, known, cell)
            elif cell is not None and not (isinstance(cell, str) and (not cell or cell.isspace())):
                filled = True
                _read_cell(reading, known, cell)
        if not filled:
            return None
        return self._skipped(row, reading) or self._verdict(reading)

    def _reader(self, field: Field) -> Reader:
        lists = self._lookups
        words: dict[Field, WordIndex] = {
            Field.INDUSTRY: lists.sectors,
            Field.CATEGORY: lists.categories,
            Field.SPACE_OPENING: lists.openings,
            Field.SPACE_ISOLATION_KIND: lists.isolation_kinds,
            Field.SPACE_ISOLATION_STATE: lists.isolation_states,
        }
        if field in words:
            return partial(_read_word, words[field])
        if field in TEXT_LIMITS:
            return partial(read_text, limit=TEXT_LIMITS[field])
        if field in PHONES:
            return read_phone
        factor = self._columns.factor(field)
        readers: dict[Field, Reader] = {
            Field.CREDIT_CODE: read_credit_code,
            Field.TOWN: self._read_town,
            Field.HEADCOUNT: partial(read_count, low=0, high=MOST_PEOPLE),
            Field.SPACE_COUNT: partial(read_count, low=0, high=MOST_SPACES),
            Field.SPACE_ENTRANCES: partial(read_count, low=0, high=MOST_ENTRANCES),
            Field.LON: read_degrees,
            Field.LAT: read_degrees,
            Field.SPACE_LON: read_degrees,
            Field.SPACE_LAT: read_degrees,
            Field.COORDINATES: read_pair,
            Field.SPACE_COORDINATES: read_pair,
            Field.SPACE_LENGTH: partial(read_length, factor=factor),
            Field.SPACE_WIDTH: partial(read_length, factor=factor),
            Field.SPACE_DEPTH: partial(read_length, factor=factor),
            Field.SPACE_SIZE: partial(read_size, factor=factor),
            Field.SPACE_VOLUME: read_volume,
            Field.SPACE_ISOLATION_CHECKED_ON: partial(read_date, today=self._on),
        }
        # Classes and hazards are weighed against each other, so their words are kept until the row is complete.
        return readers.get(field, partial(read_text, limit=1000))

    def _read_town(self, cell: Cell) -> Read[str]:
        text = clean(cell)
        if not text:
            return Read()
        found = self._lookups.towns.find(text)
        if found.code and found.by_beginning:
            return Read(found.code, (Finding(RowFault.TOWN_PREFIX, {"found": found.name}),))
        if found.code:
            return Read(found.code)
        if found.several:
            return Read(None, (Finding(RowFault.TOWN_AMBIGUOUS, {"found": "、".join(found.several[:5])}),))
        return Read(None, (Finding(RowFault.TOWN_UNKNOWN, {"alike": "、".join(found.alike)}),))

    def _skipped(self, row: SheetRow, reading: Reading) -> RowVerdict | None:
        first = next((clean(cell) for cell in row.cells if cell is not None and clean(cell)), "")
        name = clean(reading.cells.get(Field.NAME))
        fault = None
        if name.startswith(_EXAMPLE):
            fault = RowFault.EXAMPLE_ROW
        elif first.replace(" ", "").rstrip(":：") in _TOTALS and Field.CREDIT_CODE not in reading.cells:
            fault = RowFault.TOTAL_ROW
        if fault is None:
            return None
        problem = RowProblem(row.number, "", "", first[:SHOWN], fault)
        return RowVerdict(row.number, name=name[:SHOWN], problems=(problem,), skipped=True)

    def _verdict(self, reading: Reading) -> RowVerdict:
        for field in REQUIRED_OF_ENTERPRISE:
            reading.require(field)
        reading.place(Field.LON, Field.LAT, Field.COORDINATES)
        space = self._space(reading) if self._columns.shape is Shape.PER_SPACE else None
        enterprise = None
        if not any(problem.is_error and not problem.of_space for problem in reading.problems):
            enterprise = _enterprise(reading.values, self._columns.datum)
        code = clean(reading.cells.get(Field.CREDIT_CODE))
        return RowVerdict(
            reading.row,
            reading.values.get(Field.CREDIT_CODE) or code[:40],
            clean(reading.cells.get(Field.NAME))[:200],
            enterprise,
            space,
            tuple(reading.problems),
        )

    def _space(self, reading: Reading) -> SpaceRow | None:
        if not any(field.of_space for field in reading.cells):
            # An enterprise without spaces may stand in a list of spaces.
            return None
        for field in REQUIRED_OF_SPACE:
            reading.require(field)
        reading.place(Field.SPACE_LON, Field.SPACE_LAT, Field.SPACE_COORDINATES)
        judge_class(reading, self._lookups)
        judge_hazards(reading, self._lookups)
        judge_dimensions(reading)
        judge_isolation(reading)
        if any(problem.is_error and problem.of_space for problem in reading.problems):
            return None
        return _space(reading.values)


class _Known:
    """A column that is read, and what its cells were read as: most columns of a roster repeat a few values."""

    __slots__ = ("field", "index", "memory", "reader")

    def __init__(self, index: int, field: Field, reader: Reader) -> None:
        self.index, self.field, self.reader = index, field, reader
        self.memory: dict[Cell, Read[Any]] = {}

    def read(self, cell: Cell) -> Read[Any]:
        """Return what the cell says, from memory when the same stood in the column before."""
        # True and 1 are one key, and mean different things in a cell.
        if isinstance(cell, bool):
            return self.reader(cell)
        found = self.memory.get(cell)
        if found is None:
            if len(self.memory) >= _REMEMBERED:
                self.memory.clear()
            found = self.memory[cell] = self.reader(cell)
        return found


def _read_cell(reading: Reading, known: _Known, cell: Cell) -> None:
    reading.cells[known.field] = cell
    if isinstance(cell, CellFault):
        reading.add(known.field, RowFault.CELL_ERROR, found=cell.shown)
        return
    read = known.read(cell)
    if read.findings:
        reading.take(known.field, read)
    elif read.value is not None:
        reading.values[known.field] = read.value


def _read_formula(reading: Reading, known: _Known, cell: Cell) -> None:
    reading.cells[known.field] = cell
    if cell is None or cell == "":
        reading.add(known.field, RowFault.FORMULA_WITHOUT_VALUE)
        return
    if not isinstance(cell, CellFault):
        reading.add(known.field, RowFault.FORMULA)
    _read_cell(reading, known, cell)


def judge_rows(rows: Iterable[SheetRow], judge: RowJudge) -> Iterator[RowVerdict]:
    """Yield a verdict for each row that holds something in a known column."""
    for row in rows:
        verdict = judge.judge(row)
        if verdict is not None:
            yield verdict


def judge_batches(
    roster: RosterFile, header: Header, judge: RowJudge, *, after: int = 0, size: int = BATCH_ROWS
) -> Iterator[Batch]:
    """Yield the rows below the heading, or below row `after` when a reading goes on, in batches.

    The state of a reading is the file and `next_after` of the last batch that was stored.
    """
    gathered: list[RowVerdict] = []
    start = max(after, header.last_row)
    seen = 0
    last = start
    for row in roster.rows(after=start):
        verdict = judge.judge(row)
        if verdict is not None:
            gathered.append(verdict)
        seen, last = seen + 1, row.number
        if seen % size == 0:
            yield Batch(tuple(gathered), last, roster.last_row)
            gathered = []
    if gathered:
        yield Batch(tuple(gathered), last, roster.last_row)


def _read_word(words: WordIndex, cell: Cell) -> Read[str]:
    text = clean(cell)
    if not text or text in ("/", "-"):
        return Read()
    code = words.find(text)
    if code:
        return Read(code)
    return Read(None, (Finding(RowFault.WORD_UNKNOWN, {"found": text[:SHOWN], **words.suggested(text)}),))


def _enterprise(values: dict[Field, Any], datum: str) -> EnterpriseRow:
    facts = {field.attribute: value for field, value in values.items() if not field.of_space}
    return EnterpriseRow(**facts, datum=datum if Field.LON in values else "")


def _space(values: dict[Field, Any]) -> SpaceRow:
    return SpaceRow(**{field.attribute: value for field, value in values.items() if field.of_space})
