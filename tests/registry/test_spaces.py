"""The confined-space ledger: what an entry must say, who keeps it, and what its isolation must tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.world import NOON, World

from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.ledger.models import Entry
from anru.ledger.wiring import wire, wired
from anru.registry.events import SpaceChanged, SpaceRegistered, SpaceRetired
from anru.registry.models import ConfinedSpace
from anru.registry.services import (
    IsolationFacts,
    SpaceFacts,
    isolation_record,
    space_create,
    space_retire,
    space_update,
)

FACTS = SpaceFacts(
    number="B-02", name="集水井", space_class="underground", sub_type="sewage_pool", location="东门", hazards=("h2s",)
)


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """Return the list of space facts that are announced during the test; nothing else reacts."""
    before, found = dict(wired()), []

    def hear(event: Any, *, actor: Actor, at: datetime) -> None:
        found.append(event)

    wire({kind: [hear] for kind in (SpaceRegistered, SpaceChanged, SpaceRetired)})
    yield found
    wire(before)


@pytest.mark.parametrize("who", ["principal", "safety_manager", "town_officer", "officer"])
def test_a_space_is_registered_with_a_token_that_cannot_be_guessed(world: World, heard: list[Any], who: str) -> None:
    made = space_create(
        actor=world.actor(who), at=NOON, enterprise_id=world.enterprise.pk, facts=FACTS, identified={"enclosed": True}
    )
    assert len(made.card_token) == 22
    assert made.card_token != world.space.card_token
    assert made.scope_path == world.enterprise.scope_path
    assert heard == [SpaceRegistered(made.pk, world.enterprise.pk, made.scope_path)]
    world.system()
    entry = Entry.objects.get(event="space.registered", subject_id=str(made.pk))
    assert entry.facts["identified"] == {"enclosed": True}


@pytest.mark.parametrize(
    ("who", "code"),
    [("worker", "enterprise.not_editor"), ("approver", "enterprise.not_editor"), ("stranger", "not_found"),
     ("other_town_officer", "not_found"), ("administrator", "not_found")],
)  # fmt: skip
def test_nobody_else_registers_a_space(world: World, who: str, code: str) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        space_create(actor=world.actor(who), at=NOON, enterprise_id=world.enterprise.pk, facts=FACTS)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"number": " "}, "space.incomplete"),
        ({"location": ""}, "space.incomplete"),
        ({"hazards": ()}, "space.incomplete"),
        ({"hazards": ("dragons",)}, "space.code_unknown"),
        ({"space_class": "overhead"}, "space.code_unknown"),
        ({"space_class": "closed_equipment"}, "space.code_unknown"),
        ({"opening": "ajar"}, "space.code_unknown"),
        ({"consequences": ("boredom",)}, "space.code_unknown"),
        ({"depth_m": Decimal(-1)}, "space.size_impossible"),
        ({"entrances_n": 0}, "space.size_impossible"),
        ({"number": "A-01"}, "space.number_taken"),
    ],
)
def test_an_entry_at_fault_is_refused_by_name(world: World, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        space_create(
            actor=world.actor("principal"), at=NOON, enterprise_id=world.enterprise.pk, facts=replace(FACTS, **wrong)
        )


def test_a_missing_fact_names_itself_and_its_clause(world: World) -> None:
    with pytest.raises(Refused) as refused:
        space_create(
            actor=world.actor("principal"),
            at=NOON,
            enterprise_id=world.enterprise.pk,
            facts=replace(FACTS, location="", hazards=()),
        )
    assert refused.value.words == "台账不完整：缺少位置、危险有害因素。"
    assert refused.value.refusal.clause == "CN.MEM13.A06.1"


def test_a_change_names_its_fields(world: World, heard: list[Any]) -> None:
    facts = replace(_facts_of(world.space), name="污水池", hazards=("h2s", "ch4"))
    space_update(actor=world.actor("safety_manager"), at=NOON, space_id=world.space.pk, facts=facts)
    assert heard == [SpaceChanged(world.space.pk, world.enterprise.pk, world.space.scope_path, ("name", "hazards"))]
    assert ConfinedSpace.objects.get(pk=world.space.pk).hazards == ["h2s", "ch4"]
    heard.clear()
    space_update(actor=world.actor("safety_manager"), at=NOON, space_id=world.space.pk, facts=facts)
    assert heard == []


def test_a_retired_space_stays_in_the_ledger_with_its_number_and_takes_no_more_changes(
    world: World, heard: list[Any]
) -> None:
    actor = world.actor("principal")
    space_retire(actor=actor, at=NOON, space_id=world.space.pk, reason="已填埋")
    assert heard == [SpaceRetired(world.space.pk, world.enterprise.pk, world.space.scope_path, "已填埋")]
    for attempt in (
        lambda: space_retire(actor=actor, at=NOON, space_id=world.space.pk, reason="再次"),
        lambda: space_update(actor=actor, at=NOON, space_id=world.space.pk, facts=FACTS),
        lambda: isolation_record(actor=actor, at=NOON, space_id=world.space.pk, facts=IsolationFacts("none")),
    ):
        with pytest.raises(Refused, match=r"space\.retired"):
            attempt()
    with pytest.raises(Refused, match=r"space\.number_taken"):
        space_create(
            actor=actor, at=NOON, enterprise_id=world.enterprise.pk, facts=replace(FACTS, number=world.space.number)
        )


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (IsolationFacts("in_place"), "isolation.kind_missing"),
        (IsolationFacts("partial"), "isolation.kind_missing"),
        (IsolationFacts("in_place", "lock"), "isolation.keeper_missing"),
        (IsolationFacts("in_place", "moat", lock_keeper="王五"), "space.code_unknown"),
        (IsolationFacts("maybe"), "space.code_unknown"),
        (IsolationFacts("none", checked_on=date(2026, 6, 11)), "isolation.in_future"),
    ],
)
def test_an_isolation_finding_is_complete_or_refused(world: World, facts: IsolationFacts, code: str) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        isolation_record(actor=world.actor("safety_manager"), at=NOON, space_id=world.space.pk, facts=facts)


def test_an_isolation_found_in_place_carries_its_day_and_keeper(world: World) -> None:
    found = IsolationFacts("in_place", "lock", date(2026, 6, 10), " 王五 ")
    isolation_record(actor=world.actor("safety_manager"), at=NOON, space_id=world.space.pk, facts=found)
    space = ConfinedSpace.objects.get(pk=world.space.pk)
    assert (space.isolation_state, space.isolation_kind, space.lock_keeper) == ("in_place", "lock", "王五")
    assert space.isolation_checked_on == date(2026, 6, 10)


def test_a_check_without_change_is_recorded_all_the_same(world: World, heard: list[Any]) -> None:
    actor = world.actor("safety_manager")
    for _ in range(2):
        isolation_record(actor=actor, at=NOON, space_id=world.space.pk, facts=IsolationFacts("none"))
    world.system()
    assert Entry.objects.filter(event="space.isolation_checked").count() == 2
    assert [event.fields for event in heard] == [("isolation_checked_on",)]


def _facts_of(space: ConfinedSpace) -> SpaceFacts:
    known = {name: getattr(space, name) for name in SpaceFacts.__dataclass_fields__}
    return SpaceFacts(**{**known, "hazards": tuple(space.hazards), "consequences": tuple(space.consequences)})
