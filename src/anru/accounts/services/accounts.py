"""Accounts, as an administrator keeps them."""

from __future__ import annotations

import secrets
from datetime import datetime

from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from anru.accounts import errors
from anru.accounts.access import can_disable_person, scope_memberships
from anru.accounts.events import person_fact
from anru.accounts.models import Person
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.ledger.services import record

FIRST_PASSWORD_BYTES = 12


def person_create(*, actor: Actor, at: datetime, username: str, name: str) -> tuple[Person, str]:
    """A person with a login and a random first password stands, and must change it; the password is returned once.

    Refuses: people.not_administrator.
    """
    if not can_disable_person(actor):
        raise Refused(errors.NOT_ADMINISTRATOR)
    fresh = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    person = Person(username=username, name=name, created_at=at)
    person.set_password(fresh)
    person.save()
    record(person_fact("account.created", person.pk, actor.scope_path), actor=actor, at=at)
    return person, fresh


def person_disable(*, actor: Actor, at: datetime, person: Person, reason: str) -> Person:
    """The person cannot sign in and every session of theirs is over.

    Refuses: people.not_administrator; people.not_oneself; account.already_disabled.
    """
    kept = _lock(actor, person)
    if not kept.is_active:
        raise Refused(errors.ALREADY_DISABLED)
    kept.is_active = False
    kept.session_epoch += 1
    kept.save(update_fields=["is_active", "session_epoch"])
    record(person_fact("account.disabled", kept.pk, actor.scope_path, reason=reason), actor=actor, at=at)
    return kept


def person_enable(*, actor: Actor, at: datetime, person: Person) -> Person:
    """The person can sign in again. Refuses: people.not_administrator; people.not_oneself; account.not_disabled."""
    kept = _lock(actor, person)
    if kept.is_active:
        raise Refused(errors.NOT_DISABLED)
    kept.is_active = True
    kept.save(update_fields=["is_active"])
    record(person_fact("account.enabled", kept.pk, actor.scope_path), actor=actor, at=at)
    return kept


def sessions_end(*, actor: Actor, at: datetime, person: Person) -> Person:
    """Every session of the person is over. Refuses: people.not_administrator; people.not_oneself."""
    kept = _lock(actor, person)
    kept.session_epoch += 1
    kept.save(update_fields=["session_epoch"])
    record(person_fact("account.sessions_ended", kept.pk, actor.scope_path), actor=actor, at=at)
    return kept


def password_reset(*, actor: Actor, at: datetime, person: Person) -> str:
    """The person has a random password that they must change, and no session is left; the password is returned once.

    Refuses: people.not_administrator; people.not_oneself.
    """
    kept = _lock(actor, person)
    fresh = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    kept.set_password(fresh)
    kept.must_change_password = True
    kept.session_epoch += 1
    kept.save(update_fields=["password", "must_change_password", "session_epoch"])
    record(person_fact("account.password_reset", kept.pk, actor.scope_path), actor=actor, at=at)
    return fresh


def second_step_reset(*, actor: Actor, at: datetime, person: Person) -> Person:
    """The second step is not asked for any more and no session is left: for a person who lost phone and recovery codes.

    Refuses: people.not_administrator; people.not_oneself.
    """
    kept = _lock(actor, person)
    TOTPDevice.objects.filter(user=kept).delete()
    StaticDevice.objects.filter(user=kept).delete()
    kept.session_epoch += 1
    kept.save(update_fields=["session_epoch"])
    record(person_fact("account.second_step_reset", kept.pk, actor.scope_path), actor=actor, at=at)
    return kept


def _lock(actor: Actor, person: Person) -> Person:
    if not can_disable_person(actor):
        raise Refused(errors.NOT_ADMINISTRATOR)
    # Whoever has no place in the administrator's territory is none of the administrator's people.
    if not scope_memberships(actor).filter(person_id=person.pk).exists():
        raise Refused(errors.NOT_ADMINISTRATOR)
    if person.pk == actor.person_id:
        raise Refused(errors.NOT_ONESELF)
    return Person.objects.select_for_update().get(pk=person.pk)
