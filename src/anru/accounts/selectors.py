"""Reads of people and organisations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from anru.accounts.access import (
    scope_invitations,
    scope_memberships,
    scope_organisations,
)
from anru.accounts.labels import ROLE_LABELS
from anru.accounts.models import Invitation, Membership, Organisation, Person
from anru.accounts.scope import acting_as_system
from anru.accounts.services.invitations import token_hash
from anru.accounts.states import PEOPLE_KEEPERS, ROLES_OF_KIND, Role
from anru.kernel.actor import Actor

R = TypeVar("R", Membership, Invitation)


def memberships_of(person: Person) -> list[Membership]:
    """Return the roles that a person can act in now, oldest first. Their organisations may lie anywhere in the tree."""
    with acting_as_system():
        return list(
            Membership.objects.filter(person=person, ended_at__isnull=True, organisation__disabled_at__isnull=True)
            .select_related("organisation")
            .order_by("created_at", "pk")
        )


def people_list(actor: Actor, *, text: str = "", role: str = "", status: str = "") -> QuerySet[Membership]:
    """Return the roles held in the actor's territory: live ones, or with `status` "ended" or "disabled" the others."""
    rows = _keepable(scope_memberships(actor), actor).select_related("person", "organisation")
    if status == "ended":
        rows = rows.filter(ended_at__isnull=False)
    else:
        rows = rows.filter(ended_at__isnull=True, person__is_active=status != "disabled")
    if role:
        rows = rows.filter(role=role)
    if text:
        rows = rows.filter(
            Q(person__name__icontains=text)
            | Q(person__username__icontains=text)
            | Q(organisation__name__icontains=text)
        )
    return rows.order_by("scope_path", "created_at", "pk")


def person_of(actor: Actor, person_id: uuid.UUID) -> Person | None:
    """Return a person who holds or held a role where the actor keeps people."""
    rows = _keepable(scope_memberships(actor), actor).filter(person_id=person_id)
    return Person.objects.filter(pk=person_id).first() if rows.exists() else None


def memberships_in_scope(actor: Actor, person: Person) -> QuerySet[Membership]:
    """Return the roles of a person where the actor keeps people, live ones first."""
    rows = _keepable(scope_memberships(actor), actor).filter(person=person).select_related("organisation")
    return rows.order_by("ended_at", "created_at")


def membership_of(actor: Actor, membership_id: uuid.UUID) -> Membership | None:
    """Return a role that is held or was held where the actor keeps people."""
    rows = _keepable(scope_memberships(actor), actor).select_related("organisation", "person")
    return rows.filter(pk=membership_id).first()


def invitations_open(actor: Actor, at: datetime) -> QuerySet[Invitation]:
    """Return the invitations that still lead somewhere, where the actor keeps people."""
    rows = _keepable(scope_invitations(actor), actor).select_related("organisation")
    return rows.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)


def invitation_of(actor: Actor, invitation_id: uuid.UUID) -> Invitation | None:
    """Return an invitation to where the actor keeps people."""
    return _keepable(scope_invitations(actor), actor).filter(pk=invitation_id).first()


def invitation_by_token(token: str, at: datetime) -> Invitation | None:
    """Return the invitation that a token opens, while it stands. Nobody need be signed in: the token is the right."""
    with acting_as_system():
        return (
            Invitation.objects.select_related("organisation")
            .filter(
                token_hash=token_hash(token), accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
            )
            .first()
        )


def organisations_list(
    actor: Actor, *, text: str = "", kind: str = "", disabled: bool = False
) -> QuerySet[Organisation]:
    """Return the organisations of the actor's territory that are open, or with `disabled` those that are not."""
    rows = scope_organisations(actor).select_related("region").filter(disabled_at__isnull=not disabled)
    if kind:
        rows = rows.filter(kind=kind)
    if text:
        rows = rows.filter(name__icontains=text)
    return rows.order_by("scope_path", "name", "pk")


def organisation_of(actor: Actor, organisation_id: uuid.UUID) -> Organisation | None:
    """Return an organisation of the actor's territory."""
    return scope_organisations(actor).select_related("region").filter(pk=organisation_id).first()


def members_of(actor: Actor, organisation: Organisation) -> QuerySet[Membership]:
    """Return the live roles in one organisation."""
    rows = scope_memberships(actor).filter(organisation=organisation, ended_at__isnull=True)
    return rows.select_related("person").order_by("created_at", "pk")


def where_keeping(actor: Actor) -> QuerySet[Organisation]:
    """Return the open organisations into which the actor invites people."""
    rows = scope_organisations(actor).filter(disabled_at__isnull=True)
    if actor.role == Role.ADMINISTRATOR:
        return rows.order_by("kind", "name")
    return rows.filter(pk=actor.own_organisation_id)


def roles_to_give(actor: Actor) -> Iterable[tuple[str, str | Promise]]:
    """Return the roles that the actor gives in some organisation, with their words."""
    kinds = PEOPLE_KEEPERS.get(actor.role, frozenset())
    return [(role, ROLE_LABELS[role]) for kind, roles in ROLES_OF_KIND.items() if kind in kinds for role in roles]


def _keepable(rows: QuerySet[R], actor: Actor) -> QuerySet[R]:
    """Return those rows whose organisation's people the actor keeps, as `can_keep_people` decides it row by row."""
    if actor.is_system or actor.role == Role.ADMINISTRATOR:
        return rows
    if actor.role in PEOPLE_KEEPERS:
        return rows.filter(organisation_id=actor.own_organisation_id)
    return rows.none()
