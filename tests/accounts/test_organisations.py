"""Organisations: who keeps them, and what a disabled one means for its people."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from tests.world import NOON, World, later

from anru.accounts import scope
from anru.accounts.models import Organisation
from anru.accounts.selectors import memberships_of, organisation_of, organisations_list
from anru.accounts.services import organisation_create, organisation_disable, organisation_enable
from anru.accounts.states import OrganisationKind
from anru.kernel.decision import RefusalKind, Refused
from anru.ledger.models import Entry

pytestmark = pytest.mark.django_db

NOT_KEEPERS = ("leader", "officer", "town_head", "principal", "provider_manager", "worker")


def test_an_administrator_disables_an_organisation_and_its_people_have_no_actor(world: World) -> None:
    actor = world.actor("administrator")
    kept = organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="合同到期")
    assert kept.disabled_at == NOON
    reviewer = world.people["reviewer"]
    assert scope.begin(reviewer.person_id, reviewer.pk) is None
    assert scope.begin(reviewer.person_id, None) is None
    assert memberships_of(reviewer.person) == []


def test_an_enabled_organisation_has_its_people_back(world: World) -> None:
    actor = world.actor("administrator")
    organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="合同到期")
    kept = organisation_enable(actor=actor, at=later(days=1), organisation=world.provider)
    assert kept.disabled_at is None
    assert world.actor("reviewer").organisation_id == world.provider.pk


def test_both_verbs_stand_in_the_ledger_with_who_and_why(world: World) -> None:
    actor = world.actor("administrator")
    organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="合同到期")
    organisation_enable(actor=actor, at=later(days=1), organisation=world.provider)
    world.system()
    rows = Entry.objects.filter(subject_id=str(world.provider.pk), actor_person_id=actor.person_id).order_by("at")
    found = [(row.event, row.at, row.actor_person_id, row.scope_path) for row in rows]
    path, person = world.provider.scope_path, actor.person_id
    assert found == [
        ("organisation.disabled", NOON, person, path),
        ("organisation.enabled", later(days=1), person, path),
    ]
    assert "合同到期" in rows[0].facts_text


@pytest.mark.parametrize("name", NOT_KEEPERS)
def test_nobody_but_an_administrator_keeps_organisations(world: World, name: str) -> None:
    actor = world.actor(name)
    with pytest.raises(Refused) as caught:
        organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="试试")
    assert caught.value.refusal.code == "organisation.not_keeper"
    with pytest.raises(Refused) as caught:
        organisation_enable(actor=actor, at=NOON, organisation=world.provider)
    assert caught.value.refusal.code == "organisation.not_keeper"
    with pytest.raises(Refused) as caught:
        organisation_create(actor=actor, at=NOON, kind=OrganisationKind.INSURER, name="新保险", region=world.district)
    assert caught.value.refusal.code == "organisation.not_keeper"
    world.system()
    assert Organisation.objects.get(pk=world.provider.pk).disabled_at is None


def test_the_own_organisation_is_not_disabled(world: World) -> None:
    with pytest.raises(Refused) as caught:
        organisation_disable(actor=world.actor("administrator"), at=NOON, organisation=world.bureau, reason="试试")
    assert caught.value.refusal.code == "people.not_oneself"


def test_disabling_or_enabling_twice_is_refused(world: World) -> None:
    actor = world.actor("administrator")
    with pytest.raises(Refused) as caught:
        organisation_enable(actor=actor, at=NOON, organisation=world.provider)
    assert caught.value.refusal.code == "organisation.enabled"
    organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="合同到期")
    with pytest.raises(Refused) as caught:
        organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="又一次")
    assert caught.value.refusal.code == "organisation.disabled"


def test_another_districts_organisation_is_not_found(world: World) -> None:
    actor = world.actor("administrator")
    for attempt in (
        lambda: organisation_disable(actor=actor, at=NOON, organisation=world.foreign_bureau, reason="试试"),
        lambda: organisation_enable(actor=actor, at=NOON, organisation=world.foreign_bureau),
        lambda: organisation_create(
            actor=actor, at=NOON, kind=OrganisationKind.INSURER, name="别区保险", region=world.foreign_district
        ),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.refusal.kind == RefusalKind.NOT_FOUND


def test_the_database_itself_hides_and_protects_other_territories(world: World) -> None:
    world.actor("administrator")
    assert Organisation.objects.filter(pk=world.foreign_bureau.pk).update(disabled_at=NOON) == 0
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Organisation.objects.create(
            kind=OrganisationKind.INSURER,
            name="别区保险",
            region=world.foreign_district,
            scope_path=world.foreign_district.path,
            created_at=NOON,
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_organisation WHERE id = %s", [world.foreign_bureau.pk])
        assert cursor.fetchone() == (0,)


def test_an_administrator_creates_an_office_once(world: World) -> None:
    actor = world.actor("administrator")
    made = organisation_create(
        actor=actor, at=NOON, kind=OrganisationKind.INSURER, name="新保险", region=world.district
    )
    assert made.scope_path == f"{world.district.path}{made.pk.hex}/"
    with pytest.raises(Refused) as caught:
        organisation_create(actor=actor, at=NOON, kind=OrganisationKind.INSURER, name="新保险", region=world.district)
    assert caught.value.refusal.code == "organisation.name_taken"


def test_the_list_holds_the_own_territory_and_narrows_by_text_kind_and_state(world: World) -> None:
    actor = world.actor("administrator")
    everyone = set(organisations_list(actor))
    assert world.provider in everyone
    assert world.office in everyone
    assert world.foreign_bureau not in everyone
    assert set(organisations_list(actor, kind=OrganisationKind.TOWN_OFFICE)) == {world.office, world.other_office}
    assert set(organisations_list(actor, text="甬安")) == {world.provider}
    assert list(organisations_list(actor, disabled=True)) == []
    organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="合同到期")
    assert set(organisations_list(actor, disabled=True)) == {world.provider}
    assert world.provider not in set(organisations_list(actor))


def test_one_organisation_is_found_inside_the_territory_only(world: World) -> None:
    actor = world.actor("administrator")
    assert organisation_of(actor, world.provider.pk) == world.provider
    assert organisation_of(actor, world.foreign_bureau.pk) is None
