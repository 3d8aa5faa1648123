"""One row while it is being judged: its cells, the values read from them, and what was found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from anru.registry.intake.cellvalues import Cell
from anru.registry.intake.columns import ColumnMap
from anru.registry.intake.fields import PHONES, Field
from anru.registry.intake.problems import RowFault, RowProblem
from anru.registry.intake.values import Read, clean, judged_place, masked_phone

SHOWN = 60


class Reading:
    """One row while it is being judged."""

    def __init__(self, row: int, columns: ColumnMap) -> None:
        self.row = row
        self._columns = columns
        self.cells: dict[Field, Cell] = {}
        self.values: dict[Field, Any] = {}
        self.problems: list[RowProblem] = []

    def add(self, field: Field, fault: RowFault, **facts: Any) -> None:
        """The problem stands in the verdict, with what the cell shows; phones are masked."""
        shown = clean(self.cells.get(field))
        if field in PHONES:
            shown = masked_phone(shown)
        shown = shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"
        self.problems.append(RowProblem(self.row, field.value, self._columns.label_of(field), shown, fault, facts))

    def take(self, field: Field, read: Read[Any]) -> None:
        """The value and its findings stand in the row."""
        for finding in read.findings:
            self.add(field, finding.fault, **finding.facts)
        if read.value is not None:
            self.values[field] = read.value

    def failed(self, field: Field) -> bool:
        """Whether an error was found in this column already."""
        return any(problem.field == field.value and problem.is_error for problem in self.problems)

    def require(self, field: Field) -> None:
        """A problem stands in the row when the column holds nothing."""
        if field not in self.values and not self.failed(field):
            self.add(field, RowFault.MISSING)

    def place(self, lon: Field, lat: Field, pair: Field) -> None:
        """Longitude and latitude stand in the row together or not at all."""
        found: Read[tuple[Decimal, Decimal]] = Read(self.values.pop(pair, None))
        if found.value is None:
            if self.failed(lon) or self.failed(lat):
                return
            found = judged_place(self.values.pop(lon, None), self.values.pop(lat, None))
            for finding in found.findings:
                self.add(lon, finding.fault, **finding.facts)
        if found.value is not None:
            self.values[lon], self.values[lat] = found.value
