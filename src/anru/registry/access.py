"""Who may see and change the registry."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Model, QuerySet

from anru.accounts.scope import within
from anru.accounts.states import BUREAU_WORKERS, ENTERPRISE_MANAGERS, ENTERPRISE_PEOPLE, OFFICIALS, PROVIDER_PEOPLE
from anru.kernel.actor import Actor
from anru.registry.models import ConfinedSpace, Enterprise, RosterImport, Site

M = TypeVar("M", bound=Model)
READERS = OFFICIALS | ENTERPRISE_PEOPLE | PROVIDER_PEOPLE


def scope_enterprises(actor: Actor) -> QuerySet[Enterprise]:
    """Return the enterprises in the actor's territory and review territories."""
    return _readers_only(within(Enterprise.objects.all(), actor, reviewing=True), actor)


def scope_sites(actor: Actor) -> QuerySet[Site]:
    """Return the sites in the actor's territory and review territories."""
    return _readers_only(within(Site.objects.all(), actor, reviewing=True), actor)


def scope_spaces(actor: Actor) -> QuerySet[ConfinedSpace]:
    """Return the confined spaces in the actor's territory and review territories, retired ones too."""
    return _readers_only(within(ConfinedSpace.objects.all(), actor, reviewing=True), actor)


def scope_imports(actor: Actor) -> QuerySet[RosterImport]:
    """Return the roster imports of the offices in an official's territory; other roles have none."""
    rows = within(RosterImport.objects.all(), actor)
    return rows if can_import(actor) else rows.none()


def _readers_only(rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
    return rows if can_see_registry(actor) else rows.none()


def can_see_registry(actor: Actor) -> bool:
    """Return whether the actor opens the registry at all."""
    return actor.is_system or actor.role in READERS


def can_create_enterprise(actor: Actor) -> bool:
    """Return whether the actor puts new enterprises into the registry."""
    return actor.is_system or actor.role in OFFICIALS


def can_edit_enterprise(actor: Actor, enterprise: Enterprise) -> bool:
    """Return whether the actor keeps this enterprise's file, its sites and its spaces."""
    return is_official_of(actor, enterprise.scope_path) or is_manager_of(actor, enterprise.pk)


def can_change_identity(actor: Actor, enterprise: Enterprise) -> bool:
    """Return whether the actor changes what an enterprise is: name, credit code, trade and category."""
    return is_official_of(actor, enterprise.scope_path)


def can_move_enterprise(actor: Actor, enterprise: Enterprise) -> bool:
    """Return whether the actor hands this enterprise to another town: only who sees both towns."""
    return actor.is_system or (actor.role in BUREAU_WORKERS and is_official_of(actor, enterprise.scope_path))


def can_keep_space(actor: Actor, space: ConfinedSpace) -> bool:
    """Return whether the actor changes this space's ledger entry."""
    return is_official_of(actor, space.scope_path) or is_manager_of(actor, space.enterprise_id)


def can_see_phones(actor: Actor, enterprise: Enterprise) -> bool:
    """Return whether the actor reads the enterprise's telephone numbers in full."""
    own = actor.role in ENTERPRISE_PEOPLE and actor.organisation_id == enterprise.pk
    return own or is_official_of(actor, enterprise.scope_path)


def can_print_labels(actor: Actor) -> bool:
    """Return whether the actor prints the labels of the spaces that the actor sees."""
    return actor.is_system or actor.role in OFFICIALS | ENTERPRISE_MANAGERS


def can_import(actor: Actor) -> bool:
    """Return whether the actor brings rosters into the registry."""
    return actor.is_system or actor.role in OFFICIALS


def can_drive_import(actor: Actor, run: RosterImport) -> bool:
    """Return whether the actor takes this import a stage further: only the office that began it."""
    return actor.is_system or (actor.role in OFFICIALS and actor.organisation_id == run.organisation_id)


def is_official_of(actor: Actor, scope_path: str) -> bool:
    """Return whether the actor is an official of the territory in which that path lies."""
    if actor.is_system:
        return True
    return actor.role in OFFICIALS and actor.scope_path != "" and scope_path.startswith(actor.scope_path)


def is_manager_of(actor: Actor, enterprise_id: uuid.UUID) -> bool:
    """Return whether the actor is principal or safety manager of that enterprise."""
    return actor.role in ENTERPRISE_MANAGERS and actor.organisation_id == enterprise_id
