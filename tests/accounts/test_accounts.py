"""Accounts as an administrator keeps them: opened, closed, signed out, given a new password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.world import NOON, World, later

from anru.accounts import scope
from anru.accounts.models import Person
from anru.accounts.services import (
    membership_end,
    password_reset,
    person_create,
    person_disable,
    person_enable,
    sessions_end,
)
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.ledger.models import Entry

pytestmark = pytest.mark.django_db

Verb = Callable[[Actor, Person], Any]
VERBS: dict[str, Verb] = {
    "disable": lambda actor, person: person_disable(actor=actor, at=NOON, person=person, reason="离职"),
    "enable": lambda actor, person: person_enable(actor=actor, at=NOON, person=person),
    "sign out": lambda actor, person: sessions_end(actor=actor, at=NOON, person=person),
    "reset": lambda actor, person: password_reset(actor=actor, at=NOON, person=person),
}


def session_hash(person: Person) -> str:
    """Return what a session of the person must carry now."""
    return Person.objects.get(pk=person.pk).get_session_auth_hash()


def test_a_disabled_person_has_no_actor_and_no_session(world: World) -> None:
    member = world.people["worker"]
    before = session_hash(member.person)
    kept = person_disable(actor=world.actor("administrator"), at=NOON, person=member.person, reason="离职")
    assert kept.is_active is False
    assert session_hash(member.person) != before
    assert scope.begin(member.person_id, member.pk) is None
    assert scope.begin(member.person_id, None) is None


def test_an_enabled_person_acts_again_but_the_old_sessions_stay_over(world: World) -> None:
    member = world.people["worker"]
    before = session_hash(member.person)
    person_disable(actor=world.actor("administrator"), at=NOON, person=member.person, reason="离职")
    assert person_enable(actor=world.actor("administrator"), at=later(days=1), person=member.person).is_active
    assert world.actor("worker").person_id == member.person_id
    assert session_hash(member.person) != before


def test_every_session_is_over_and_the_person_still_acts(world: World) -> None:
    member = world.people["worker"]
    before = session_hash(member.person)
    sessions_end(actor=world.actor("administrator"), at=NOON, person=member.person)
    assert session_hash(member.person) != before
    assert world.actor("worker").person_id == member.person_id


def test_a_reset_password_works_once_shown_and_must_be_changed(world: World) -> None:
    person = world.people["worker"].person
    before = session_hash(person)
    fresh = password_reset(actor=world.actor("administrator"), at=NOON, person=person)
    kept = Person.objects.get(pk=person.pk)
    assert kept.check_password(fresh)
    assert len(fresh) >= 16
    assert kept.must_change_password is True
    assert kept.session_epoch == person.session_epoch + 1
    assert kept.get_session_auth_hash() != before
    assert password_reset(actor=world.actor("administrator"), at=NOON, person=person) != fresh


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["leader", "officer", "town_head", "principal", "safety_manager", "worker"])
def test_nobody_but_an_administrator_keeps_accounts(world: World, name: str, verb: str) -> None:
    person = world.people["guardian"].person
    before = session_hash(person)
    with pytest.raises(Refused) as caught:
        VERBS[verb](world.actor(name), person)
    assert caught.value.refusal.code == "people.not_administrator"
    assert session_hash(person) == before


@pytest.mark.parametrize("verb", VERBS)
def test_an_administrator_reaches_nobody_of_another_district(world: World, verb: str) -> None:
    person = world.people["foreign_officer"].person
    before = session_hash(person)
    with pytest.raises(Refused) as caught:
        VERBS[verb](world.actor("administrator"), person)
    assert caught.value.refusal.code == "people.not_administrator"
    assert session_hash(person) == before


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_does_it_to_themselves(world: World, verb: str) -> None:
    with pytest.raises(Refused) as caught:
        VERBS[verb](world.actor("administrator"), world.people["administrator"].person)
    assert caught.value.refusal.code == "people.not_oneself"


def test_someone_whose_role_has_ended_is_still_the_administrators(world: World) -> None:
    member, actor = world.people["worker"], world.actor("administrator")
    membership_end(actor=actor, at=NOON, membership=member)
    assert person_disable(actor=actor, at=NOON, person=member.person, reason="离职").is_active is False


def test_disabling_or_enabling_twice_is_refused(world: World) -> None:
    actor, person = world.actor("administrator"), world.people["worker"].person
    with pytest.raises(Refused) as caught:
        person_enable(actor=actor, at=NOON, person=person)
    assert caught.value.refusal.code == "account.not_disabled"
    person_disable(actor=actor, at=NOON, person=person, reason="离职")
    with pytest.raises(Refused) as caught:
        person_disable(actor=actor, at=NOON, person=person, reason="又一次")
    assert caught.value.refusal.code == "account.already_disabled"


def test_each_verb_stands_in_the_ledger_without_the_password(world: World) -> None:
    actor, person = world.actor("administrator"), world.people["worker"].person
    for verb in ("disable", "enable", "sign out"):
        VERBS[verb](actor, person)
    fresh = password_reset(actor=actor, at=NOON, person=person)
    world.system()
    rows = Entry.objects.filter(subject_kind="person", subject_id=str(person.pk), actor_person_id=actor.person_id)
    assert {row.event for row in rows} == {
        "account.disabled",
        "account.enabled",
        "account.sessions_ended",
        "account.password_reset",
    }
    assert "离职" in rows.get(event="account.disabled").facts_text
    assert all(fresh not in row.facts_text for row in rows)


def test_a_new_person_must_change_the_first_password(world: World) -> None:
    person, fresh = person_create(actor=world.system(), at=NOON, username="fresh", name="新人")
    kept = Person.objects.get(pk=person.pk)
    assert kept.check_password(fresh)
    assert kept.must_change_password is True
    entry = Entry.objects.get(event="account.created", subject_id=str(person.pk))
    assert fresh not in entry.facts_text


def test_nobody_but_an_administrator_creates_a_person(world: World) -> None:
    with pytest.raises(Refused) as caught:
        person_create(actor=world.actor("principal"), at=NOON, username="fresh", name="新人")
    assert caught.value.refusal.code == "people.not_administrator"
    assert not Person.objects.filter(username="fresh").exists()
