"""An .xlsx file as a roster: its sheets, the one that is read, and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import join, normpath

from anru.registry.intake.archive import Archive
from anru.registry.intake.cellvalues import Cell, SheetRow, is_date_format
from anru.registry.intake.errors import FileFault, IntakeRefused
from anru.registry.intake.limits import IntakeLimits
from anru.registry.intake.sheetxml import Merge, Style, rows_of, shared_texts, surveyed

WORKBOOK_PART = "xl/workbook.xml"
# Sheets that explain and hold no roster: those of our own template and error workbook.
EXPLAINING_SHEETS = frozenset({"填写说明", "说明", "错误说明", "选项", "填表说明"})


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One sheet of a workbook."""

    name: str
    hidden: bool
    part: str


class WorkbookFile:
    """An opened workbook whose chosen sheet has been read through once, so that later reading finds nothing new."""

    kind = "xlsx"
    encoding = ""
    delimiter = ""

    def __init__(self, path: Path, limits: IntakeLimits, sheet: str = "") -> None:
        self._archive = Archive(path, limits)
        try:
            self._read_structure()
            chosen = self._chosen(sheet)
            self.sheet, self._part = chosen.name, chosen.part
            survey = surveyed(self._archive, self._part, self._texts, self._style)
            self.last_row, self.merges, self._kept = survey.last_row, survey.merges, survey.rows
            if not self.last_row:
                raise IntakeRefused(FileFault.NO_SHEET)
        except BaseException:
            self._archive.close()
            raise

    def close(self) -> None:
        """The file is closed."""
        self._archive.close()

    def rows(self, after: int = 0) -> Iterator[SheetRow]:
        """Yield the rows below row `after`; cells merged downwards are filled with the value of their first cell."""
        filler = _Filler(self.merges)
        rows = self._kept
        for row in rows_of(self._archive, self._part, self._texts, self._style) if rows is None else rows:
            filled = filler.fill(row)
            if row.number > after:
                yield filled

    def _read_structure(self) -> None:
        relations = self._relations()
        if WORKBOOK_PART not in self._archive.parts:
            raise IntakeRefused(FileFault.BROKEN_ZIP, part=WORKBOOK_PART)
        sheets: list[SheetInfo] = []
        from_1904 = False
        for name, attributes in self._archive.tags(WORKBOOK_PART, "workbookPr", "sheet"):
            if name == "workbookPr":
                from_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif name == "sheet":
                self._add_sheet(sheets, attributes, relations)
        self.sheets = tuple(sheets)
        styles = next((target for kind, target in relations.values() if kind == "styles"), "")
        self._style = Style(self._date_styles(styles), from_1904)
        texts = next((target for kind, target in relations.values() if kind == "sharedStrings"), "")
        self._texts = shared_texts(self._archive, texts) if texts in self._archive.parts else []

    def _add_sheet(
        self, sheets: list[SheetInfo], attributes: Mapping[str, str], relations: Mapping[str, tuple[str, str]]
    ) -> None:
        key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
        kind, target = relations.get(key, ("", ""))
        if "macrosheet" in kind.lower():
            raise IntakeRefused(FileFault.MACROS, part=attributes.get("name", "")[:31])
        # Chart and dialogue sheets hold no rows.
        if kind == "worksheet" and target in self._archive.parts:
            sheets.append(
                SheetInfo(attributes.get("name", ""), attributes.get("state", "visible") != "visible", target)
            )

    def _relations(self) -> dict[str, tuple[str, str]]:
        part = "xl/_rels/workbook.xml.rels"
        found: dict[str, tuple[str, str]] = {}
        if part not in self._archive.parts:
            return found
        for _name, attributes in self._archive.tags(part, "Relationship"):
            kind = attributes.get("Type", "").rpartition("/")[2]
            if kind in ("externalLink", "externalLinkPath", "connections"):
                raise IntakeRefused(FileFault.EXTERNAL_LINKS, part=attributes.get("Target", "")[:80])
            if kind == "vbaProject":
                raise IntakeRefused(FileFault.MACROS, part=attributes.get("Target", "")[:80])
            target = attributes.get("Target", "")
            resolved = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            found[attributes.get("Id", "")] = (kind, resolved)
        return found

    def _date_styles(self, part: str) -> frozenset[str]:
        if part not in self._archive.parts:
            return frozenset()
        codes: dict[int, str] = {}
        formats: list[int] = []
        inside = False
        for name, attributes in self._archive.tags(
            part, "numFmt", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "xf"
        ):
            if name == "numFmt" and attributes.get("numFmtId", "").isdigit():
                codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif name != "xf":
                inside = name == "cellXfs"
            elif inside:
                text = attributes.get("numFmtId", "0")
                formats.append(int(text) if text.isdigit() else 0)
        return frozenset(str(at) for at, code in enumerate(formats) if is_date_format(code, codes))

    def _chosen(self, wanted: str) -> SheetInfo:
        if wanted:
            for sheet in self.sheets:
                if sheet.name == wanted:
                    return sheet
            raise IntakeRefused(FileFault.UNKNOWN_SHEET, sheet=wanted[:31])
        filled = [sheet for sheet in self.sheets if not sheet.hidden and self._holds_something(sheet)]
        likely = [sheet for sheet in filled if sheet.name not in EXPLAINING_SHEETS] or filled
        if not likely:
            raise IntakeRefused(FileFault.NO_SHEET)
        if len(likely) > 1:
            raise IntakeRefused(FileFault.SEVERAL_SHEETS, sheets=tuple(sheet.name for sheet in likely))
        return likely[0]

    def _holds_something(self, sheet: SheetInfo) -> bool:
        return next(rows_of(self._archive, sheet.part, self._texts, self._style), None) is not None


class _Filler:
    """Repeats the value of a cell that is merged downwards in the rows under it, as a reader sees it."""

    def __init__(self, merges: tuple[Merge, ...]) -> None:
        down = [merge for merge in merges if merge.bottom > merge.top]
        self._waiting = sorted(down, key=lambda merge: merge.top, reverse=True)
        self._open: list[tuple[Merge, Cell]] = []

    def fill(self, row: SheetRow) -> SheetRow:
        """Return the row with the cells filled that a merge from above covers."""
        if self._open:
            self._open = [(merge, value) for merge, value in self._open if merge.bottom >= row.number]
            row = self._filled(row)
        while self._waiting and self._waiting[-1].top <= row.number:
            merge = self._waiting.pop()
            if merge.top == row.number:
                value = row.cell(merge.left)
                if value is not None and value != "":
                    self._open.append((merge, value))
        return row

    def _filled(self, row: SheetRow) -> SheetRow:
        cells = list(row.cells)
        for merge, value in self._open:
            cells.extend([None] * (merge.left + 1 - len(cells)))
            if cells[merge.left] is None or cells[merge.left] == "":
                cells[merge.left] = value
        return replace(row, cells=tuple(cells))
