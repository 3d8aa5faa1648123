"""Regions, organisations and the territories that are opened to them."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from anru.accounts import errors
from anru.accounts.access import can_keep_organisations, scope_organisations, scope_regions
from anru.accounts.events import organisation_fact
from anru.accounts.models import Organisation, Region, ScopeGrant
from anru.accounts.states import OrganisationKind
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.services import record

OFFICES = frozenset({OrganisationKind.BUREAU, OrganisationKind.TOWN_OFFICE})


def region_create(
    *, actor: Actor, at: datetime, code: str, name: str, parent: Region | None = None, managed_by: str = ""
) -> Region:
    """A further node stands in the tree of divisions."""
    return Region.objects.create(
        code=code,
        name=name,
        parent=parent,
        path=f"{parent.path if parent else ''}{code}/",
        level=parent.level + 1 if parent else 1,
        managed_by=managed_by,
    )


def organisation_create(*, actor: Actor, at: datetime, kind: str, name: str, region: Region) -> Organisation:
    """The organisation stands in the tree: an office at its region, everyone else at a place of their own below it.

    An enterprise is put there by the registry, which has judged who may; every other kind by an administrator.

    Refuses: organisation.not_keeper; not_found – a region outside the actor's territory; organisation.name_taken – one
    of that kind and name is in the region already.
    """
    if kind != OrganisationKind.ENTERPRISE:
        if not can_keep_organisations(actor):
            raise Refused(errors.NOT_ORGANISATION_KEEPER)
        if not scope_regions(actor).filter(pk=region.pk).exists():
            raise Refused(errors.NOT_FOUND)
    key = new_id()
    path = region.path if kind in OFFICES else f"{region.path}{key.hex}/"
    try:
        with transaction.atomic():
            made = Organisation.objects.create(
                id=key, kind=kind, name=name, region=region, scope_path=path, created_at=at
            )
    except IntegrityError as error:
        raise Refused(errors.ORGANISATION_NAME_TAKEN) from error
    if kind != OrganisationKind.ENTERPRISE:
        record(organisation_fact("organisation.created", key, path, kind=kind, name=name), actor=actor, at=at)
    return made


def organisation_move(*, actor: Actor, at: datetime, organisation: Organisation, region: Region) -> Organisation:
    """The organisation and every row that follows it lie in another region. The registry has judged who may."""
    organisation.region = region
    organisation.scope_path = f"{region.path}{organisation.pk.hex}/"
    organisation.save(update_fields=["region", "scope_path"])
    return organisation


def organisation_disable(*, actor: Actor, at: datetime, organisation: Organisation, reason: str) -> Organisation:
    """Nobody acts for the organisation from the next request on.

    Refuses: organisation.not_keeper; not_found; people.not_oneself – the actor's own; organisation.disabled.
    """
    kept = _lock(actor, organisation)
    if kept.pk == actor.organisation_id:
        raise Refused(errors.NOT_ONESELF)
    if kept.disabled_at is not None:
        raise Refused(errors.ORGANISATION_DISABLED)
    kept.disabled_at = at
    kept.save(update_fields=["disabled_at"])
    record(organisation_fact("organisation.disabled", kept.pk, kept.scope_path, reason=reason), actor=actor, at=at)
    return kept


def organisation_enable(*, actor: Actor, at: datetime, organisation: Organisation) -> Organisation:
    """The organisation's people act for it again. Refuses: organisation.not_keeper; not_found; organisation.enabled."""
    kept = _lock(actor, organisation)
    if kept.disabled_at is None:
        raise Refused(errors.ORGANISATION_ENABLED)
    kept.disabled_at = None
    kept.save(update_fields=["disabled_at"])
    record(organisation_fact("organisation.enabled", kept.pk, kept.scope_path), actor=actor, at=at)
    return kept


def scope_grant_open(
    *,
    actor: Actor,
    at: datetime,
    organisation: Organisation,
    purpose: str,
    scope_path: str,
    opens_at: datetime,
    closes_at: datetime,
) -> ScopeGrant:
    """A territory is open to the organisation for a purpose and a time. The caller has judged who may open it."""
    return ScopeGrant.objects.create(
        organisation=organisation, purpose=purpose, scope_path=scope_path, opens_at=opens_at, closes_at=closes_at
    )


def scope_grant_revoke(*, actor: Actor, at: datetime, grant: ScopeGrant) -> ScopeGrant:
    """The territory is closed to the organisation from the next request on."""
    grant.revoked_at = at
    grant.save(update_fields=["revoked_at"])
    return grant


def _lock(actor: Actor, organisation: Organisation) -> Organisation:
    if not can_keep_organisations(actor):
        raise Refused(errors.NOT_ORGANISATION_KEEPER)
    kept = scope_organisations(actor).select_for_update().filter(pk=organisation.pk).first()
    if kept is None:
        raise Refused(errors.NOT_FOUND)
    return kept
