"""From the rulebook's proposal to a campaign's own items, and whom an item concerns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from anru.registry.models import ConfinedSpace
from anru.registry.states import Opening
from anru.rulebook.book import rulebook
from anru.rulebook.conditions import applies, facts_of, read_condition


def default_items(on: date) -> list[dict[str, Any]]:
    """Return the fields of each default required item in force on a day, in order, with the rulebook's edition."""
    edition = rulebook().on(on)
    return [
        {
            "code": item.code,
            "title": item.title.zh,
            "title_en": item.title.en,
            "per": item.per.value,
            "spec": item.stored(clause=edition.clause_of(item)),
            "edition": edition.identity,
        }
        for item in edition.default_items()
    ]


def applies_to(spec: Mapping[str, Any], space: ConfinedSpace, sector: str) -> bool:
    """Return whether an item with this content concerns the space of an enterprise in that trade."""
    facts = facts_of(
        space_class=space.space_class,
        open_pool=space.opening == Opening.OPEN,
        hazards=space.hazards,
        sector=sector,
    )
    return applies(read_condition(spec.get("applies_when") or {}), facts)
