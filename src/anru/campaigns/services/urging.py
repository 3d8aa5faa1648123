"""Urging an enterprise that is behind, and waiving what no longer applies."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from anru.campaigns import errors
from anru.campaigns.access import can_urge, can_waive, scope_participations
from anru.campaigns.events import EnterpriseUrged
from anru.campaigns.models import Obligation, Urge
from anru.campaigns.services.moves import lock_obligation, move_obligation, require_running
from anru.campaigns.services.records import record_campaign, record_obligation
from anru.campaigns.states import WITH_ENTERPRISE
from anru.kernel.actor import Actor
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.wiring import announce


def enterprise_urge(*, actor: Actor, at: datetime, participation_id: uuid.UUID, words: str = "") -> Urge:
    """The enterprise is urged in the office's name, on record, and its managers hear of it.

    Refuses: not_found; urge.not_urger; campaign.not_running; urge.nothing_owed – nothing lies with the enterprise;
    urge.today – this office has urged it on this calendar day already.
    """
    part = scope_participations(actor).select_related("campaign").filter(pk=participation_id).first()
    if part is None:
        raise Refused(errors.NOT_FOUND)
    if not can_urge(actor):
        raise Refused(errors.NOT_URGER)
    require_running(part.campaign)
    owed_n = Obligation.objects.filter(participation=part, state__in=WITH_ENTERPRISE).count()
    if owed_n == 0 or part.left_at is not None:
        raise Refused(errors.NOTHING_OWED)
    try:
        with transaction.atomic():
            urge = Urge.objects.create(
                id=new_id(),
                campaign=part.campaign,
                participation=part,
                enterprise_id=part.enterprise_id,
                scope_path=part.scope_path,
                person_id=actor.own_person_id,
                organisation_id=actor.own_organisation_id,
                urged_on=legal_date(at),
                urged_at=at,
                words=words.strip()[:300],
            )
    except IntegrityError as error:
        raise Refused(errors.URGED_TODAY) from error
    facts = {"enterprise": part.enterprise_id, "owed": owed_n}
    record_campaign(part.campaign, "campaign.enterprise_urged", actor=actor, at=at, **facts)
    due_on, office = part.campaign.due_on.isoformat(), actor.organisation_name
    urged = EnterpriseUrged(part.pk, part.enterprise_id, part.scope_path, owed_n, due_on, office, urge.words)
    announce(urged, actor=actor, at=at)
    return urge


def obligation_waive(*, actor: Actor, at: datetime, obligation_id: uuid.UUID, reason: str) -> Obligation:
    """The obligation is waived with a reason and no longer counts.

    Refuses: not_found; campaign.not_keeper; waive.reason_needed; obligation.not_in_state – it is waived already.
    """
    obligation = lock_obligation(obligation_id, actor=actor)
    if not can_waive(actor):
        raise Refused(errors.NOT_KEEPER)
    if not reason.strip():
        raise Refused(errors.WAIVE_REASON_NEEDED)
    require_running(obligation.campaign)
    move_obligation(obligation, "waive", at=at, note=reason.strip()[:300])
    record_obligation(obligation, "obligation.waived", actor=actor, at=at, reason=reason.strip()[:300])
    return obligation


def obligation_restore(*, actor: Actor, at: datetime, obligation_id: uuid.UUID) -> Obligation:
    """A waived obligation is owed again. Refuses: not_found; campaign.not_keeper; obligation.not_in_state."""
    obligation = lock_obligation(obligation_id, actor=actor)
    if not can_waive(actor):
        raise Refused(errors.NOT_KEEPER)
    require_running(obligation.campaign)
    move_obligation(obligation, "restore", at=at, note="")
    record_obligation(obligation, "obligation.restored", actor=actor, at=at)
    return obligation
