"""What a row would change in the register: the preview of importing a roster again. Pure comparison."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from anru.registry.intake.facts import EnterpriseRow, SpaceRow
from anru.registry.intake.values import masked_phone


class Outcome(StrEnum):
    """What becomes of the row when the import is applied."""

    CREATE = "create"
    CHANGE = "change"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change:
    """One field with what the register holds and what the file says."""

    field: str
    old: Any
    new: Any

    def as_json(self) -> dict[str, Any]:
        """Return the change as it is stored and shown; phones are masked."""
        shown = [_shown(self.field, value) for value in (self.old, self.new)]
        return {"field": self.field, "old": shown[0], "new": shown[1]}


@dataclass(frozen=True, slots=True)
class Difference:
    """The outcome for one enterprise or space, and the fields that change."""

    outcome: Outcome
    changes: tuple[Change, ...] = ()

    @property
    def new_values(self) -> dict[str, Any]:
        """The values to write, by field."""
        return {change.field: change.new for change in self.changes}


# Statements about the file or the enterprise that the register does not keep as fields.
_NOT_KEPT = frozenset({"datum", "space_count", "legal_person_name", "site_name"})


def difference(existing: Mapping[str, Any] | None, row: EnterpriseRow | SpaceRow) -> Difference:
    """Return what the row changes in the existing facts (field → value), or that it creates them.

    A cell left empty changes nothing: a roster without phones must not erase phones. Width, case of letters and spaces
    make no difference, nor do the order of hazards and noughts at the end of a number. A field that `existing` does not
    hold is not compared.
    """
    told = {place.name: getattr(row, place.name) for place in fields(row) if place.name not in _NOT_KEPT}
    told = {name: value for name, value in told.items() if value is not None and value not in ("", ())}
    if existing is None:
        return Difference(Outcome.CREATE, tuple(Change(name, None, value) for name, value in told.items()))
    changes = tuple(
        Change(name, existing[name], value)
        for name, value in told.items()
        if name in existing and not _same(existing[name], value)
    )
    return Difference(Outcome.CHANGE if changes else Outcome.SAME, changes)


def matching_space(existing: Sequence[Mapping[str, Any]], space: SpaceRow, *, numbered: bool) -> int | None:
    """Return the index of the existing space that the row speaks of, None when it is a new one.

    By number when the file gives one (`numbered`), else by name when exactly one space has it: a number
    made up for the file says nothing about the register.
    """
    if numbered and space.number:
        return _only(existing, "number", space.number)
    return _only(existing, "name", space.name)


def _only(existing: Sequence[Mapping[str, Any]], name: str, value: str) -> int | None:
    found = [at for at, facts in enumerate(existing) if _same_key(facts.get(name)) == _same_key(value)]
    return found[0] if len(found) == 1 else None


def _same(held: Any, told: Any) -> bool:
    if isinstance(held, str) and isinstance(told, (int, Decimal)):
        # Facts that went through JSON hold exact numbers as text.
        return _number(held) == _number(told)
    return bool(_same_key(held) == _same_key(told))


def _same_key(value: Any) -> Any:
    if value is None or value == "" or value == () or value == []:
        return None
    if isinstance(value, (list, tuple, set, frozenset)):
        return frozenset(map(str, value))
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, date):
        return value.isoformat()
    return "".join(unicodedata.normalize("NFKC", str(value)).lower().split())


def _number(value: int | float | Decimal | str) -> Decimal | str:
    try:
        return Decimal(str(value)).normalize()
    except InvalidOperation:
        return str(value)


def _shown(name: str, value: Any) -> Any:
    if name.endswith("_phone") and isinstance(value, str):
        return masked_phone(value)
    if isinstance(value, (Decimal, date)):
        return str(value)
    return sorted(value) if isinstance(value, (set, frozenset)) else list(value) if isinstance(value, tuple) else value


def counted(differences: Iterable[Difference]) -> dict[str, int]:
    """Return how many rows have each outcome."""
    counts = {outcome.value: 0 for outcome in Outcome}
    for found in differences:
        counts[found.outcome.value] += 1
    return counts
