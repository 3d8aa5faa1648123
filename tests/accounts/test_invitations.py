"""Invitations: an offer of a role that one person takes up once."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from tests.world import NOON, PASSWORD, World, later

from anru.accounts import scope
from anru.accounts.models import Invitation, Membership, Person
from anru.accounts.selectors import invitation_by_token, invitation_of, invitations_open, memberships_of
from anru.accounts.services import (
    invitation_accept,
    invitation_create,
    invitation_withdraw,
    organisation_disable,
)
from anru.accounts.states import Role
from anru.kernel.decision import RefusalKind, Refused
from anru.ledger.models import Entry

pytestmark = pytest.mark.django_db

PHONE = "13812345678"


def invited(world: World, who: str = "principal", role: str = Role.WORKER) -> tuple[Invitation, str]:
    """Return an invitation into the cast's enterprise and its token."""
    return invitation_create(
        actor=world.actor(who), at=NOON, organisation=world.enterprise.organisation, role=role, name="新来的"
    )


def accept(token: str, username: str = "newcomer", password: str = PASSWORD, hours: float = 1) -> Person:
    """Return the new person who takes up the invitation."""
    return invitation_accept(
        at=later(hours=hours), token=token, username=username, name="新来的", phone=PHONE, password=password
    )


def test_only_the_hash_of_the_token_is_kept_and_it_lasts_three_days(world: World) -> None:
    invitation, token = invited(world)
    assert invitation.token_hash == sha256(token.encode()).hexdigest()
    assert len(token) >= 43
    assert invitation.expires_at == NOON + timedelta(hours=72)
    assert invitation.scope_path == world.enterprise.scope_path
    assert invitation.invited_by_id == world.people["principal"].person_id


def test_two_invitations_have_two_tokens(world: World) -> None:
    assert invited(world)[1] != invited(world)[1]


@pytest.mark.parametrize(
    ("name", "role", "code"),
    [
        ("worker", Role.WORKER, "people.not_keeper"),
        ("officer", Role.WORKER, "people.not_keeper"),
        ("stranger", Role.WORKER, "people.not_keeper"),
        ("provider_manager", Role.WORKER, "people.not_keeper"),
        ("principal", Role.ADMINISTRATOR, "people.role_not_of_kind"),
    ],
)
def test_nobody_invites_where_or_as_what_they_may_not(world: World, name: str, role: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        invited(world, name, role)
    assert caught.value.refusal.code == code
    world.system()
    assert not Invitation.objects.exists()


def test_an_administrator_invites_everywhere_in_the_own_district_only(world: World) -> None:
    assert invited(world, "administrator")[0].organisation_id == world.enterprise.pk
    with pytest.raises(Refused) as caught:
        invitation_create(
            actor=world.actor("administrator"),
            at=NOON,
            organisation=world.foreign_bureau,
            role=Role.BUREAU_OFFICER,
            name="别区的",
        )
    assert caught.value.refusal.kind == RefusalKind.NOT_FOUND


def test_a_new_person_takes_it_up_with_a_password_of_their_own(world: World) -> None:
    invitation, token = invited(world)
    scope.begin_nobody()
    person = accept(token)
    kept = Person.objects.get(pk=person.pk)
    assert (kept.username, kept.name, kept.phone, kept.must_change_password) == ("newcomer", "新来的", PHONE, False)
    assert kept.check_password(PASSWORD)
    actor = scope.begin(kept.pk, None)
    assert actor is not None
    assert (actor.organisation_id, actor.role) == (world.enterprise.pk, Role.WORKER)
    world.system()
    held = Invitation.objects.get(pk=invitation.pk)
    assert (held.accepted_at, held.accepted_by_id) == (later(hours=1), person.pk)


def test_accepting_leaves_the_callers_row_scope_as_it_was(world: World) -> None:
    _, token = invited(world)
    scope.begin_nobody()
    accept(token)
    assert Membership.objects.count() == 0
    with pytest.raises(Refused):
        accept(token, "another")
    assert Membership.objects.count() == 0


def test_someone_who_is_signed_in_adds_the_role_to_themselves(world: World) -> None:
    _, token = invited(world)
    person = world.people["reviewer"].person
    before = Person.objects.count()
    world.actor("reviewer")
    assert invitation_accept(at=later(hours=1), token=token, person=person) == person
    assert {member.role for member in memberships_of(person)} == {Role.REVIEWER, Role.WORKER}
    assert Person.objects.count() == before


def test_whoever_holds_the_role_already_keeps_the_invitation_unused(world: World) -> None:
    invitation, token = invited(world)
    with pytest.raises(Refused) as caught:
        invitation_accept(at=later(hours=1), token=token, person=world.people["worker"].person)
    assert caught.value.refusal.code == "people.role_held"
    world.system()
    assert Invitation.objects.get(pk=invitation.pk).accepted_at is None


def test_an_invitation_is_used_once(world: World) -> None:
    _, token = invited(world)
    accept(token)
    with pytest.raises(Refused) as caught:
        accept(token, "another")
    assert caught.value.refusal.code == "invitation.over"
    assert not Person.objects.filter(username="another").exists()


@pytest.mark.parametrize("hours", [72, 73])
def test_an_expired_invitation_leads_nowhere(world: World, hours: int) -> None:
    _, token = invited(world)
    assert invitation_by_token(token, later(hours=hours)) is None
    with pytest.raises(Refused) as caught:
        accept(token, hours=hours)
    assert caught.value.refusal.code == "invitation.over"


def test_an_invitation_holds_until_its_last_moment(world: World) -> None:
    _, token = invited(world)
    assert accept(token, hours=71.99).username == "newcomer"


def test_an_unknown_token_leads_nowhere(world: World) -> None:
    invitation, _ = invited(world)
    for token in ("", "guess", invitation.token_hash):
        assert invitation_by_token(token, NOON) is None
        with pytest.raises(Refused) as caught:
            accept(token)
        assert caught.value.refusal.code == "invitation.over"


def test_a_withdrawn_invitation_leads_nowhere_and_is_withdrawn_once(world: World) -> None:
    invitation, token = invited(world)
    actor = world.actor("safety_manager")
    assert invitation_withdraw(actor=actor, at=later(hours=1), invitation=invitation).withdrawn_at == later(hours=1)
    with pytest.raises(Refused) as caught:
        accept(token, hours=2)
    assert caught.value.refusal.code == "invitation.over"
    with pytest.raises(Refused) as caught:
        invitation_withdraw(actor=world.actor("principal"), at=later(hours=2), invitation=invitation)
    assert caught.value.refusal.code == "invitation.over"


def test_a_used_invitation_is_not_withdrawn(world: World) -> None:
    invitation, token = invited(world)
    accept(token)
    with pytest.raises(Refused) as caught:
        invitation_withdraw(actor=world.actor("principal"), at=later(hours=2), invitation=invitation)
    assert caught.value.refusal.code == "invitation.over"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("worker", RefusalKind.NOT_YOU), ("officer", RefusalKind.NOT_YOU), ("stranger", RefusalKind.NOT_FOUND)],
)
def test_only_who_keeps_the_people_withdraws(world: World, name: str, kind: RefusalKind) -> None:
    invitation, token = invited(world)
    with pytest.raises(Refused) as caught:
        invitation_withdraw(actor=world.actor(name), at=NOON, invitation=invitation)
    assert caught.value.refusal.kind == kind
    assert invitation_by_token(token, NOON) is not None


