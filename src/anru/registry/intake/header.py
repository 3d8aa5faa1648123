"""Where the heading of a roster stands: under title lines, in one row or in two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from anru.registry.intake.cellvalues import Cell, SheetRow
from anru.registry.intake.columns import recognised
from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.opening import RosterFile
from anru.registry.intake.sheetxml import Merge
from anru.registry.intake.values import text_of

SEARCHED_ROWS = 20
DEEPEST = 2
_LEAST_TITLES = 2
_NOTES = re.compile(r"[（(][^（）()]*[）)]")


@dataclass(frozen=True, slots=True)
class Header:
    """The heading: its first row as Excel counts, how many rows it takes, and one title for each column."""

    row: int
    depth: int
    labels: tuple[str, ...]

    @property
    def last_row(self) -> int:
        """The row after which the roster itself begins."""
        return self.row + self.depth - 1


def find_header(roster: RosterFile, *, row: int | None = None) -> Header:
    """Return the heading: the row given by a person, else the one among the first rows that is best understood.

    Refuses: header_missing – the row is empty, or no row holds two texts; header_merged – a heading cell is merged over
    more than two rows.
    """
    first = {found.number: found for found in islice(roster.rows(after=(row or 1) - 1), SEARCHED_ROWS)}
    if row is not None:
        if row not in first:
            raise IntakeRefused(FileFault.HEADER_MISSING, row=row)
        return _header_at(first, roster.merges, row)
    candidates = [_header_at(first, roster.merges, number) for number in first if _is_titles(first[number])]
    if not candidates:
        raise IntakeRefused(FileFault.HEADER_MISSING, row=1)
    # The earliest of the best: the row under a two-row heading repeats its titles without their parents.
    best = max(candidates, key=lambda header: (recognised(header.labels), -header.row))
    depth = _merged_depth(roster.merges, best.row)
    if depth > DEEPEST:
        raise IntakeRefused(FileFault.HEADER_MERGED, row=best.row, depth=depth)
    return best


def _is_titles(row: SheetRow) -> bool:
    return sum(isinstance(cell, str) and bool(cell.strip()) for cell in row.cells) >= _LEAST_TITLES


def _header_at(rows: dict[int, SheetRow], merges: Sequence[Merge], number: int) -> Header:
    top = _titles(rows[number].cells)
    below = rows.get(number + 1)
    wide = [merge for merge in merges if merge.top == merge.bottom == number and merge.right > merge.left]
    deep = any(merge.top == number and merge.bottom == number + 1 for merge in merges)
    if below is None or not (deep or (wide and _fills(below, wide))):
        return Header(number, 1, tuple(top))
    for merge in wide:
        top.extend([""] * (merge.right + 1 - len(top)))
        top[merge.left : merge.right + 1] = [top[merge.left]] * (merge.right + 1 - merge.left)
    under = _titles(below.cells)
    width = max(len(top), len(under))
    top += [""] * (width - len(top))
    under += [""] * (width - len(under))
    return Header(number, 2, tuple(map(_joined, top, under)))


def _fills(below: SheetRow, wide: Sequence[Merge]) -> bool:
    return any(
        sum(isinstance(below.cell(at), str) for at in range(merge.left, merge.right + 1)) >= _LEAST_TITLES
        for merge in wide
        if merge.right - merge.left < len(below.cells) - 1
    )


def _titles(cells: Sequence[Cell]) -> list[str]:
    return [" ".join(text_of(cell).split())[:80] for cell in cells]


def _joined(top: str, under: str) -> str:
    if not under or top == under:
        return top
    if not top:
        return under
    # 有限空间基本情况 over 有限空间名称: the lower title is complete and the upper one only groups.
    if recognised((under,)) < 1:
        return f"{top}{under}"
    # 尺寸(cm) over 长: the unit of the group is the unit of its columns.
    return under + "".join(_NOTES.findall(top))


def _merged_depth(merges: Sequence[Merge], row: int) -> int:
    return max((merge.bottom - merge.top + 1 for merge in merges if merge.top == row), default=1)
