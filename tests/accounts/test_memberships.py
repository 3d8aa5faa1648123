"""The roles that people hold: who gives them, who ends them, and who must stay."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction
from tests.world import NOON, World, later

from anru.accounts import scope
from anru.accounts.models import Membership
from anru.accounts.selectors import membership_of, memberships_in_scope, memberships_of, people_list, person_of
from anru.accounts.services import membership_create, membership_end, organisation_disable, person_disable
from anru.accounts.states import Role
from anru.kernel.decision import RefusalKind, Refused
from anru.ledger.models import Entry

pytestmark = pytest.mark.django_db


def test_a_principal_gives_a_role_in_the_own_enterprise(world: World) -> None:
    person = world.people["worker"].person
    actor = world.actor("principal")
    made = membership_create(
        actor=actor, at=NOON, person=person, organisation=world.enterprise.organisation, role=Role.GUARDIAN
    )
    assert made.scope_path == world.enterprise.scope_path
    assert {member.role for member in memberships_of(person)} == {Role.WORKER, Role.GUARDIAN}
    world.system()
    entry = Entry.objects.get(event="membership.created", subject_id=str(made.pk))
    assert (entry.actor_person_id, entry.at) == (actor.person_id, NOON)


@pytest.mark.parametrize(
    ("name", "role", "code"),
    [
        ("worker", Role.GUARDIAN, "people.not_keeper"),
        ("officer", Role.GUARDIAN, "people.not_keeper"),
        ("stranger", Role.GUARDIAN, "people.not_keeper"),
        ("principal", Role.ADMINISTRATOR, "people.role_not_of_kind"),
        ("principal", "emperor", "people.role_not_of_kind"),
        ("principal", Role.WORKER, "people.role_held"),
    ],
)
def test_a_role_is_not_given(world: World, name: str, role: str, code: str) -> None:
    person, actor = world.people["worker"].person, world.actor(name)
    with pytest.raises(Refused) as caught:
        membership_create(actor=actor, at=NOON, person=person, organisation=world.enterprise.organisation, role=role)
    assert caught.value.refusal.code == code
    assert len(memberships_of(person)) == 1


def test_no_role_is_given_in_a_disabled_organisation(world: World) -> None:
    actor = world.actor("administrator")
    kept = organisation_disable(actor=actor, at=NOON, organisation=world.provider, reason="合同到期")
    with pytest.raises(Refused) as caught:
        membership_create(
            actor=actor,
            at=NOON,
            person=world.people["reviewer"].person,
            organisation=kept,
            role=Role.PROVIDER_MANAGER,
        )
    assert caught.value.refusal.code == "organisation.disabled"


def test_an_administrator_reaches_no_other_district(world: World) -> None:
    actor = world.actor("administrator")
    with pytest.raises(Refused) as caught:
        membership_create(
            actor=actor,
            at=NOON,
            person=world.people["reviewer"].person,
            organisation=world.foreign_bureau,
            role=Role.BUREAU_OFFICER,
        )
    assert caught.value.refusal.kind == RefusalKind.NOT_FOUND
    with pytest.raises(Refused) as caught:
        membership_end(actor=actor, at=NOON, membership=world.people["foreign_officer"])
    assert caught.value.refusal.kind == RefusalKind.NOT_FOUND
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Membership.objects.create(
            person=world.people["reviewer"].person,
            organisation=world.foreign_bureau,
            role=Role.BUREAU_OFFICER,
            scope_path=world.foreign_bureau.scope_path,
            created_at=NOON,
        )


def test_an_ended_role_opens_nothing_and_can_be_given_again(world: World) -> None:
    member, actor = world.people["worker"], world.actor("principal")
    kept = membership_end(actor=actor, at=later(days=1), membership=member)
    assert kept.ended_at == later(days=1)
    assert scope.begin(member.person_id, member.pk) is None
    actor = world.actor("principal")
    again = membership_create(
        actor=actor, at=later(days=2), person=member.person, organisation=member.organisation, role=member.role
    )
    assert again.pk != member.pk
    world.system()
    entry = Entry.objects.get(event="membership.ended")
    assert (entry.subject_id, entry.actor_person_id, entry.at) == (str(member.pk), actor.person_id, later(days=1))


@pytest.mark.parametrize(
    ("who", "whose", "code"),
    [
        ("worker", "guardian", "people.not_keeper"),
        ("officer", "worker", "people.not_keeper"),
        ("principal", "principal", "people.not_oneself"),
        ("administrator", "provider_manager", "people.last_keeper"),
        ("administrator", "town_head", "people.last_keeper"),
    ],
)
def test_a_role_is_not_ended(world: World, who: str, whose: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        membership_end(actor=world.actor(who), at=NOON, membership=world.people[whose])
    assert caught.value.refusal.code == code
    world.system()
    assert Membership.objects.get(pk=world.people[whose].pk).ended_at is None


def test_a_neighbours_member_is_not_found(world: World) -> None:
    with pytest.raises(Refused) as caught:
        membership_end(actor=world.actor("stranger"), at=NOON, membership=world.people["worker"])
    assert caught.value.refusal.kind == RefusalKind.NOT_FOUND


def test_a_role_ends_once(world: World) -> None:
    actor, member = world.actor("principal"), world.people["worker"]
    membership_end(actor=actor, at=NOON, membership=member)
    with pytest.raises(Refused) as caught:
        membership_end(actor=actor, at=later(days=1), membership=member)
    assert caught.value.refusal.code == "people.membership_ended"


def test_a_disabled_account_does_not_count_as_one_who_lets_people_in(world: World) -> None:
    actor = world.actor("administrator")
    person_disable(actor=actor, at=NOON, person=world.people["safety_manager"].person, reason="离职")
    with pytest.raises(Refused) as caught:
        membership_end(actor=actor, at=NOON, membership=world.people["principal"])
    assert caught.value.refusal.code == "people.last_keeper"
    assert membership_end(actor=actor, at=NOON, membership=world.people["safety_manager"]).ended_at == NOON


def test_the_own_rows_are_read_before_there_is_an_actor(world: World) -> None:
    member = world.people["foreign_principal"]
    scope.begin_nobody()
    assert memberships_of(member.person) == [member]
    assert Membership.objects.count() == 0


def test_the_list_of_people_narrows_by_text_role_and_status(world: World) -> None:
    actor = world.actor("administrator")
    names = {row.person.username for row in people_list(actor)}
    assert {"worker", "elsewhere_principal", "reviewer", "leader"} <= names
    assert not names & {"foreign_officer", "foreign_principal"}
    assert {row.person.username for row in people_list(actor, role=Role.TOWN_HEAD)} == {"town_head"}
    assert {row.person.username for row in people_list(actor, text="safety_man")} == {"safety_manager"}
    person_disable(actor=actor, at=NOON, person=world.people["guardian"].person, reason="离职")
    membership_end(actor=actor, at=NOON, membership=world.people["worker"])
    assert {row.person.username for row in people_list(actor, status="disabled")} == {"guardian"}
    assert {row.person.username for row in people_list(actor, status="ended")} == {"worker"}
    assert not {row.person.username for row in people_list(actor)} & {"guardian", "worker"}


def test_a_principal_sees_the_own_people_and_a_worker_sees_no_list(world: World) -> None:
    own = {"principal", "safety_manager", "approver", "guardian", "worker"}
    assert {row.person.username for row in people_list(world.actor("principal"))} == own
    assert list(people_list(world.actor("worker"))) == []


def test_a_person_is_found_where_they_hold_or_held_a_role(world: World) -> None:
    actor, member = world.actor("principal"), world.people["worker"]
    membership_end(actor=actor, at=NOON, membership=member)
    assert person_of(actor, member.person_id) == member.person
    assert [row.pk for row in memberships_in_scope(actor, member.person)] == [member.pk]
    assert membership_of(actor, member.pk) == member
    assert person_of(actor, world.people["stranger"].person_id) is None
    assert membership_of(actor, world.people["stranger"].pk) is None
    assert person_of(world.actor("administrator"), world.people["foreign_officer"].person_id) is None


def test_the_detail_of_a_person_leaves_out_roles_elsewhere(world: World) -> None:
    person = world.people["worker"].person
    world.system()
    Membership.objects.create(
        person=person,
        organisation=world.elsewhere.organisation,
        role=Role.WORKER,
        scope_path=world.elsewhere.scope_path,
        created_at=NOON,
    )
    actor = world.actor("principal")
    assert [row.organisation for row in memberships_in_scope(actor, person)] == [world.enterprise.organisation]
    assert memberships_in_scope(world.actor("administrator"), person).count() == 2
