"""What a second import would change, and what it leaves alone."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anru.registry.intake.difference import Change, Outcome, counted, difference, matching_space
from anru.registry.intake.facts import EnterpriseRow, SpaceRow

ROW = EnterpriseRow(
    credit_code="91330212MA2TE5T01L",
    name="宁波（示范）机械厂",
    town="330212001",
    industry="machinery",
    address="路1号",
    lat=Decimal("29.821553"),
    lon=Decimal("121.546821"),
    principal_phone="13800005678",
    headcount=12,
)
SPACE = SpaceRow(name="1#池", number="01", space_class="underground", hazards=("h2s", "co"), depth_m=Decimal("3.50"))


def existing(**changes: Any) -> dict[str, Any]:
    """Return the register's facts of ROW with some changed."""
    return {**asdict(ROW), **changes}


def test_an_unknown_enterprise_is_created_with_what_the_file_tells() -> None:
    found = difference(None, ROW)
    assert found.outcome is Outcome.CREATE
    assert found.new_values["name"] == ROW.name
    assert "contact_name" not in found.new_values


def test_the_same_facts_change_nothing() -> None:
    assert difference(existing(), ROW).outcome is Outcome.SAME


@pytest.mark.parametrize(
    ("field", "held"),
    [
        ("name", "宁波(示范)机械厂"),
        ("name", " 宁波（示范） 机械厂"),
        ("lat", Decimal("29.8215530")),
        ("lat", "29.821553"),
        ("headcount", Decimal(12)),
        ("credit_code", "91330212ma2te5t01l"),
    ],
)
def test_spelling_alone_is_no_change(field: str, held: object) -> None:
    assert difference(existing(**{field: held}), ROW).outcome is Outcome.SAME


@pytest.mark.parametrize(
    ("field", "held"),
    [
        ("name", "旧名"),
        ("town", "330212002"),
        ("lat", Decimal("29.821554")),
        ("lat", None),
        ("headcount", 0),
        ("address", ""),
    ],
)
def test_a_changed_field_stands_with_old_and_new(field: str, held: object) -> None:
    found = difference(existing(**{field: held}), ROW)
    assert found.outcome is Outcome.CHANGE
    assert found.changes == (Change(field, held, getattr(ROW, field)),)


def test_an_empty_cell_erases_nothing() -> None:
    told = replace(ROW, address="", principal_phone="", lat=None, lon=None, headcount=None)
    assert difference(existing(address="旧路", headcount=9), told).outcome is Outcome.SAME


def test_nought_is_told_and_not_empty() -> None:
    assert difference(existing(), replace(ROW, headcount=0)).changes == (Change("headcount", 12, 0),)


def test_phones_are_masked_where_changes_are_shown() -> None:
    (change,) = difference(existing(principal_phone="13900001234"), ROW).changes
    assert change.as_json() == {"field": "principal_phone", "old": "139****1234", "new": "138****5678"}


def test_hazards_are_a_set() -> None:
    held = {
        "name": "1#池",
        "hazards": ["co", "h2s"],
        "depth_m": Decimal("3.5"),
        "space_class": "underground",
        "number": "01",
    }
    assert difference(held, SPACE).outcome is Outcome.SAME
    (change,) = difference({**held, "hazards": ["co"]}, SPACE).changes
    assert change.as_json() == {"field": "hazards", "old": ["co"], "new": ["h2s", "co"]}
    day = difference({"isolation_checked_on": None}, replace(SPACE, isolation_checked_on=date(2026, 5, 1))).changes
    assert day[0].as_json()["new"] == "2026-05-01"


def test_fields_that_the_register_does_not_hold_are_not_compared() -> None:
    assert difference({"name": ROW.name}, ROW).outcome is Outcome.SAME


def test_a_space_is_found_by_its_number_else_by_a_name_that_is_the_only_one() -> None:
    held = [{"number": "01", "name": "池"}, {"number": "02", "name": "罐"}, {"number": "03", "name": "罐"}]
    assert matching_space(held, SpaceRow("改名", number="０２"), numbered=True) == 1
    assert matching_space(held, SpaceRow("池", number="09"), numbered=True) is None
    assert matching_space(held, SpaceRow("池 ", number="09"), numbered=False) == 0
    assert matching_space(held, SpaceRow("罐", number="01"), numbered=False) is None
    assert matching_space([], SPACE, numbered=True) is None


@given(st.text(max_size=10), st.text(max_size=10), st.integers(0, 5) | st.none(), st.integers(0, 5) | st.none())
def test_writing_the_new_values_leaves_no_difference(name: str, held: str, count: int | None, was: int | None) -> None:
    row = replace(ROW, address=name, headcount=count)
    facts = existing(address=held, headcount=was)
    facts.update(difference(facts, row).new_values)
    assert difference(facts, row).outcome is Outcome.SAME


def test_outcomes_are_counted() -> None:
    found = [difference(None, ROW), difference(existing(), ROW), difference(existing(name="x"), ROW)]
    assert counted(found) == {"create": 1, "change": 1, "same": 1}
