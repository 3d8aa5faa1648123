"""An enterprise's file: who may write what into it, and what the ledger and the other floors hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from tests.world import NOON, World, credit_code, later

from anru.accounts.models import Organisation
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.ledger.models import Entry
from anru.ledger.wiring import wire, wired
from anru.registry.events import EnterpriseJoined, EnterpriseLeft, EnterpriseMoved
from anru.registry.models import Enterprise, Site
from anru.registry.services import (
    EnterpriseFacts,
    SiteFacts,
    enterprise_create,
    enterprise_move_town,
    enterprise_set_category,
    enterprise_update,
    site_create,
    site_update,
)

FACTS = EnterpriseFacts(credit_code=credit_code(77), name="宁波银杏酿造有限公司", industry="light_industry")
OFFICIALS = ("leader", "officer", "town_head", "town_officer")
NOT_OFFICIALS = ("principal", "safety_manager", "worker", "reviewer", "administrator")


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """Return the list of registry facts that are announced during the test; nothing else reacts."""
    before, found = dict(wired()), []

    def hear(event: Any, *, actor: Actor, at: datetime) -> None:
        found.append(event)

    wire({kind: [hear] for kind in (EnterpriseJoined, EnterpriseLeft, EnterpriseMoved)})
    yield found
    wire(before)


@pytest.mark.parametrize("who", OFFICIALS)
def test_an_official_puts_an_enterprise_with_organisation_and_first_site_into_the_registry(
    world: World, heard: list[Any], who: str
) -> None:
    made = enterprise_create(actor=world.actor(who), at=NOON, town_id=world.town.pk, facts=FACTS)
    organisation = Organisation.objects.get(pk=made.pk)
    assert (organisation.kind, organisation.name, organisation.scope_path) == (
        "enterprise",
        FACTS.name,
        made.scope_path,
    )
    assert made.scope_path == f"{world.town.path}{made.pk.hex}/"
    assert made.name_pinyin == "ningboyinxingniangzaoyouxiangongsi nbyxnzyxgs"
    assert Site.objects.filter(enterprise=made).count() == 1
    assert heard == [EnterpriseJoined(made.pk, made.scope_path)]
    assert Entry.objects.filter(event="enterprise.created", subject_id=str(made.pk)).count() == 1


@pytest.mark.parametrize("who", NOT_OFFICIALS)
def test_nobody_else_creates_enterprises(world: World, who: str) -> None:
    with pytest.raises(Refused, match=r"enterprise\.not_official"):
        enterprise_create(actor=world.actor(who), at=NOON, town_id=world.town.pk, facts=FACTS)


def test_a_town_creates_in_no_other_town(world: World) -> None:
    with pytest.raises(Refused, match=r"enterprise\.town_outside"):
        enterprise_create(actor=world.actor("town_officer"), at=NOON, town_id=world.other_town.pk, facts=FACTS)


def test_a_district_is_no_town(world: World) -> None:
    with pytest.raises(Refused, match=r"enterprise\.town_outside"):
        enterprise_create(actor=world.actor("officer"), at=NOON, town_id=world.district.pk, facts=FACTS)


def test_a_credit_code_is_registered_once_even_where_the_first_one_is_out_of_sight(world: World) -> None:
    taken = replace(FACTS, credit_code=world.elsewhere.credit_code)
    with pytest.raises(Refused, match=r"enterprise\.credit_code_taken"):
        enterprise_create(actor=world.actor("town_officer"), at=NOON, town_id=world.town.pk, facts=taken)
    assert not Organisation.objects.filter(name=FACTS.name).exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"credit_code": credit_code(77)[:-1] + "0"}, "enterprise.credit_code_invalid"),
        ({"credit_code": "123"}, "enterprise.credit_code_invalid"),
        ({"name": "  "}, "enterprise.name_missing"),
        ({"industry": "piracy"}, "enterprise.industry_unknown"),
        ({"contact_phone": "12345678901234"}, "enterprise.phone_invalid"),
        ({"lat": 29}, "place.half_known"),
        ({"lat": 121, "lon": 29}, "place.impossible"),
    ],
)
def test_facts_at_fault_are_refused_by_name(world: World, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        enterprise_create(actor=world.actor("officer"), at=NOON, town_id=world.town.pk, facts=replace(FACTS, **wrong))


def test_full_width_lower_case_and_spaces_become_the_one_spelling(world: World) -> None:
    typed = replace(FACTS, credit_code=f" {FACTS.credit_code.lower()[:9]} {FACTS.credit_code.lower()[9:]}　")
    made = enterprise_create(actor=world.actor("officer"), at=NOON, town_id=world.town.pk, facts=typed)
    assert made.credit_code == FACTS.credit_code


def test_the_enterprise_keeps_its_contacts_and_the_ledger_masks_the_numbers(world: World) -> None:
    facts = replace(_facts_of(world.enterprise), contact_name="李四", contact_phone="13800005678")
    enterprise_update(
        actor=world.actor("safety_manager"), at=later(hours=1), enterprise_id=world.enterprise.pk, facts=facts
    )
    world.system()
    entry = Entry.objects.get(event="enterprise.changed", subject_id=str(world.enterprise.pk))
    changes = {change["field"]: change["new"] for change in entry.facts["changes"]}
    assert changes == {"contact_name": "李四", "contact_phone": "138****5678"}
    assert "13800005678" not in entry.facts_text


@pytest.mark.parametrize("field", ["name", "credit_code", "industry"])
def test_an_enterprise_does_not_change_what_it_is(world: World, field: str) -> None:
    other = {"name": "宁波换名有限公司", "credit_code": credit_code(99), "industry": "textile"}[field]
    facts = replace(_facts_of(world.enterprise), **{field: other})
    with pytest.raises(Refused, match=r"enterprise\.not_official"):
        enterprise_update(actor=world.actor("principal"), at=NOON, enterprise_id=world.enterprise.pk, facts=facts)
    world.system()
    assert getattr(Enterprise.objects.get(pk=world.enterprise.pk), field) == getattr(world.enterprise, field)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("approver", "enterprise.not_editor"),
        ("guardian", "enterprise.not_editor"),
        ("worker", "enterprise.not_editor"),
        ("stranger", "not_found"),
        ("other_town_officer", "not_found"),
        ("foreign_officer", "not_found"),
        ("administrator", "not_found"),
        ("reviewer", "not_found"),
    ],
)
def test_who_may_not_edit_is_told_so_only_when_the_enterprise_is_known_to_them(
    world: World, who: str, code: str
) -> None:
    facts = replace(_facts_of(world.enterprise), address="别处")
    with pytest.raises(Refused) as refused:
        enterprise_update(actor=world.actor(who), at=NOON, enterprise_id=world.enterprise.pk, facts=facts)
    assert refused.value.refusal.code == code


def test_a_new_name_is_the_organisations_name_too_and_can_be_found_by_its_spelling(world: World) -> None:
    facts = replace(_facts_of(world.enterprise), name="宁波新名机械有限公司")
    enterprise_update(actor=world.actor("town_officer"), at=NOON, enterprise_id=world.enterprise.pk, facts=facts)
    assert Organisation.objects.get(pk=world.enterprise.pk).name == facts.name
    assert "nbxmjx" in Enterprise.objects.get(pk=world.enterprise.pk).name_pinyin


def test_saving_without_a_difference_writes_nothing(world: World) -> None:
    before = Enterprise.objects.get(pk=world.enterprise.pk).updated_at
    enterprise_update(
        actor=world.actor("officer"),
        at=later(days=1),
        enterprise_id=world.enterprise.pk,
        facts=_facts_of(world.enterprise),
    )
    assert Enterprise.objects.get(pk=world.enterprise.pk).updated_at == before
    assert not Entry.objects.filter(event="enterprise.changed").exists()


def test_leaving_and_coming_back_are_told_to_the_other_floors(world: World, heard: list[Any]) -> None:
    key, actor = world.enterprise.pk, world.actor("town_officer")
    enterprise_set_category(actor=actor, at=NOON, enterprise_id=key, category="closed_down", reason="已搬迁")
    enterprise_set_category(actor=actor, at=NOON, enterprise_id=key, category="no_space", reason="更正")
    enterprise_set_category(actor=actor, at=NOON, enterprise_id=key, category="in_scope", reason="复产")
    path = world.enterprise.scope_path
    assert heard == [EnterpriseLeft(key, path, "已搬迁"), EnterpriseJoined(key, path)]


@pytest.mark.parametrize(
    ("who", "category", "reason", "code"),
    [
        ("principal", "closed_down", "停产", "enterprise.not_official"),
        ("officer", "in_scope", "没变", "enterprise.category_same"),
        ("officer", "closed_down", "   ", "reason.missing"),
        ("officer", "on_holiday", "放假", "enterprise.category_unknown"),
    ],
)
def test_a_category_is_changed_by_officials_with_a_reason(
    world: World, who: str, category: str, reason: str, code: str
) -> None:
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        enterprise_set_category(
            actor=world.actor(who), at=NOON, enterprise_id=world.enterprise.pk, category=category, reason=reason
        )


def test_the_bureau_moves_an_enterprise_and_both_towns_ledgers_say_so(world: World, heard: list[Any]) -> None:
    former = world.enterprise.scope_path
    moved = enterprise_move_town(
        actor=world.actor("officer"),
        at=NOON,
        enterprise_id=world.enterprise.pk,
        town_id=world.other_town.pk,
        reason="搬厂",
    )
    assert moved.town_id == world.other_town.pk
    assert moved.scope_path == f"{world.other_town.path}{moved.pk.hex}/"
    assert heard == [EnterpriseMoved(moved.pk, former, moved.scope_path)]
    told = dict(Entry.objects.filter(subject_id=str(moved.pk)).values_list("event", "scope_path"))
    assert told["enterprise.moved_away"] == former
    assert told["enterprise.moved_in"] == moved.scope_path


def test_after_a_move_the_former_town_sees_no_row_in_any_table(world: World) -> None:
    enterprise_move_town(
        actor=world.actor("officer"),
        at=NOON,
        enterprise_id=world.enterprise.pk,
        town_id=world.other_town.pk,
        reason="搬厂",
    )
    world.system()
    held = {table for table in _tables_with_scope() if _rows_of(table, world.enterprise)}
    assert {"accounts_organisation", "accounts_membership", "registry_enterprise", "registry_site",
            "registry_confinedspace"} <= held  # fmt: skip
    world.actor("town_officer")
    seen = {table: _rows_of(table, world.enterprise) for table in held}
    # What the town itself did stays in its part of the ledger, which nobody can rewrite.
    assert {table: n for table, n in seen.items() if n and table != "ledger_entry"} == {}
    world.actor("other_town_officer")
    assert {table for table in held - {"ledger_entry"} if not _rows_of(table, world.enterprise)} == set()


@pytest.mark.parametrize(
    ("who", "town", "code"),
    [
        ("town_officer", "other_town", "enterprise.not_mover"),
        ("principal", "other_town", "enterprise.not_mover"),
        ("officer", "foreign_town", "enterprise.town_outside"),
        ("officer", "town", "enterprise.already_there"),
        ("foreign_officer", "foreign_town", "not_found"),
    ],
)
def test_who_may_move_an_enterprise_and_where_to(world: World, who: str, town: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        enterprise_move_town(
            actor=world.actor(who),
            at=NOON,
            enterprise_id=world.enterprise.pk,
            town_id=getattr(world, town).pk,
            reason="x",
        )
    assert refused.value.refusal.code == code


def test_an_enterprise_keeps_its_sites(world: World) -> None:
    actor = world.actor("safety_manager")
    site = site_create(actor=actor, at=NOON, enterprise_id=world.enterprise.pk, facts=SiteFacts("东厂区", "东路 1 号"))
    site_update(actor=actor, at=NOON, site_id=site.pk, facts=SiteFacts("东厂区", "东路 2 号"))
    assert Site.objects.get(pk=site.pk).address == "东路 2 号"
    with pytest.raises(Refused, match=r"site\.name_taken"):
        site_create(actor=actor, at=NOON, enterprise_id=world.enterprise.pk, facts=SiteFacts("东厂区"))
    with pytest.raises(Refused, match=r"site\.name_missing"):
        site_create(actor=actor, at=NOON, enterprise_id=world.enterprise.pk, facts=SiteFacts(" "))
    with pytest.raises(Refused, match="not_found"):
        site_create(actor=actor, at=NOON, enterprise_id=world.neighbour.pk, facts=SiteFacts("西厂区"))


def test_what_does_not_exist_and_what_is_foreign_are_refused_alike(world: World) -> None:
    actor = world.actor("town_officer")
    refusals = []
    for key in (uuid4(), world.elsewhere.pk):
        with pytest.raises(Refused) as refused:
            enterprise_update(actor=actor, at=NOON, enterprise_id=key, facts=FACTS)
        refusals.append((refused.value.refusal, refused.value.facts))
    assert refusals[0] == refusals[1]


def _facts_of(enterprise: Enterprise) -> EnterpriseFacts:
    return EnterpriseFacts(**{name: getattr(enterprise, name) for name in EnterpriseFacts.__dataclass_fields__})


def _tables_with_scope() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'scope_path'"
            " AND table_schema = 'public' ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def _rows_of(table: str, enterprise: Enterprise) -> int:
    """Count the visible rows whose path names the enterprise, by a query that knows nothing of scopes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE scope_path LIKE %s", [f"%{enterprise.pk.hex}/%"])
        return int(cursor.fetchone()[0])
