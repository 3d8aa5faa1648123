"""What a judged row says about an enterprise and about a space, and how that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from anru.registry.intake.problems import RowProblem


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise as the file tells it. Empty and None mean that the file does not say.

    Units: `lat`, `lon` degrees in the system `datum` ("" when the file does not name it).
    """

    credit_code: str
    name: str
    town: str
    industry: str
    address: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    datum: str = ""
    principal_name: str = ""
    principal_phone: str = ""
    legal_person_name: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    headcount: int | None = None
    category: str = ""
    space_count: int | None = None
    site_name: str = ""


@dataclass(frozen=True, slots=True)
class SpaceRow:
    """A space as the file tells it. Units: `*_m` metres, `volume_m3` cubic metres, `lat`, `lon` as its enterprise."""

    name: str
    number: str = ""
    space_class: str = ""
    sub_type: str = ""
    opening: str = ""
    location: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    length_m: Decimal | None = None
    width_m: Decimal | None = None
    depth_m: Decimal | None = None
    volume_m3: Decimal | None = None
    entrances_n: int | None = None
    entrance_note: str = ""
    hazards: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    controls: str = ""
    isolation_kind: str = ""
    isolation_state: str = ""
    isolation_checked_on: date | None = None
    lock_keeper: str = ""


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """One row as judged. `enterprise` and `space` are None where an error stands in their columns.

    `credit_code` and `name` are what the cells show, valid or not. A skipped row (example, totals) has
    neither facts nor errors.
    """

    row: int
    credit_code: str = ""
    name: str = ""
    enterprise: EnterpriseRow | None = None
    space: SpaceRow | None = None
    problems: tuple[RowProblem, ...] = field(default=())
    skipped: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing stops the row."""
        return not self.skipped and not any(problem.is_error for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as it is stored, so that a reading that stopped goes on from the next row."""
        return {
            "row": self.row,
            "credit_code": self.credit_code,
            "name": self.name,
            "enterprise": stored_facts(self.enterprise) if self.enterprise else None,
            "space": stored_facts(self.space) if self.space else None,
            "problems": [problem.as_json() for problem in self.problems],
            "skipped": self.skipped,
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> RowVerdict:
        """Return the verdict that was stored."""
        return RowVerdict(
            row=stored["row"],
            credit_code=stored["credit_code"],
            name=stored["name"],
            enterprise=enterprise_from(stored["enterprise"]) if stored["enterprise"] else None,
            space=space_from(stored["space"]) if stored["space"] else None,
            problems=tuple(RowProblem.from_json(problem) for problem in stored["problems"]),
            skipped=stored["skipped"],
        )


_DECIMALS = frozenset({"lat", "lon", "length_m", "width_m", "depth_m", "volume_m3"})
_LISTS = frozenset({"hazards", "consequences"})


def stored_facts(row: EnterpriseRow | SpaceRow) -> dict[str, Any]:
    """Return the facts that the file tells, ready for JSON: numbers exact as text, days as ISO text."""
    found: dict[str, Any] = {}
    for place in fields(row):
        value = getattr(row, place.name)
        if value is None or value == "" or value == ():
            continue
        if isinstance(value, (Decimal, date)):
            value = str(value)
        found[place.name] = list(value) if isinstance(value, tuple) else value
    return found


def enterprise_from(stored: Mapping[str, Any]) -> EnterpriseRow:
    """Return the enterprise whose facts were stored."""
    return EnterpriseRow(**_typed(stored))


def space_from(stored: Mapping[str, Any]) -> SpaceRow:
    """Return the space whose facts were stored."""
    return SpaceRow(**_typed(stored))


def _typed(stored: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in stored.items():
        if name in _DECIMALS:
            value = Decimal(value)
        elif name in _LISTS:
            value = tuple(value)
        elif name == "isolation_checked_on":
            value = date.fromisoformat(value)
        found[name] = value
    return found
