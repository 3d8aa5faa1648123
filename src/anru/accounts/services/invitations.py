"""Invitations: an offer of a role that one person can take up once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from anru.accounts import errors
from anru.accounts.access import can_keep_people, scope_invitations
from anru.accounts.events import invitation_fact
from anru.accounts.models import Invitation, Organisation, Person
from anru.accounts.scope import acting_as_system
from anru.accounts.services.memberships import hold_role, require_keeper, require_role
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.ledger.services import record
from anru.rulebook.book import parameters_on

TOKEN_BYTES = 32


def token_hash(token: str) -> str:
    """Return what is kept of a token: whoever reads the table cannot use an invitation."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_create(
    *, actor: Actor, at: datetime, organisation: Organisation, role: str, name: str
) -> tuple[Invitation, str]:
    """An invitation stands until it expires; its token is returned once.

    Refuses: people.not_keeper; not_found; people.role_not_of_kind; organisation.disabled.
    """
    require_keeper(actor, organisation)
    require_role(organisation, role)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    hours = parameters_on(at).integer("account.invitation.valid_hours")
    invitation = Invitation.objects.create(
        organisation=organisation,
        role=role,
        name=name,
        token_hash=token_hash(token),
        scope_path=organisation.scope_path,
        invited_by_id=actor.own_person_id,
        created_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    fact = invitation_fact(
        "invitation.created", invitation.pk, invitation.scope_path, organisation=organisation.pk, role=role
    )
    record(fact, actor=actor, at=at)
    return invitation, token


def invitation_withdraw(*, actor: Actor, at: datetime, invitation: Invitation) -> Invitation:
    """The invitation leads nowhere any more.

    Refuses: not_found; people.not_keeper; invitation.over – taken up or withdrawn.
    """
    rows = scope_invitations(actor).select_for_update(of=("self",)).select_related("organisation")
    held = rows.filter(pk=invitation.pk).first()
    if held is None:
        raise Refused(errors.NOT_FOUND)
    if not can_keep_people(actor, held.organisation):
        raise Refused(errors.NOT_PEOPLE_KEEPER)
    if held.accepted_at is not None or held.withdrawn_at is not None:
        raise Refused(errors.INVITATION_OVER)
    held.withdrawn_at = at
    held.save(update_fields=["withdrawn_at"])
    record(invitation_fact("invitation.withdrawn", held.pk, held.scope_path), actor=actor, at=at)
    return held


def invitation_accept(
    *,
    at: datetime,
    token: str,
    person: Person | None = None,
    username: str = "",
    name: str = "",
    phone: str = "",
    password: str = "",
) -> Person:
    """The invited person is a member: `person` where they are signed in, else a new person with the given login.

    Refuses: invitation.over – used, withdrawn, expired or unknown; people.role_held; organisation.disabled.
    Raises: ValidationError – the login name is taken or the password too weak; nothing is written then.
    """
    # Nobody is an actor yet; the unguessable token is the right.
    with acting_as_system() as system:
        held = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(token_hash=token_hash(token))
            .first()
        )
        if held is None or held.accepted_at or held.withdrawn_at or held.expires_at <= at:
            raise Refused(errors.INVITATION_OVER)
        require_role(held.organisation, held.role)
        member = person or _new_person(at=at, username=username, name=name, phone=phone, password=password)
        hold_role(actor=system, at=at, person=member, organisation=held.organisation, role=held.role)
        held.accepted_at, held.accepted_by = at, member
        held.save(update_fields=["accepted_at", "accepted_by"])
        fact = invitation_fact("invitation.accepted", held.pk, held.scope_path, person=member.pk)
        record(fact, actor=system, at=at)
        return member


def _new_person(*, at: datetime, username: str, name: str, phone: str, password: str) -> Person:
    made = Person(username=username, name=name, phone=phone, created_at=at, must_change_password=False)
    try:
        validate_password(password, made)
    except ValidationError as error:
        raise ValidationError({"password": error.error_list}) from error
    made.set_password(password)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise ValidationError({"username": _("这个登录名已经有人用了。")}) from error
    return made
