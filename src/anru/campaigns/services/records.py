"""How this app's facts stand in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from anru.campaigns.models import Campaign, Obligation
from anru.kernel.actor import Actor
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.services import record


def record_campaign(campaign: Campaign, event: str, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """A fact about a campaign stands in the ledger."""
    record(
        Fact(
            event=event,
            subject=SubjectRef("campaign", str(campaign.pk)),
            scope_path=campaign.scope_path,
            facts={"document_number": campaign.document_number, **facts},
        ),
        actor=actor,
        at=at,
    )


def record_obligation(
    obligation: Obligation, event: str, *, actor: Actor, at: datetime, clause: str = "", **facts: Any
) -> None:
    """A fact about an obligation stands in the ledger."""
    record(
        Fact(
            event=event,
            subject=SubjectRef("obligation", str(obligation.pk)),
            scope_path=obligation.scope_path,
            facts={"campaign": obligation.campaign_id, "item": obligation.item_id, **facts},
            clause=clause,
        ),
        actor=actor,
        at=at,
    )
