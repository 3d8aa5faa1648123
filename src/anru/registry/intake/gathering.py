"""What only all rows together can tell: the same enterprise twice, its spaces, and where its rows contradict."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from anru.registry.intake.columns import ColumnMap, Shape
from anru.registry.intake.facts import EnterpriseRow, RowVerdict, SpaceRow
from anru.registry.intake.fields import PHONES, Field
from anru.registry.intake.problems import RowFault, RowProblem
from anru.registry.intake.values import masked_phone, text_of

_IDENTITY = ("name", "town", "industry")
_NAMED_ROWS = 5


@dataclass(frozen=True, slots=True)
class GatheredSpace:
    """A space and the row that it stands in."""

    row: int
    space: SpaceRow


@dataclass(frozen=True, slots=True)
class GatheredEnterprise:
    """An enterprise with all its rows. `ok` is False when any of them has an error: then none of it is taken over."""

    rows: tuple[int, ...]
    enterprise: EnterpriseRow
    spaces: tuple[GatheredSpace, ...]
    ok: bool


@dataclass(frozen=True, slots=True)
class Roster:
    """The whole file: its enterprises, and the problems that show only when rows are compared."""

    enterprises: tuple[GatheredEnterprise, ...]
    problems: tuple[RowProblem, ...]
    rows_in_error: frozenset[int] = field(default_factory=frozenset)

    def problems_by_row(self) -> Mapping[int, tuple[RowProblem, ...]]:
        """Return the comparing problems of each row."""
        found: dict[int, list[RowProblem]] = defaultdict(list)
        for problem in self.problems:
            found[problem.row].append(problem)
        return {row: tuple(problems) for row, problems in found.items()}


def gather(verdicts: Iterable[RowVerdict], columns: ColumnMap) -> Roster:
    """Return the enterprises of the file, merged by credit code, and every contradiction between rows."""
    gathering = _Gathering(columns)
    for verdict in verdicts:
        gathering.add(verdict)
    return gathering.roster()


class _Gathering:
    """All verdicts of a file while they are compared."""

    def __init__(self, columns: ColumnMap) -> None:
        self._columns = columns
        self._by_code: dict[str, list[RowVerdict]] = {}
        self._bad: set[int] = set()
        self._problems: list[RowProblem] = []

    def add(self, verdict: RowVerdict) -> None:
        """The verdict is among those that are compared."""
        if verdict.skipped:
            return
        if not verdict.ok:
            self._bad.add(verdict.row)
        code = verdict.enterprise.credit_code if verdict.enterprise else verdict.credit_code
        if code:
            self._by_code.setdefault(code, []).append(verdict)

    def roster(self) -> Roster:
        """Return what the comparison found."""
        per_space = self._columns.shape is Shape.PER_SPACE
        merged = []
        for group in self._by_code.values():
            if len(group) > 1 and not per_space:
                self._doubled(group)
            enterprise = self._merged(group)
            if enterprise is not None:
                merged.append((group, enterprise, self._spaces(group, enterprise) if per_space else ()))
        self._same_names([(group[0].row, enterprise) for group, enterprise, _spaces in merged])
        self._bad.update(problem.row for problem in self._problems if problem.is_error)
        enterprises = tuple(
            GatheredEnterprise(
                tuple(verdict.row for verdict in group),
                enterprise,
                spaces,
                not self._bad.intersection(verdict.row for verdict in group),
            )
            for group, enterprise, spaces in merged
        )
        return Roster(enterprises, tuple(self._problems), frozenset(self._bad))

    def _problem(self, row: int, place: Field, shown: str, fault: RowFault, **facts: Any) -> None:
        label = self._columns.label_of(place)
        self._problems.append(RowProblem(row, place.value, label, shown[:60], fault, facts))

    def _doubled(self, group: Sequence[RowVerdict]) -> None:
        for verdict in group:
            others = _named(other.row for other in group if other is not verdict)
            self._problem(verdict.row, Field.CREDIT_CODE, verdict.credit_code, RowFault.DUPLICATE_CODE, rows=others)

    def _merged(self, group: Sequence[RowVerdict]) -> EnterpriseRow | None:
        known = [(verdict.row, verdict.enterprise) for verdict in group if verdict.enterprise is not None]
        if not known:
            return None
        values: dict[str, Any] = {}
        origin: dict[str, int] = {}
        for row, enterprise in known:
            for place in fields(enterprise):
                value = getattr(enterprise, place.name)
                if value is None or value == "":
                    continue
                if place.name not in values:
                    values[place.name], origin[place.name] = value, row
                elif _key(value) != _key(values[place.name]) and self._columns.shape is Shape.PER_SPACE:
                    self._contradiction(place.name, row, value, origin[place.name], values[place.name])
        return EnterpriseRow(**values)

    def _contradiction(self, name: str, row: int, value: Any, first_row: int, first: Any) -> None:
        place = Field(name) if name != "datum" else Field.COORDINATES
        shown, other = _text(value), _text(first)
        if place in PHONES:
            shown, other = masked_phone(shown), masked_phone(other)
        if name in _IDENTITY:
            # Nobody can say which of two towns or names is right, so neither row is taken.
            self._problem(row, place, shown, RowFault.ENTERPRISE_CONFLICT, other_row=first_row, other=other)
            self._problem(first_row, place, other, RowFault.ENTERPRISE_CONFLICT, other_row=row, other=shown)
        else:
            self._problem(row, place, shown, RowFault.ENTERPRISE_DIFFERS, other_row=first_row)

    def _spaces(self, group: Sequence[RowVerdict], enterprise: EnterpriseRow) -> tuple[GatheredSpace, ...]:
        spaces = [GatheredSpace(verdict.row, verdict.space) for verdict in group if verdict.space is not None]
        self._repeated(spaces, Field.SPACE_NUMBER, "number", RowFault.DUPLICATE_NUMBER)
        self._repeated(spaces, Field.SPACE_NAME, "name", RowFault.DUPLICATE_NAME)
        stated = enterprise.space_count
        listed = sum(1 for verdict in group if verdict.space or any(problem.of_space for problem in verdict.problems))
        if stated is not None and stated != listed:
            facts = {"found": stated, "count": listed}
            self._problem(group[0].row, Field.SPACE_COUNT, str(stated), RowFault.SPACE_COUNT_DIFFERS, **facts)
        return self._numbered(spaces)

    def _repeated(self, spaces: Sequence[GatheredSpace], place: Field, name: str, fault: RowFault) -> None:
        rows: dict[str, list[GatheredSpace]] = defaultdict(list)
        for found in spaces:
            if getattr(found.space, name):
                rows[_key(getattr(found.space, name))].append(found)
        for same in rows.values():
            for found in same if len(same) > 1 else ():
                others = _named(other.row for other in same if other is not found)
                self._problem(found.row, place, getattr(found.space, name), fault, rows=others)

    def _numbered(self, spaces: Sequence[GatheredSpace]) -> tuple[GatheredSpace, ...]:
        used = {_key(found.space.number) for found in spaces}
        result, at = [], 0
        for found in spaces:
            if not found.space.number:
                at += 1
                while _key(f"{at:02d}") in used:
                    at += 1
                number = f"{at:02d}"
                self._problem(found.row, Field.SPACE_NUMBER, "", RowFault.NUMBER_GIVEN, found=number)
                found = replace(found, space=replace(found.space, number=number))
            result.append(found)
        return tuple(result)

    def _same_names(self, enterprises: Sequence[tuple[int, EnterpriseRow]]) -> None:
        rows: dict[str, list[tuple[int, EnterpriseRow]]] = defaultdict(list)
        for row, enterprise in enterprises:
            rows[_key(enterprise.name)].append((row, enterprise))
        for same in rows.values():
            for row, enterprise in same if len(same) > 1 else ():
                others = _named(other for other, _enterprise in same if other != row)
                self._problem(row, Field.NAME, enterprise.name, RowFault.SAME_NAME, rows=others)


def _named(rows: Iterable[int]) -> str:
    numbers = list(rows)
    return "、".join(map(str, numbers[:_NAMED_ROWS])) + ("…" if len(numbers) > _NAMED_ROWS else "")


def _key(value: Any) -> str:
    return "".join(unicodedata.normalize("NFKC", _text(value)).lower().split())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else text_of(value) if not isinstance(value, int) else str(value)
