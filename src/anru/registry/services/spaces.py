"""The writers of the confined-space ledger that Order 13 art. 6 asks for."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from anru.kernel.actor import Actor
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.wiring import announce
from anru.registry import errors
from anru.registry.access import can_edit_enterprise, can_keep_space, scope_sites, scope_spaces
from anru.registry.events import SpaceChanged, SpaceRegistered, SpaceRetired
from anru.registry.models import ConfinedSpace, Enterprise, Site
from anru.registry.rules import IsolationFacts, SpaceFacts, judge_isolation, judge_space
from anru.registry.services.enterprises import lock_enterprise
from anru.registry.services.records import change_all, record_space

TOKEN_BYTES = 16


def new_card_token() -> str:
    """Return what a space's label carries: 128 random bits, so that a card cannot be found by guessing."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def space_create(
    *,
    actor: Actor,
    at: datetime,
    enterprise_id: uuid.UUID,
    site_id: uuid.UUID | None = None,
    facts: SpaceFacts,
    identified: Mapping[str, bool] | None = None,
) -> ConfinedSpace:
    """The space stands in the enterprise's ledger, at the given site or at the first one.

    `identified` are the answers to the questions of Order 13 art. 3, kept in the record.
    Refuses: not_found; enterprise.not_editor; space.incomplete; space.code_unknown; space.size_impossible; place.*;
    space.number_taken.
    """
    enterprise = lock_enterprise(actor, enterprise_id, can_edit_enterprise, errors.NOT_EDITOR)
    facts = _tidy(facts)
    judge_space(facts).enforce()
    space = ConfinedSpace(
        id=new_id(),
        enterprise=enterprise,
        site=_site(actor, enterprise, site_id),
        scope_path=enterprise.scope_path,
        card_token=new_card_token(),
        created_at=at,
        updated_at=at,
        **_values(facts),
    )
    try:
        with transaction.atomic():
            space.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(errors.SPACE_NUMBER_TAKEN, number=facts.number) from error
    record_space(
        space,
        "space.registered",
        actor=actor,
        at=at,
        enterprise=enterprise.pk,
        hazards=facts.hazards,
        identified=dict(identified or {}),
    )
    announce(SpaceRegistered(space.pk, enterprise.pk, space.scope_path), actor=actor, at=at)
    return space


def space_update(
    *, actor: Actor, at: datetime, space_id: uuid.UUID, site_id: uuid.UUID | None = None, facts: SpaceFacts
) -> ConfinedSpace:
    """The space's ledger entry says what `facts` say. Without a difference nothing is written.

    Refuses: not_found; enterprise.not_editor; space.retired; space.incomplete; space.code_unknown;
    space.size_impossible; place.*; space.number_taken.
    """
    space = lock_space(actor, space_id)
    facts = _tidy(facts)
    judge_space(facts).enforce()
    values = _values(facts)
    if site_id is not None:
        values["site_id"] = _site(actor, space.enterprise, site_id).pk
    changes = change_all(space, values)
    fields = tuple(change["field"] for change in changes)
    if not fields:
        return space
    space.updated_at = at
    try:
        with transaction.atomic():
            space.save(update_fields=[*fields, "updated_at"])
    except IntegrityError as error:
        raise Refused(errors.SPACE_NUMBER_TAKEN, number=facts.number) from error
    record_space(space, "space.changed", actor=actor, at=at, changes=changes)
    announce(SpaceChanged(space.pk, space.enterprise_id, space.scope_path, fields), actor=actor, at=at)
    return space


def space_retire(*, actor: Actor, at: datetime, space_id: uuid.UUID, reason: str) -> ConfinedSpace:
    """The space is out of use for the reason given; its entry and its number stay in the ledger.

    Refuses: not_found; enterprise.not_editor; space.retired; reason.missing.
    """
    space = lock_space(actor, space_id)
    reason = reason.strip()[:200]
    if not reason:
        raise Refused(errors.REASON_MISSING)
    space.retired_at, space.retired_reason, space.updated_at = at, reason, at
    space.save(update_fields=["retired_at", "retired_reason", "updated_at"])
    record_space(space, "space.retired", actor=actor, at=at, reason=reason)
    announce(SpaceRetired(space.pk, space.enterprise_id, space.scope_path, reason), actor=actor, at=at)
    return space


def isolation_record(*, actor: Actor, at: datetime, space_id: uuid.UUID, facts: IsolationFacts) -> ConfinedSpace:
    """The space's physical isolation stands as it was found on the day of the check; today when no day is given.

    Refuses: not_found; enterprise.not_editor; space.retired; isolation.*; space.code_unknown.
    """
    space = lock_space(actor, space_id)
    today = legal_date(at)
    facts = replace(facts, lock_keeper=facts.lock_keeper.strip(), checked_on=facts.checked_on or today)
    judge_isolation(facts, today=today).enforce()
    values = {
        "isolation_state": facts.state,
        "isolation_kind": facts.kind,
        "isolation_checked_on": facts.checked_on,
        "lock_keeper": facts.lock_keeper,
    }
    changes = change_all(space, values)
    space.updated_at = at
    space.save(update_fields=[*values, "updated_at"])
    record_space(space, "space.isolation_checked", actor=actor, at=at, changes=changes, **values)
    fields = tuple(change["field"] for change in changes)
    if fields:
        announce(SpaceChanged(space.pk, space.enterprise_id, space.scope_path, fields), actor=actor, at=at)
    return space


def lock_space(actor: Actor, space_id: uuid.UUID) -> ConfinedSpace:
    """Return the space in use, locked for this transaction, if the actor keeps it.

    Refuses: not_found; enterprise.not_editor; space.retired.
    """
    rows = scope_spaces(actor).select_related("enterprise").filter(pk=space_id)
    seen = rows.first()
    if seen is None:
        raise Refused(errors.NOT_FOUND)
    if not can_keep_space(actor, seen):
        raise Refused(errors.NOT_EDITOR)
    space = rows.select_for_update(of=("self",)).first()
    if space is None:
        raise Refused(errors.NOT_FOUND)
    if space.retired_at is not None:
        raise Refused(errors.SPACE_RETIRED)
    return space


def _site(actor: Actor, enterprise: Enterprise, site_id: uuid.UUID | None) -> Site:
    rows = scope_sites(actor).filter(enterprise=enterprise)
    site = rows.order_by("pk").first() if site_id is None else rows.filter(pk=site_id).first()
    if site is None:
        raise Refused(errors.NOT_FOUND)
    return site


def _values(facts: SpaceFacts) -> dict[str, object]:
    return {name: list(content) if isinstance(content, tuple) else content for name, content in asdict(facts).items()}


def _tidy(facts: SpaceFacts) -> SpaceFacts:
    return replace(
        facts,
        number=facts.number.strip(),
        name=facts.name.strip(),
        location=facts.location.strip(),
        entrance_note=facts.entrance_note.strip(),
        controls=facts.controls.strip(),
    )
