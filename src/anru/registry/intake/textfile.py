"""A CSV file as a roster: its encoding, its separator and its rows, read in pieces."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from anru.registry.intake.cellvalues import Cell, SheetRow
from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.limits import IntakeLimits
from anru.registry.intake.sheetxml import Merge

SEPARATORS = (",", "\t", ";")
_CHUNK = 65_536
_SAMPLE_LINES = 20
_BLANK_LINES_PER_ROW = 10


class TextFile:
    """An opened CSV file, read through once, so that later reading finds nothing new."""

    kind = "csv"
    sheet = ""
    sheets: tuple[()] = ()
    merges: tuple[Merge, ...] = ()

    def __init__(self, path: Path, limits: IntakeLimits) -> None:
        self._path, self._limits = path, limits
        self.encoding = encoding_of(path)
        self._skipped = 0
        self.delimiter = self._separator()
        self.last_row = 0
        for row in self.rows():
            self.last_row = row.number
        if not self.last_row:
            raise IntakeRefused(FileFault.NO_SHEET)

    def close(self) -> None:
        """Nothing stays open between two readings."""

    def rows(self, after: int = 0) -> Iterator[SheetRow]:
        """Yield the records below record `after` that hold something; a line break inside quotes starts no record."""
        with self._path.open(encoding=self.encoding, newline="") as stream:
            lines = _Lines(stream, self._limits)
            for _ in range(self._skipped):
                next(lines, "")
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            number = self._skipped
            while True:
                number += 1
                lines.record_starts(number)
                try:
                    record = next(reader, None)
                except csv.Error as error:
                    raise IntakeRefused(FileFault.CSV_QUOTE, row=number) from error
                if record is None:
                    return
                cells = self._cells(record, number)
                if number > after and any(cells):
                    yield SheetRow(number, cells)

    def _cells(self, record: list[str], number: int) -> tuple[Cell, ...]:
        width = len(record)
        while width and not record[width - 1].strip():
            width -= 1
        if width > self._limits.columns:
            raise IntakeRefused(FileFault.TOO_MANY_COLUMNS, row=number, limit=self._limits.columns)
        # Empty lines without end would cost as much time as full ones.
        if number > self._limits.rows * (1 if width else _BLANK_LINES_PER_ROW):
            raise IntakeRefused(FileFault.TOO_MANY_ROWS, row=number, limit=self._limits.rows)
        return tuple(_unwrapped(text) or None for text in record[:width])

    def _separator(self) -> str:
        with self._path.open(encoding=self.encoding, newline="") as stream:
            lines = _Lines(stream, self._limits)
            sample = [line for _at, line in zip(range(_SAMPLE_LINES), lines, strict=False)]
        if sample and sample[0].lower().startswith("sep=") and len(sample[0].strip()) == 5:
            # Excel writes this line for itself; it is no row of the table.
            self._skipped = 1
            return sample[0][4]
        return max(SEPARATORS, key=lambda separator: _columns(sample, separator))


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: UTF-8 with or without mark, else GB18030.

    Refuses: encoding – neither reads it; the offset is where the better of the two stopped.
    """
    utf8 = _first_bad_byte(path, "utf-8")
    if utf8 is None:
        return "utf-8-sig"
    chinese = _first_bad_byte(path, "gb18030")
    if chinese is None:
        return "gb18030"
    raise IntakeRefused(FileFault.ENCODING, offset=max(utf8, chinese))


def _first_bad_byte(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    read = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            kept = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return read - kept + error.start
            if not chunk:
                return None
            read += len(chunk)


def _columns(sample: list[str], separator: str) -> int:
    try:
        widths = sorted(len(record) for record in csv.reader(sample, delimiter=separator) if record)
    except csv.Error:
        return 0
    # The middle width: a title line above the heading has one column whatever the separator is.
    return widths[len(widths) // 2] if widths else 0


def _unwrapped(text: str) -> str:
    # ="330…" is how other programs keep Excel from turning a long number into 3.3E+17.
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1]
    return text


class _Lines:
    """The lines of a stream for the csv reader, which by itself would gather one record without end."""

    def __init__(self, stream: Iterator[str], limits: IntakeLimits) -> None:
        self._stream = stream
        self._limit = limits.text_chars * 4
        self._row = 1
        self._gathered = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line: str = self._stream.readline(self._limit + 1)  # type: ignore[attr-defined]
        if not line:
            raise StopIteration
        self._gathered += len(line)
        if self._gathered > self._limit:
            raise IntakeRefused(FileFault.TEXT_TOO_LONG, row=self._row, limit=self._limit)
        return line

    def record_starts(self, row: int) -> None:
        """The next line belongs to this record."""
        self._row, self._gathered = row, 0
