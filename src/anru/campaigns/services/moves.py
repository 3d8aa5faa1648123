"""Moving one obligation: lock, table, save. Every verb of the procedure passes through here."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from anru.campaigns import errors
from anru.campaigns.access import scope_obligations
from anru.campaigns.labels import OBLIGATION_LABELS
from anru.campaigns.models import Campaign, Obligation
from anru.campaigns.states import OBLIGATION_MACHINE, CampaignState
from anru.jobs.live import publish
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused


def lock_obligation(obligation_id: uuid.UUID, *, actor: Actor) -> Obligation:
    """Return the obligation, locked for this transaction, if the actor may know of it.

    Refuses: not_found – it does not exist or lies outside the actor's scope, which look the same.
    """
    rows = scope_obligations(actor).select_for_update(of=("self",)).select_related("item", "campaign")
    obligation = rows.filter(pk=obligation_id).first()
    if obligation is None:
        raise Refused(errors.NOT_FOUND)
    return obligation


def require_running(campaign: Campaign) -> None:
    """Return while the campaign runs. Refuses: campaign.not_running – it is a draft or closed."""
    if campaign.state != CampaignState.RUNNING:
        raise Refused(errors.NOT_RUNNING)


def require_verb(obligation: Obligation, verb: str) -> None:
    """Return when the table allows `verb` now. Refuses: obligation.not_in_state – it does not."""
    if not OBLIGATION_MACHINE.allows(obligation.state, verb):
        raise Refused(errors.NOT_IN_STATE, state=OBLIGATION_LABELS[obligation.state])


def move_obligation(obligation: Obligation, verb: str, *, at: datetime, **changes: Any) -> None:
    """The locked obligation stands in the verb's target state, with `changes`; open pages hear of it.

    Refuses: obligation.not_in_state – the table does not allow the verb from here.
    """
    require_verb(obligation, verb)
    obligation.state = OBLIGATION_MACHINE.move(verb).target
    obligation.updated_at = at
    if verb != "claim":
        changes.setdefault("claimed_by_id", None)
        changes.setdefault("claimed_until", None)
    for name, value in changes.items():
        setattr(obligation, name, value)
    obligation.save(update_fields=["state", "updated_at", *changes])
    publish("campaign", scope_path=obligation.scope_path)
