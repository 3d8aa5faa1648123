"""What an import would do to the registry: the same plan is shown in the preview and carried out afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from anru.kernel.actor import Actor
from anru.registry.access import scope_enterprises, scope_spaces
from anru.registry.datum import to_wgs84
from anru.registry.intake.difference import Difference, Outcome, difference, matching_space
from anru.registry.intake.facts import EnterpriseRow, SpaceRow
from anru.registry.models import ConfinedSpace, Enterprise

CHUNK = 500
ENTERPRISE_FIELDS = (
    "name", "industry", "address", "lat", "lon", "principal_name", "principal_phone", "contact_name", "contact_phone",
    "headcount", "category",
)  # fmt: skip
SPACE_FIELDS = (
    "number", "name", "space_class", "sub_type", "opening", "location", "lat", "lon", "length_m", "width_m", "depth_m",
    "volume_m3", "entrances_n", "entrance_note", "hazards", "consequences", "controls", "isolation_kind",
    "isolation_state", "isolation_checked_on", "lock_keeper",
)  # fmt: skip
_SIZES = ("length_m", "width_m", "depth_m", "volume_m3")
_CENTIMETRES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class WantedSpace:
    """A space as the file wants it; `numbered` when the file gave the number itself."""

    row: int
    space: SpaceRow
    numbered: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """An enterprise as the file wants it, from its first row on, with its spaces."""

    row: int
    enterprise: EnterpriseRow
    spaces: tuple[WantedSpace, ...] = ()


@dataclass(frozen=True, slots=True)
class SpacePlan:
    """What becomes of one space."""

    row: int
    space: SpaceRow
    existing: ConfinedSpace | None
    found: Difference


@dataclass(frozen=True, slots=True)
class EnterprisePlan:
    """What becomes of one enterprise and its spaces."""

    row: int
    enterprise: EnterpriseRow
    existing: Enterprise | None
    found: Difference
    spaces: tuple[SpacePlan, ...]


def plans(actor: Actor, wanted: Sequence[Wanted]) -> Iterator[EnterprisePlan]:
    """Yield the plan for each enterprise against the registry as the actor sees it now, a chunk of reads at a time."""
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        codes = [one.enterprise.credit_code for one in chunk]
        rows = scope_enterprises(actor).select_related("town").filter(credit_code__in=codes)
        known = {row.credit_code: row for row in rows}
        spaces: dict[object, list[ConfinedSpace]] = {}
        for space in scope_spaces(actor).filter(enterprise__in=[row.pk for row in known.values()]).order_by("number"):
            spaces.setdefault(space.enterprise_id, []).append(space)
        for one in chunk:
            existing = known.get(one.enterprise.credit_code)
            yield _plan(one, existing, spaces.get(existing.pk, []) if existing else [])


def _plan(wanted: Wanted, existing: Enterprise | None, spaces: Sequence[ConfinedSpace]) -> EnterprisePlan:
    enterprise = _placed(wanted.enterprise)
    facts = enterprise_facts(existing) if existing is not None else None
    planned: list[SpacePlan] = []
    register = [space_facts(space) for space in spaces]
    used = {space.number for space in spaces} | {one.space.number for one in wanted.spaces if one.numbered}
    for one in wanted.spaces:
        space = _measured(one.space, enterprise.datum)
        at = matching_space(register, space, numbered=one.numbered)
        if at is None and not one.numbered:
            space = replace(space, number=_free_number(used))
            used.add(space.number)
        if at is not None and not one.numbered:
            # A number that was made up for the file must not rename a space that has one.
            space = replace(space, number="")
        found = difference(register[at] if at is not None else None, space)
        planned.append(SpacePlan(one.row, space, spaces[at] if at is not None else None, found))
    return EnterprisePlan(wanted.row, enterprise, existing, difference(facts, enterprise), tuple(planned))


def enterprise_facts(row: Enterprise) -> dict[str, Any]:
    """Return what the registry holds of an enterprise, under the names that a roster uses."""
    return {"town": row.town.code, **{name: getattr(row, name) for name in ENTERPRISE_FIELDS}}


def space_facts(row: ConfinedSpace) -> dict[str, Any]:
    """Return what the registry holds of a space, under the names that a roster uses."""
    return {name: getattr(row, name) for name in SPACE_FIELDS}


def changed_anything(plan: EnterprisePlan) -> bool:
    """Return whether the plan writes at all."""
    return any(found.outcome is not Outcome.SAME for found in (plan.found, *(one.found for one in plan.spaces)))


def _placed(row: EnterpriseRow) -> EnterpriseRow:
    if row.lat is None or row.lon is None:
        return row
    lat, lon = to_wgs84(row.lat, row.lon, row.datum)
    return replace(row, lat=lat, lon=lon)


def _measured(row: SpaceRow, datum: str) -> SpaceRow:
    # Columns keep centimetres: a third place would come back as a change at every import.
    sizes = {name: getattr(row, name) for name in _SIZES}
    row = replace(row, **{name: size.quantize(_CENTIMETRES) for name, size in sizes.items() if size is not None})
    if row.lat is None or row.lon is None:
        return row
    lat, lon = to_wgs84(row.lat, row.lon, datum)
    return replace(row, lat=lat, lon=lon)


def _free_number(used: set[str]) -> str:
    at = 1
    while f"{at:02d}" in used:
        at += 1
    return f"{at:02d}"
