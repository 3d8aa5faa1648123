"""Who may see and keep people and organisations."""

from __future__ import annotations

from django.db.models import QuerySet

from anru.accounts.models import Invitation, Membership, Organisation, Region
from anru.accounts.scope import within
from anru.accounts.states import PEOPLE_KEEPERS, Role
from anru.kernel.actor import Actor, path_range


def scope_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations in the actor's territory."""
    return within(Organisation.objects.all(), actor)


def scope_memberships(actor: Actor) -> QuerySet[Membership]:
    """Return the memberships in the actor's territory."""
    return within(Membership.objects.all(), actor)


def scope_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations in the actor's territory."""
    return within(Invitation.objects.all(), actor)


def scope_regions(actor: Actor) -> QuerySet[Region]:
    """Return the regions at and below the actor's own place; the tree itself is public knowledge."""
    if actor.is_system:
        return Region.objects.all()
    if actor.organisation_kind not in {"bureau", "town_office"}:
        return Region.objects.none()
    low, high = path_range(actor.scope_path)
    return Region.objects.filter(path__gte=low, path__lt=high)


def can_keep_people(actor: Actor, organisation: Organisation) -> bool:
    """Return whether the actor invites into and removes from this organisation.

    Below the administrator a keeper reaches only the own organisation.
    """
    if actor.is_system:
        return True
    if organisation.kind not in PEOPLE_KEEPERS.get(actor.role, frozenset()):
        return False
    return actor.role == Role.ADMINISTRATOR or organisation.pk == actor.organisation_id


def can_see_people(actor: Actor) -> bool:
    """Return whether the actor opens the list of people at all."""
    return actor.is_system or actor.role in PEOPLE_KEEPERS


def can_disable_person(actor: Actor) -> bool:
    """Return whether the actor disables accounts, ends their sessions and resets their passwords."""
    return actor.is_system or actor.role == Role.ADMINISTRATOR


def can_keep_organisations(actor: Actor) -> bool:
    """Return whether the actor creates and disables organisations."""
    return actor.is_system or actor.role == Role.ADMINISTRATOR


def can_see_organisations(actor: Actor) -> bool:
    """Return whether the actor opens the list of organisations."""
    return actor.is_system or actor.role in {Role.ADMINISTRATOR, Role.BUREAU_LEADER, Role.BUREAU_OFFICER}
