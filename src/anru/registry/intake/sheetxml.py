"""The XML of one sheet as rows, streamed: at no moment is more than a chunk and one row in memory.

A spreadsheet library would hold the whole sheet, copy a shared text once for each cell that refers to it (a 1 MB text
and a million cells fill any memory) and hide whether a value came from a formula.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from anru.registry.intake.archive import DEEPEST_TAG, Archive
from anru.registry.intake.cellvalues import Cell, CellFault, SheetRow, number_cell, unescaped
from anru.registry.intake.errors import FileFault, IntakeRefused

_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384
_DIGITS = "0123456789"
# Some 100 MB at worst, and room for 10,000 rows of 40 columns.
_KEPT_CELLS = 400_000
_KEPT_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows counted from 1 as Excel shows them, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Style:
    """What the workbook says about its numbers: which cell styles are dates, and from which year days are counted."""

    dates: frozenset[str]
    from_1904: bool


def shared_texts(archive: Archive, part: str) -> list[str]:
    """Return the texts that cells refer to by number, phonetic guides left out."""
    reader = _TextReader(archive)
    for _ in archive.parse(part, reader.parser):
        pass
    return reader.texts


def rows_of(archive: Archive, part: str, texts: list[str], style: Style) -> Iterator[SheetRow]:
    """Yield the rows of a sheet that hold something, in order.

    Refuses: too_many_rows, too_many_columns, too_many_elements, text_too_long, broken_xml.
    """
    reader = _SheetReader(archive, part, texts, style)
    for _ in archive.parse(part, reader.parser):
        yield from reader.rows
        reader.rows.clear()


@dataclass(frozen=True, slots=True)
class Survey:
    """A sheet read through once. `rows` are its rows when they are few enough to be kept, else None."""

    last_row: int
    merges: tuple[Merge, ...]
    rows: tuple[SheetRow, ...] | None


def surveyed(archive: Archive, part: str, texts: list[str], style: Style) -> Survey:
    """Return what the sheet holds. Rows of a usual roster are kept, which saves reading them again; a large one is not.

    Refuses: as `rows_of`.
    """
    reader = _SheetReader(archive, part, texts, style)
    kept: list[SheetRow] | None = [] if archive.parts[part].file_size <= _KEPT_BYTES else None
    cells = last = 0
    for _ in archive.parse(part, reader.parser):
        if reader.rows:
            last = reader.rows[-1].number
            cells += sum(len(row.cells) for row in reader.rows)
            if kept is not None and cells <= _KEPT_CELLS:
                kept.extend(reader.rows)
            else:
                kept = None
            reader.rows.clear()
    return Survey(last, tuple(reader.merges), None if kept is None else tuple(kept))


def column_index(letters: str) -> int:
    """Return the index of a column, A being 0. Raises: ValueError for what is no column."""
    index = 0
    for letter in letters:
        place = ord(letter) - 64
        if not 1 <= place <= 26 or index > _LAST_COLUMN:
            raise ValueError(letters)
        index = index * 26 + place
    if not 1 <= index <= _LAST_COLUMN:
        raise ValueError(letters)
    return index - 1


class _TextReader:
    """Collects the shared texts."""

    def __init__(self, archive: Archive) -> None:
        self.texts: list[str] = []
        self._limits = archive.limits
        self._count = self._depth = 0
        self._pieces: list[str] = []
        self._length = 0
        self._taking = False
        self._phonetic = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._limits.elements:
            raise IntakeRefused(FileFault.TOO_MANY_ELEMENTS, limit=self._limits.elements)
        self._depth += 1
        if self._depth > DEEPEST_TAG:
            raise IntakeRefused(FileFault.BROKEN_XML, part="sharedStrings")
        name = name.rpartition(":")[2]
        if name == "si":
            self._pieces, self._length = [], 0
        elif name == "rPh":
            self._phonetic += 1
        elif name == "t":
            self._taking = not self._phonetic

    def _data(self, text: str) -> None:
        if self._taking:
            self._length += len(text)
            if self._length > self._limits.text_chars:
                raise IntakeRefused(FileFault.TEXT_TOO_LONG, row="?", limit=self._limits.text_chars)
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        name = name.rpartition(":")[2]
        if name == "t":
            self._taking = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self.texts.append(unescaped("".join(self._pieces)))


class _SheetReader:
    """Turns parser events into rows. Rows and cells out of order are refused: no writer makes them by accident."""

    def __init__(self, archive: Archive, part: str, texts: list[str], style: Style) -> None:
        self.rows: list[SheetRow] = []
        self.merges: list[Merge] = []
        self._limits, self._part, self._texts, self._style = archive.limits, part, texts, style
        self._letters: dict[str, int] = {}
        self._count = self._depth = self._number = self._phonetic = self._length = 0
        self._column = -1
        self._cells: list[Cell] = []
        self._formulas: list[int] = []
        self._type = self._look = self._row_text = ""
        self._digits = 0
        self._pieces: list[str] = []
        self._taking = self._formula = self._in_row = self._in_cell = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _broken(self) -> IntakeRefused:
        return IntakeRefused(FileFault.BROKEN_XML, part=f"{self._part} {self._number}")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > self._limits.elements:
            raise IntakeRefused(FileFault.TOO_MANY_ELEMENTS, limit=self._limits.elements)
        self._depth += 1
        if self._depth > DEEPEST_TAG:
            raise self._broken()
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name == "v" or name == "t":
            self._taking = self._in_cell and not self._phonetic
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._formula = self._in_cell
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            self._add_merge(attributes.get("ref", ""))

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        following = self._number + 1 if number is None else int(number) if number.isdigit() else 0
        if self._in_row or not self._number < following <= _LAST_ROW:
            raise self._broken()
        self._number, self._column, self._in_row = following, -1, True
        self._row_text = str(following)
        self._digits = len(self._row_text)
        self._cells, self._formulas = [], []

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._in_cell or not self._in_row:
            raise self._broken()
        get = attributes.get
        place = get("r")
        if place is None:
            column = self._column + 1
        elif place[-self._digits :] == self._row_text:
            letters = place[: -self._digits]
            found = self._letters.get(letters)
            column = self._learnt(letters) if found is None else found
        else:
            raise self._broken()
        if column <= self._column:
            raise self._broken()
        self._column, self._in_cell, self._formula = column, True, False
        self._type, self._look = get("t", "n"), get("s", "")
        self._pieces = []
        self._length = 0

    def _learnt(self, letters: str) -> int:
        index = self._letters[letters] = column_index(letters)
        return index

    def _data(self, text: str) -> None:
        if self._taking:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > self._limits.text_chars:
                raise self._too_long()

    def _too_long(self) -> IntakeRefused:
        return IntakeRefused(FileFault.TEXT_TOO_LONG, row=self._number, limit=self._limits.text_chars)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" or name == "t":
            self._taking = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._phonetic -= 1

    def _end_cell(self) -> None:
        self._in_cell = False
        pieces = self._pieces
        if not pieces and not self._formula:
            return
        if self._column >= self._limits.columns:
            raise IntakeRefused(FileFault.TOO_MANY_COLUMNS, row=self._number, limit=self._limits.columns)
        if self._number > self._limits.rows:
            raise IntakeRefused(FileFault.TOO_MANY_ROWS, row=self._number, limit=self._limits.rows)
        cells = self._cells
        while len(cells) < self._column:
            cells.append(None)
        cells.append(self._value(pieces[0] if len(pieces) == 1 else "".join(pieces)))
        if self._formula:
            self._formulas.append(self._column)

    def _value(self, text: str) -> Cell:
        kind = self._type
        if kind == "s":
            index = int(text)
            if not 0 <= index < len(self._texts):
                raise self._broken()
            return self._texts[index]
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if not text:
            return None
        if kind == "n":
            return number_cell(text, as_date=self._look in self._style.dates, from_1904=self._style.from_1904)
        if kind == "b":
            return text.strip() in ("1", "true")
        return CellFault(text[:20]) if kind == "e" else text

    def _end_row(self) -> None:
        self._in_row = False
        if any(cell is not None and cell != "" for cell in self._cells) or self._formulas:
            self.rows.append(SheetRow(self._number, tuple(self._cells), frozenset(self._formulas)))

    def _add_merge(self, ref: str) -> None:
        if len(self.merges) >= self._limits.rows:
            raise IntakeRefused(FileFault.TOO_MANY_ELEMENTS, limit=self._limits.rows)
        first, _, last = ref.partition(":")
        corners = []
        for corner in (first, last or first):
            letters = corner.rstrip(_DIGITS)
            corners.append((int(corner[len(letters) :]), column_index(letters)))
        (top, left), (bottom, right) = corners
        self.merges.append(Merge(top, left, bottom, right))
