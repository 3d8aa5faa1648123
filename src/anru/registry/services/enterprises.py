"""The writers of an enterprise's file: its facts, its town and its category."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from anru.accounts.access import scope_regions
from anru.accounts.models import Region
from anru.accounts.services import organisation_create, organisation_move
from anru.accounts.states import OrganisationKind
from anru.kernel.actor import Actor
from anru.kernel.checksums import normalise_credit_code
from anru.kernel.decision import Refusal, Refused
from anru.kernel.ids import new_id
from anru.ledger.wiring import announce
from anru.registry import errors
from anru.registry.access import (
    can_change_identity,
    can_create_enterprise,
    can_edit_enterprise,
    can_move_enterprise,
    scope_enterprises,
)
from anru.registry.events import EnterpriseJoined, EnterpriseLeft, EnterpriseMoved
from anru.registry.models import Enterprise, Site
from anru.registry.rules import EnterpriseFacts, judge_enterprise, normal_phone
from anru.registry.services.records import change_all, record_enterprise
from anru.registry.spelling import spelled
from anru.registry.states import ScopeCategory

FIRST_SITE = "主厂区"
IDENTITY = frozenset({"credit_code", "name", "industry"})


def enterprise_create(*, actor: Actor, at: datetime, town_id: uuid.UUID, facts: EnterpriseFacts) -> Enterprise:
    """The enterprise stands in the registry with its organisation, under the same key, and a first site.

    Refuses: enterprise.not_official; enterprise.town_outside; enterprise.* – facts at fault;
    enterprise.credit_code_taken.
    """
    if not can_create_enterprise(actor):
        raise Refused(errors.NOT_OFFICIAL)
    town = town_in_scope(actor, town_id)
    facts = tidy_enterprise(facts)
    judge_enterprise(facts).enforce()
    try:
        with transaction.atomic():
            organisation = organisation_create(
                actor=actor, at=at, kind=OrganisationKind.ENTERPRISE, name=facts.name, region=town
            )
            enterprise = Enterprise.objects.create(
                organisation=organisation,
                scope_path=organisation.scope_path,
                town=town,
                name_pinyin=spelled(facts.name),
                created_at=at,
                updated_at=at,
                **asdict(facts),
            )
    except IntegrityError as error:
        raise Refused(errors.CREDIT_CODE_TAKEN) from error
    Site.objects.create(
        id=new_id(),
        enterprise=enterprise,
        scope_path=enterprise.scope_path,
        name=FIRST_SITE,
        address=facts.address,
        lat=facts.lat,
        lon=facts.lon,
    )
    record_enterprise(enterprise, "enterprise.created", actor=actor, at=at, town=town.code, industry=facts.industry)
    announce(EnterpriseJoined(enterprise.pk, enterprise.scope_path), actor=actor, at=at)
    return enterprise


def enterprise_update(*, actor: Actor, at: datetime, enterprise_id: uuid.UUID, facts: EnterpriseFacts) -> Enterprise:
    """The enterprise's file says what `facts` say. Without a difference nothing is written.

    Refuses: not_found; enterprise.not_editor; enterprise.not_official – an enterprise changes its own name, credit
    code or trade; enterprise.* – facts at fault; enterprise.credit_code_taken.
    """
    enterprise = lock_enterprise(actor, enterprise_id, can_edit_enterprise, errors.NOT_EDITOR)
    facts = tidy_enterprise(facts)
    judge_enterprise(facts).enforce()
    changes = change_all(enterprise, asdict(facts))
    fields = [change["field"] for change in changes]
    if not fields:
        return enterprise
    if IDENTITY.intersection(fields) and not can_change_identity(actor, enterprise):
        raise Refused(errors.NOT_OFFICIAL)
    enterprise.name_pinyin, enterprise.updated_at = spelled(enterprise.name), at
    try:
        with transaction.atomic():
            enterprise.save(update_fields=[*fields, "name_pinyin", "updated_at"])
            if "name" in fields:
                type(enterprise.organisation).objects.filter(pk=enterprise.pk).update(name=enterprise.name)
    except IntegrityError as error:
        raise Refused(errors.CREDIT_CODE_TAKEN) from error
    record_enterprise(enterprise, "enterprise.changed", actor=actor, at=at, changes=changes)
    return enterprise


def enterprise_move_town(
    *, actor: Actor, at: datetime, enterprise_id: uuid.UUID, town_id: uuid.UUID, reason: str
) -> Enterprise:
    """The enterprise and every row of it belong to the other town; the former one no longer sees them.

    Both towns' parts of the ledger say so. Refuses: not_found; enterprise.not_mover; enterprise.town_outside;
    enterprise.already_there; reason.missing.
    """
    enterprise = lock_enterprise(actor, enterprise_id, can_move_enterprise, errors.NOT_MOVER)
    town = town_in_scope(actor, town_id)
    if town.pk == enterprise.town_id:
        raise Refused(errors.ALREADY_THERE, town=town.name)
    reason = _reason(reason)
    former, former_town = enterprise.scope_path, enterprise.town
    Enterprise.objects.filter(pk=enterprise.pk).update(town=town, updated_at=at)
    organisation_move(actor=actor, at=at, organisation=enterprise.organisation, region=town)
    moved = Enterprise.objects.select_related("town", "organisation").get(pk=enterprise.pk)
    facts = {"from": former_town.code, "to": town.code, "reason": reason}
    record_enterprise(moved, "enterprise.moved_away", actor=actor, at=at, scope_path=former, **facts)
    record_enterprise(moved, "enterprise.moved_in", actor=actor, at=at, **facts)
    announce(EnterpriseMoved(moved.pk, former, moved.scope_path), actor=actor, at=at)
    return moved


def enterprise_set_category(
    *, actor: Actor, at: datetime, enterprise_id: uuid.UUID, category: str, reason: str
) -> Enterprise:
    """The enterprise counts among the confined-space enterprises, or no longer does, for the reason given.

    Refuses: not_found; enterprise.not_official; enterprise.category_unknown; enterprise.category_same; reason.missing.
    """
    enterprise = lock_enterprise(actor, enterprise_id, can_change_identity, errors.NOT_OFFICIAL)
    if category not in {known.value for known in ScopeCategory}:
        raise Refused(errors.CATEGORY_UNKNOWN)
    if category == enterprise.category:
        raise Refused(errors.CATEGORY_SAME)
    reason = _reason(reason)
    before, enterprise.category, enterprise.updated_at = enterprise.category, category, at
    enterprise.save(update_fields=["category", "updated_at"])
    record_enterprise(
        enterprise, "enterprise.categorised", actor=actor, at=at, before=before, after=category, reason=reason
    )
    if category == ScopeCategory.IN_SCOPE:
        announce(EnterpriseJoined(enterprise.pk, enterprise.scope_path), actor=actor, at=at)
    elif before == ScopeCategory.IN_SCOPE:
        announce(EnterpriseLeft(enterprise.pk, enterprise.scope_path, reason), actor=actor, at=at)
    return enterprise


def lock_enterprise(
    actor: Actor, enterprise_id: uuid.UUID, may: Callable[[Actor, Enterprise], bool], refusal: Refusal
) -> Enterprise:
    """Return the enterprise, locked for this transaction, if the actor may know of it and `may` do the verb.

    Locking comes last: row-level security hides from a lock what one may only read, and 403 would turn into 404.
    Refuses: not_found; `refusal`.
    """
    rows = scope_enterprises(actor).select_related("town", "organisation").filter(pk=enterprise_id)
    seen = rows.first()
    if seen is None:
        raise Refused(errors.NOT_FOUND)
    if not may(actor, seen):
        raise Refused(refusal)
    locked = rows.select_for_update(of=("self",)).first()
    if locked is None or not may(actor, locked):
        raise Refused(errors.NOT_FOUND)
    return locked


def town_in_scope(actor: Actor, town_id: uuid.UUID) -> Region:
    """Return a town of the actor's territory. Refuses: enterprise.town_outside."""
    town = scope_regions(actor).filter(pk=town_id, children__isnull=True).first()
    if town is None:
        raise Refused(errors.TOWN_OUTSIDE)
    return town


def tidy_enterprise(facts: EnterpriseFacts) -> EnterpriseFacts:
    """Return the facts as they are kept: trimmed, codes and telephone numbers in one spelling."""
    return replace(
        facts,
        credit_code=normalise_credit_code(facts.credit_code),
        name=facts.name.strip(),
        address=facts.address.strip(),
        principal_name=facts.principal_name.strip(),
        principal_phone=normal_phone(facts.principal_phone),
        contact_name=facts.contact_name.strip(),
        contact_phone=normal_phone(facts.contact_phone),
    )


def _reason(reason: str) -> str:
    reason = reason.strip()[:200]
    if not reason:
        raise Refused(errors.REASON_MISSING)
    return reason