def test_a_disabled_organisation_neither_invites_nor_takes_anyone_in(world: World) -> None:
    _, token = invited(world)
    actor = world.actor("administrator")
    kept = organisation_disable(actor=actor, at=NOON, organisation=world.enterprise.organisation, reason="停产")
    with pytest.raises(Refused) as caught:
        invitation_create(actor=actor, at=NOON, organisation=kept, role=Role.WORKER, name="新来的")
    assert caught.value.refusal.code == "organisation.disabled"
    with pytest.raises(Refused) as caught:
        accept(token)
    assert caught.value.refusal.code == "organisation.disabled"


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("newcomer", "short", "password"),
        ("newcomer", "password1234", "password"),
        ("newcomer", "739105826471", "password"),
        ("newcomer-of-enterprise", "newcomer-of-enterprise", "password"),
        ("worker", PASSWORD, "username"),
    ],
)
def test_a_login_or_password_at_fault_is_told_at_its_field_and_uses_nothing_up(
    world: World, username: str, password: str, field: str
) -> None:
    _, token = invited(world)
    before = Person.objects.count()
    with pytest.raises(ValidationError) as caught:
        accept(token, username, password)
    assert set(caught.value.message_dict) == {field}
    assert Person.objects.count() == before
    assert accept(token).username == "newcomer"


def test_the_ledger_names_who_and_what_and_no_secret(world: World) -> None:
    invitation, token = invited(world)
    person = accept(token)
    other, _ = invited(world)
    invitation_withdraw(actor=world.actor("principal"), at=later(hours=2), invitation=other)
    world.system()
    rows = Entry.objects.filter(subject_kind="invitation").order_by("at", "event")
    assert [(row.event, row.subject_id) for row in rows.filter(subject_id=str(invitation.pk))] == [
        ("invitation.created", str(invitation.pk)),
        ("invitation.accepted", str(invitation.pk)),
    ]
    assert rows.filter(event="invitation.withdrawn", subject_id=str(other.pk)).count() == 1
    assert str(person.pk) in rows.get(event="invitation.accepted").facts_text
    everything = " ".join(Entry.objects.values_list("facts_text", flat=True))
    for secret in (token, invitation.token_hash, PHONE, PASSWORD):
        assert secret not in everything


def test_open_invitations_are_listed_to_who_keeps_the_people(world: World) -> None:
    invitation, _ = invited(world)
    used, token = invited(world)
    accept(token)
    gone, _ = invited(world)
    invitation_withdraw(actor=world.actor("principal"), at=NOON, invitation=gone)
    assert list(invitations_open(world.actor("principal"), later(hours=1))) == [invitation]
    assert list(invitations_open(world.actor("administrator"), later(hours=1))) == [invitation]
    assert list(invitations_open(world.actor("principal"), later(hours=72))) == []
    for name in ("stranger", "worker", "foreign_officer"):
        assert list(invitations_open(world.actor(name), later(hours=1))) == []
    assert invitation_of(world.actor("principal"), used.pk) == used
    assert invitation_of(world.actor("stranger"), used.pk) is None


def test_the_database_itself_keeps_invitations_inside_their_territory(world: World) -> None:
    invitation, _ = invited(world)
    world.actor("stranger")
    assert not Invitation.objects.filter(pk=invitation.pk).exists()
    assert Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=NOON) == 0
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Invitation.objects.create(
            organisation=world.enterprise.organisation,
            role=Role.PRINCIPAL,
            name="混进来",
            token_hash="0" * 64,
            scope_path=world.enterprise.scope_path,
            invited_by=world.people["stranger"].person,
            created_at=NOON,
            expires_at=later(hours=1),
        )
