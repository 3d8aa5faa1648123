"""Which isolation a space needs."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from anru.rulebook.book import rulebook
from anru.rulebook.codes import Hazard, SpaceClass
from anru.rulebook.errors import RuleNotInForce
from anru.rulebook.isolation import isolation_demand, must_breathe, required_isolation

TODAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("space_class", "open_pool", "kinds"),
    [
        ("underground", True, ("guard_rail",)),
        ("aboveground", True, ("guard_rail",)),
        ("closed_equipment", True, ("guard_rail",)),
        ("underground", False, ("vented_cover", "lock")),
        ("aboveground", False, ("vented_cover", "lock", "barrier", "net")),
        ("closed_equipment", False, ("lock", "blind")),
        ("", True, ("guard_rail",)),
        ("", False, ("lock",)),
        ("underground", None, ()),
    ],
)
@pytest.mark.parametrize("hazards", [[], ["h2s"], ["falls"], None])
def test_the_kind_of_space_decides(
    space_class: str, open_pool: bool | None, kinds: tuple[str, ...], hazards: list[str] | None
) -> None:
    assert required_isolation(space_class, open_pool, hazards, at=TODAY) == kinds


def test_whatever_the_hazards_are_some_isolation_suffices() -> None:
    edition = rulebook().on(TODAY)
    for space_class, open_pool in product(SpaceClass, (True, False)):
        for hazards in ([], *[[hazard] for hazard in Hazard], list(Hazard)):
            assert isolation_demand(space_class, open_pool, hazards, edition=edition).kinds


@pytest.mark.parametrize(
    ("hazards", "by_law"), [(["h2s"], True), (["falls"], False), ([], False), (None, True), (["co2"], False)]
)
def test_the_law_itself_asks_for_isolation_where_toxic_matter_may_form(hazards: list[str] | None, by_law: bool) -> None:
    demand = isolation_demand("underground", False, hazards, edition=rulebook().on(TODAY))
    assert demand.by_law is by_law
    assert ("应急管理部令第13号第12条" in demand.clause.zh) is by_law
    assert "鄞应急〔2022〕26号" in demand.clause.zh


def test_before_order_13_the_law_did_not_ask() -> None:
    demand = isolation_demand("underground", False, ["h2s"], edition=rulebook().on(date(2023, 12, 31)))
    assert not demand.by_law
    assert demand.kinds == ("vented_cover", "lock")


def test_before_the_campaign_nothing_is_in_force() -> None:
    with pytest.raises(RuleNotInForce):
        required_isolation("underground", False, at=date(2021, 12, 31))


def test_without_a_day_the_newest_edition_decides() -> None:
    assert required_isolation("underground", False, ["h2s"]) == ("vented_cover", "lock")


@pytest.mark.parametrize(
    ("kind", "breathes"), [("vented_cover", True), ("lock", False), ("guard_rail", False), ("", False), ("x", False)]
)
def test_a_cover_must_breathe(kind: str, breathes: bool) -> None:
    assert must_breathe(kind) is breathes
