"""A condition is judged against what is known; what is not known never takes a duty away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anru.rulebook.codes import Hazard, Sector, SpaceClass
from anru.rulebook.conditions import Condition, Facts, applies, facts_of, read_condition
from anru.rulebook.errors import ConditionInvalid

CONDITIONS = st.builds(
    Condition,
    space_class_in=st.frozensets(st.sampled_from(SpaceClass)),
    open_pool=st.sampled_from([None, True, False]),
    hazards_any=st.frozensets(st.sampled_from(Hazard), max_size=4),
    sector_in=st.frozensets(st.sampled_from(Sector), max_size=4),
)
FACTS = st.builds(
    Facts,
    space_class=st.sampled_from([None, *SpaceClass]),
    open_pool=st.sampled_from([None, True, False]),
    hazards=st.none() | st.frozensets(st.sampled_from(Hazard)),
    sector=st.sampled_from([None, *Sector]),
)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({}, {}, True),
        ({"space_class_in": ["underground"]}, {"space_class": "underground"}, True),
        ({"space_class_in": ["underground"]}, {"space_class": "aboveground"}, False),
        ({"space_class_in": ["underground"]}, {"space_class": ""}, True),
        ({"space_class_in": ["underground"]}, {"space_class": "cave"}, True),
        ({"open_pool": True}, {"open_pool": True}, True),
        ({"open_pool": True}, {"open_pool": False}, False),
        ({"open_pool": False}, {"open_pool": True}, False),
        ({"open_pool": True}, {"open_pool": None}, True),
        ({"hazards_any": ["h2s", "co"]}, {"hazards": ["co", "falls"]}, True),
        ({"hazards_any": ["h2s", "co"]}, {"hazards": ["falls"]}, False),
        ({"hazards_any": ["h2s"]}, {"hazards": []}, False),
        ({"hazards_any": ["h2s"]}, {"hazards": None}, True),
        ({"hazards_any": ["h2s"]}, {"hazards": ["falls", "mystery"]}, True),
        ({"sector_in": ["textile"]}, {"sector": "textile"}, True),
        ({"sector_in": ["textile"]}, {"sector": "tobacco"}, False),
        (
            {"space_class_in": ["underground"], "hazards_any": ["h2s"]},
            {"space_class": "underground", "hazards": ["co"]},
            False,
        ),
    ],
)
def test_every_part_that_is_given_must_hold(condition: dict[str, Any], facts: dict[str, Any], expected: bool) -> None:
    assert applies(read_condition(condition), facts_of(**facts)) is expected


@given(CONDITIONS, FACTS)
def test_forgetting_a_fact_never_takes_a_duty_away(condition: Condition, facts: Facts) -> None:
    if applies(condition, facts):
        for name in ("space_class", "open_pool", "hazards", "sector"):
            assert applies(condition, replace(facts, **{name: None}))


@given(CONDITIONS, FACTS, st.sampled_from(Hazard))
def test_finding_one_more_hazard_never_takes_a_duty_away(condition: Condition, facts: Facts, hazard: Hazard) -> None:
    if applies(condition, facts) and facts.hazards is not None:
        assert applies(condition, replace(facts, hazards=facts.hazards | {hazard}))


@given(CONDITIONS)
def test_a_condition_that_applies_to_nothing_known_cannot_be_written(condition: Condition) -> None:
    best = Facts(
        space_class=next(iter(condition.space_class_in), None),
        open_pool=condition.open_pool,
        hazards=condition.hazards_any,
        sector=next(iter(condition.sector_in), None),
    )
    assert applies(condition, best)


@given(FACTS)
def test_a_condition_that_asks_for_nothing_always_applies(facts: Facts) -> None:
    assert Condition().always
    assert applies(Condition(), facts)


@given(CONDITIONS)
def test_a_stored_condition_is_read_back_the_same(condition: Condition) -> None:
    assert read_condition(condition.stored()) == condition


@given(st.text(), st.none() | st.lists(st.text()), st.text())
def test_facts_can_be_made_of_any_text(space_class: str, hazards: list[str] | None, sector: str) -> None:
    facts = facts_of(space_class=space_class, hazards=hazards, sector=sector)
    assert applies(Condition(), facts)


@pytest.mark.parametrize(
    ("content", "field", "what"),
    [
        ({"depth": 3}, "depth", "unknown key"),
        ({"open_pool": "yes"}, "open_pool", "must be true or false"),
        ({"open_pool": 1}, "open_pool", "must be true or false"),
        ({"space_class_in": "underground"}, "space_class_in", "must be a list of codes, not empty"),
        ({"hazards_any": []}, "hazards_any", "must be a list of codes, not empty"),
        ({"hazards_any": ["xx"]}, "hazards_any", "unknown code 'xx'"),
        ({"sector_in": [3]}, "sector_in", "unknown code 3"),
    ],
)
def test_a_condition_that_is_wrong_is_refused(content: dict[str, Any], field: str, what: str) -> None:
    with pytest.raises(ConditionInvalid) as caught:
        read_condition(content)
    assert (caught.value.field, caught.value.what) == (field, what)
