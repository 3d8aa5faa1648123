"""The writers of an enterprise's sites."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.registry import errors
from anru.registry.access import can_edit_enterprise, scope_sites
from anru.registry.models import Site
from anru.registry.rules import judge_place
from anru.registry.services.enterprises import lock_enterprise
from anru.registry.services.records import change_all, record_enterprise


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What is known of a site."""

    name: str
    address: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None


def site_create(*, actor: Actor, at: datetime, enterprise_id: uuid.UUID, facts: SiteFacts) -> Site:
    """The enterprise has one more site.

    Refuses: not_found; enterprise.not_editor; site.name_missing; site.name_taken; place.*.
    """
    enterprise = lock_enterprise(actor, enterprise_id, can_edit_enterprise, errors.NOT_EDITOR)
    site = Site(id=new_id(), enterprise=enterprise, scope_path=enterprise.scope_path)
    _fill(site, facts)
    _save(site)
    record_enterprise(enterprise, "site.created", actor=actor, at=at, site=site.pk, site_name=site.name)
    return site


def site_update(*, actor: Actor, at: datetime, site_id: uuid.UUID, facts: SiteFacts) -> Site:
    """The site has this name and place. Without a difference nothing is written.

    Refuses: not_found; enterprise.not_editor; site.name_missing; site.name_taken; place.*.
    """
    site = scope_sites(actor).filter(pk=site_id).first()
    if site is None:
        raise Refused(errors.NOT_FOUND)
    enterprise = lock_enterprise(actor, site.enterprise_id, can_edit_enterprise, errors.NOT_EDITOR)
    changes = _fill(site, facts)
    if changes:
        _save(site)
        record_enterprise(enterprise, "site.changed", actor=actor, at=at, site=site.pk, changes=changes)
    return site


def _fill(site: Site, facts: SiteFacts) -> list[dict[str, object]]:
    name = facts.name.strip()
    if not name:
        raise Refused(errors.SITE_NAME_MISSING)
    judge_place(facts.lat, facts.lon).enforce()
    return change_all(site, {"name": name, "address": facts.address.strip(), "lat": facts.lat, "lon": facts.lon})


def _save(site: Site) -> None:
    try:
        with transaction.atomic():
            site.save()
    except IntegrityError as error:
        raise Refused(errors.SITE_NAME_TAKEN, name=site.name) from error
