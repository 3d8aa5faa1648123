"""People, roles and invitations: who may, what stands afterwards, and what the database holds against everybody."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django_otp import user_has_device
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.databases import TestDatabase
from tests.world import NOON, World, later, make_world

from anru.accounts import scope
from anru.accounts.models import Invitation, Membership, Organisation, Person
from anru.accounts.selectors import (
    invitation_by_token,
    invitations_open,
    memberships_of,
    organisations_list,
    people_list,
    person_of,
    where_keeping,
)
from anru.accounts.services import (
    invitation_accept,
    invitation_create,
    invitation_withdraw,
    membership_create,
    membership_end,
    organisation_create,
    organisation_disable,
    organisation_enable,
    password_change,
    password_reset,
    person_disable,
    person_enable,
    second_step_reset,
    sessions_end,
)
from anru.accounts.services.invitations import token_hash
from anru.accounts.states import OrganisationKind, Role
from anru.kernel.decision import Refused
from anru.ledger.models import Entry
from anru.rulebook.book import parameters_on

GOOD = "池边风大-先通风再检测-42"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def refusal(caught: pytest.ExceptionInfo[Refused]) -> str:
    return caught.value.refusal.code


def invited(world: World, who: str = "principal", role: str = Role.GUARDIAN) -> tuple[Invitation, str]:
    actor = world.actor(who)
    organisation = Organisation.objects.get(pk=actor.organisation_id)
    return invitation_create(actor=actor, at=NOON, organisation=organisation, role=role, name="沈新人")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("administrator", True), ("principal", True), ("safety_manager", True), ("approver", False), ("guardian", False),
        ("worker", False), ("leader", False), ("officer", False), ("town_head", False), ("reviewer", False),
    ],
)  # fmt: skip
def test_into_an_enterprise_its_managers_and_the_administrator_invite(world: World, who: str, allowed: bool) -> None:
    actor = world.actor(who)
    if allowed:
        invitation, token = invitation_create(
            actor=actor, at=NOON, organisation=world.enterprise.organisation, role=Role.WORKER, name="新"
        )
        assert invitation.token_hash == token_hash(token)
        assert token not in str(Invitation.objects.values_list().get(pk=invitation.pk))
        assert Entry.objects.filter(event="invitation.created", subject_id=invitation.pk).count() == 1
        return
    with pytest.raises(Refused) as caught:
        invitation_create(actor=actor, at=NOON, organisation=world.enterprise.organisation, role=Role.WORKER, name="新")
    assert refusal(caught) == "people.not_keeper"


def test_nobody_invites_into_the_neighbours_enterprise(world: World) -> None:
    with pytest.raises(Refused) as caught:
        invitation_create(
            actor=world.actor("principal"),
            at=NOON,
            organisation=world.neighbour.organisation,
            role=Role.WORKER,
            name="新",
        )
    assert refusal(caught) == "people.not_keeper"


def test_a_role_of_another_kind_of_organisation_cannot_be_given(world: World) -> None:
    with pytest.raises(Refused) as caught:
        invited(world, role=Role.BUREAU_LEADER)
    assert refusal(caught) == "people.role_not_of_kind"


def test_an_invitation_is_taken_up_once_by_a_new_person_who_chose_the_password(world: World) -> None:
    _invitation, token = invited(world)
    scope.begin_nobody()
    found = invitation_by_token(token, NOON)
    assert found is not None
    assert found.organisation.name == world.enterprise.name
    person = invitation_accept(at=NOON, token=token, username="shenxinren", name="沈新人", password=GOOD)
    assert person.check_password(GOOD)
    assert not person.must_change_password
    held = memberships_of(person)
    assert [(member.role, member.organisation_id) for member in held] == [(Role.GUARDIAN, world.enterprise.pk)]
    with pytest.raises(Refused) as caught:
        invitation_accept(at=NOON, token=token, username="another", name="另一人", password=GOOD)
    assert refusal(caught) == "invitation.over"
    assert invitation_by_token(token, NOON) is None


@pytest.mark.parametrize(("hours", "open_"), [(-1, True), (0, False), (1, False)])
def test_an_invitation_ends_with_its_last_hour(world: World, hours: int, open_: bool) -> None:
    _invitation, token = invited(world)
    valid = parameters_on(NOON).integer("account.invitation.valid_hours")
    at = NOON + timedelta(hours=valid + hours)
    assert (invitation_by_token(token, at) is not None) is open_
    if not open_:
        with pytest.raises(Refused):
            invitation_accept(at=at, token=token, username="toolate", name="迟", password=GOOD)


def test_a_withdrawn_invitation_leads_nowhere(world: World) -> None:
    invitation, token = invited(world)
    invitation_withdraw(actor=world.actor("principal"), at=NOON, invitation=invitation)
    assert list(invitations_open(world.actor("principal"), NOON)) == []
    with pytest.raises(Refused):
        invitation_accept(at=NOON, token=token, username="nobody1", name="无", password=GOOD)


@pytest.mark.parametrize(
    ("username", "password", "field"), [("worker", GOOD, "username"), ("newone", "short", "password")]
)
def test_a_bad_login_or_password_is_said_at_its_field_and_leaves_the_invitation_open(
    world: World, username: str, password: str, field: str
) -> None:
    _invitation, token = invited(world)
    people = Person.objects.count()
    with pytest.raises(ValidationError) as caught:
        invitation_accept(at=NOON, token=token, username=username, name="新", password=password)
    assert list(caught.value.message_dict) == [field]
    assert Person.objects.count() == people
    assert invitation_by_token(token, NOON) is not None


def test_looking_up_an_invitation_leaves_the_scope_as_it_was(world: World) -> None:
    _invitation, token = invited(world)
    stranger = world.actor("stranger")
    before = set(Membership.objects.values_list("pk", flat=True))
    invitation_by_token(token, NOON)
    memberships_of(Person.objects.get(username="principal"))
    assert set(Membership.objects.values_list("pk", flat=True)) == before
    assert stranger.organisation_id == world.neighbour.pk


def test_two_who_hold_one_token_at_the_same_moment_make_one_member(fresh_database: TestDatabase) -> None:
    with scope.acting_as_system():
        world = make_world()
        _invitation, token = invited(world)
    gate, outcomes = Barrier(2), []

    def take(name: str) -> None:
        gate.wait()
        try:
            invitation_accept(at=NOON, token=token, username=name, name=name, password=GOOD)
            outcomes.append("in")
        except Refused as error:
            outcomes.append(error.refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=take, args=(name,)) for name in ("racer-one", "racer-two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["in", "invitation.over"]
    with scope.acting_as_system():
        assert Membership.objects.filter(person__username__startswith="racer").count() == 1


def test_a_role_that_has_ended_gives_no_actor(world: World) -> None:
    guardian = world.people["guardian"]
    membership_end(actor=world.actor("principal"), at=NOON, membership=guardian)
    assert scope.begin(guardian.person_id, guardian.pk) is None
    assert Membership.objects.count() == 0, "the scope is shut after a membership that is over"


def test_the_last_who_can_let_people_in_stays(world: World) -> None:
    with pytest.raises(Refused) as caught:
        membership_end(actor=world.actor("administrator"), at=NOON, membership=world.people["stranger"])
    assert refusal(caught) == "people.last_keeper"
    with pytest.raises(Refused) as caught:
        membership_end(actor=world.actor("principal"), at=NOON, membership=world.people["principal"])
    assert refusal(caught) == "people.not_oneself"


def test_the_same_role_is_not_held_twice(world: World) -> None:
    worker = world.people["worker"]
    with pytest.raises(Refused) as caught:
        membership_create(
            actor=world.actor("principal"),
            at=NOON,
            person=worker.person,
            organisation=world.enterprise.organisation,
            role=Role.WORKER,
        )
    assert refusal(caught) == "people.role_held"


def test_a_disabled_person_has_no_actor_and_no_session_and_comes_back_when_enabled(world: World) -> None:
    member = world.people["worker"]
    administrator = world.actor("administrator")
    before = member.person.get_session_auth_hash()
    person_disable(actor=administrator, at=NOON, person=member.person, reason="离职")
    person = Person.objects.get(pk=member.person_id)
    assert person.get_session_auth_hash() != before
    assert scope.begin(member.person_id, member.pk) is None
    administrator = world.actor("administrator")
    with pytest.raises(Refused) as caught:
        person_disable(actor=administrator, at=NOON, person=person, reason="再次")
    assert refusal(caught) == "account.already_disabled"
    person_enable(actor=administrator, at=later(minutes=1), person=person)
    assert scope.begin(member.person_id, member.pk) is not None


@pytest.mark.parametrize("who", ["principal", "officer", "leader", "town_head", "reviewer"])
@pytest.mark.parametrize("verb", [sessions_end, person_enable, password_reset, second_step_reset])
def test_only_the_administrator_touches_accounts(world: World, who: str, verb: object) -> None:
    with pytest.raises(Refused) as caught:
        verb(actor=world.actor(who), at=NOON, person=world.people["worker"].person)  # type: ignore[operator]
    assert refusal(caught) == "people.not_administrator"


def test_an_administrator_touches_nobody_elsewhere_and_not_themselves(world: World) -> None:
    administrator = world.actor("administrator")
    with pytest.raises(Refused) as caught:
        sessions_end(actor=administrator, at=NOON, person=world.people["foreign_officer"].person)
    assert refusal(caught) == "people.not_administrator"
    with pytest.raises(Refused) as caught:
        password_reset(actor=administrator, at=NOON, person=world.people["administrator"].person)
    assert refusal(caught) == "people.not_oneself"


def test_a_reset_password_must_be_changed_and_nothing_secret_is_in_the_ledger(world: World) -> None:
    person = world.people["worker"].person
    fresh = password_reset(actor=world.actor("administrator"), at=NOON, person=person)
    person.refresh_from_db()
    assert person.check_password(fresh)
    assert person.must_change_password
    world.system()
    assert fresh not in Entry.objects.get(event="account.password_reset").facts_text


def test_the_administrator_takes_the_second_step_off_a_lost_phone(world: World) -> None:
    person = world.people["worker"].person
    TOTPDevice.objects.create(user=person, name="app", confirmed=True)
    before = person.get_session_auth_hash()
    second_step_reset(actor=world.actor("administrator"), at=NOON, person=person)
    person.refresh_from_db()
    assert not user_has_device(person)
    assert person.get_session_auth_hash() != before


@pytest.mark.parametrize(
    ("old", "new", "field"), [("wrong", GOOD, "old"), (GOOD, GOOD, "new"), (GOOD, "12345678", "new")]
)
def test_a_password_change_says_what_is_wrong_at_its_field(world: World, old: str, new: str, field: str) -> None:
    person = world.people["worker"].person
    person.set_password(GOOD)
    person.save()
    with pytest.raises(ValidationError) as caught:
        password_change(at=NOON, person=person, old=old, new=new)
    assert list(caught.value.message_dict) == [field]


def test_a_changed_password_ends_the_other_sessions(world: World) -> None:
    person = world.people["worker"].person
    person.set_password(GOOD)
    person.save()
    before = person.get_session_auth_hash()
    changed = password_change(at=NOON, person=person, old=GOOD, new="另一个很长的密码-风机-88")
    assert changed.get_session_auth_hash() != before


def test_nobody_acts_for_a_disabled_organisation_until_it_is_enabled(world: World) -> None:
    member = world.people["stranger"]
    administrator = world.actor("administrator")
    organisation = Organisation.objects.get(pk=world.neighbour.pk)
    organisation_disable(actor=administrator, at=NOON, organisation=organisation, reason="关停")
    assert scope.begin(member.person_id, member.pk) is None
    assert memberships_of(member.person) == []
    organisation_enable(actor=world.actor("administrator"), at=NOON, organisation=organisation)
    assert scope.begin(member.person_id, member.pk) is not None


def test_an_organisation_of_the_same_kind_name_and_place_is_refused(world: World) -> None:
    facts = {"kind": OrganisationKind.INSURER, "name": "宁波安责险中心", "region": world.district}
    organisation_create(actor=world.actor("administrator"), at=NOON, **facts)  # type: ignore[arg-type]
    with pytest.raises(Refused) as caught:
        organisation_create(actor=world.actor("administrator"), at=NOON, **facts)  # type: ignore[arg-type]
    assert refusal(caught) == "organisation.name_taken"
    with pytest.raises(Refused) as caught:
        organisation_create(actor=world.actor("officer"), at=NOON, **{**facts, "name": "另一个"})  # type: ignore[arg-type]
    assert refusal(caught) == "organisation.not_keeper"


def test_each_keeper_sees_the_people_they_keep(world: World) -> None:
    def names(who: str) -> set[str]:
        return {member.person.username for member in people_list(world.actor(who))}

    assert names("principal") == {"principal", "safety_manager", "approver", "guardian", "worker"}
    assert names("town_head") == {"town_head", "town_officer"}
    assert names("worker") == set()
    everyone = names("administrator")
    assert {"leader", "principal", "elsewhere_principal", "reviewer"} <= everyone
    assert "foreign_officer" not in everyone
    assert person_of(world.actor("principal"), world.people["stranger"].person_id) is None
    assert list(where_keeping(world.actor("principal"))) == [world.enterprise.organisation]
    listed = {row.name for row in organisations_list(world.actor("administrator"))}
    assert "海曙区应急管理局" not in listed
    assert world.enterprise.name in listed
