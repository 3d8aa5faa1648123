"""When does a rule or an item apply to a space? A small typed condition, judged against what is known of the space."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from anru.rulebook.codes import Hazard, Sector, SpaceClass
from anru.rulebook.errors import ConditionInvalid

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold. An empty set and None mean "does not matter"; every part that is given must hold."""

    space_class_in: frozenset[SpaceClass] = frozenset()
    open_pool: bool | None = None
    hazards_any: frozenset[Hazard] = frozenset()
    sector_in: frozenset[Sector] = frozenset()

    @property
    def always(self) -> bool:
        """Whether the condition asks for nothing."""
        return self == Condition()

    def stored(self) -> dict[str, Any]:
        """Return the condition as JSON can hold it; `read_condition` gives the same condition back."""
        parts: dict[str, Any] = {}
        for name in ("space_class_in", "hazards_any", "sector_in"):
            codes = getattr(self, name)
            if codes:
                parts[name] = sorted(str(code.value) for code in codes)
        if self.open_pool is not None:
            parts["open_pool"] = self.open_pool
        return parts


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a space and its enterprise. None means unknown, which is never the same as "no"."""

    space_class: SpaceClass | None = None
    open_pool: bool | None = None
    hazards: frozenset[Hazard] | None = None
    sector: Sector | None = None


def facts_of(
    *,
    space_class: str = "",
    open_pool: bool | None = None,
    hazards: Iterable[str] | None = None,
    sector: str = "",
) -> Facts:
    """Return facts made from stored codes. A blank or unheard-of code counts as unknown; total.

    One unheard-of hazard makes the whole list unknown: nobody can say that it is not one of those asked for.
    """
    known = None if hazards is None else [_code(Hazard, hazard) for hazard in hazards]
    return Facts(
        space_class=_code(SpaceClass, space_class),
        open_pool=open_pool,
        hazards=None if known is None or None in known else frozenset(hazard for hazard in known if hazard),
        sector=_code(Sector, sector),
    )


def applies(condition: Condition, facts: Facts) -> bool:
    """Return whether the condition holds, or could hold for all that is known. Total; never raises.

    An unknown fact never takes a duty away: what is not known is treated as if it made the rule apply.
    """
    return (
        _among(condition.space_class_in, facts.space_class)
        and (condition.open_pool is None or facts.open_pool is None or condition.open_pool == facts.open_pool)
        and (not condition.hazards_any or facts.hazards is None or bool(condition.hazards_any & facts.hazards))
        and _among(condition.sector_in, facts.sector)
    )


def read_condition(content: Mapping[str, Any]) -> Condition:
    """Return the typed condition. Raises: ConditionInvalid for an unknown key, an unknown code or a wrong type."""
    unknown = sorted(set(content) - {"space_class_in", "open_pool", "hazards_any", "sector_in"})
    if unknown:
        raise ConditionInvalid(unknown[0], "unknown key")
    open_pool = content.get("open_pool")
    if open_pool is not None and not isinstance(open_pool, bool):
        raise ConditionInvalid("open_pool", "must be true or false")
    return Condition(
        space_class_in=_codes(SpaceClass, content, "space_class_in"),
        open_pool=open_pool,
        hazards_any=_codes(Hazard, content, "hazards_any"),
        sector_in=_codes(Sector, content, "sector_in"),
    )


def _among(allowed: frozenset[Code], code: Code | None) -> bool:
    return not allowed or code is None or code in allowed


def _code(kind: type[Code], text: str) -> Code | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _codes(kind: type[Code], content: Mapping[str, Any], key: str) -> frozenset[Code]:
    if key not in content:
        return frozenset()
    entries = content[key]
    if not isinstance(entries, (list, tuple)) or not entries:
        raise ConditionInvalid(key, "must be a list of codes, not empty")
    found = set()
    for entry in entries:
        code = _code(kind, entry) if isinstance(entry, str) else None
        if code is None:
            raise ConditionInvalid(key, f"unknown code {entry!r}")
        found.add(code)
    return frozenset(found)
