"""Who hears of what."""

from __future__ import annotations

import uuid
from datetime import datetime

from anru.accounts.models import Membership
from anru.accounts.states import ENTERPRISE_MANAGERS
from anru.campaigns.events import EnterpriseUrged, ObligationDecided, ObligationReopened
from anru.inbox.services import notify
from anru.kernel.actor import Actor
from anru.ledger.events import SubjectRef


def on_obligation_decided(event: ObligationDecided, *, actor: Actor, at: datetime) -> None:
    """The enterprise's managers hear the verdict and the reviewer's words."""
    notify(
        members=_managers(event.enterprise_id),
        kind=f"obligation_{event.verdict}",
        subject=SubjectRef("obligation", str(event.obligation_id)),
        facts={"item": event.item_title, "words": event.words},
        at=at,
    )


def on_obligation_reopened(event: ObligationReopened, *, actor: Actor, at: datetime) -> None:
    """The enterprise's managers hear that a decision was set aside, and why."""
    notify(
        members=_managers(event.enterprise_id),
        kind="obligation_reopened",
        subject=SubjectRef("obligation", str(event.obligation_id)),
        facts={"item": event.item_title, "words": event.reason},
        at=at,
    )


def on_enterprise_urged(event: EnterpriseUrged, *, actor: Actor, at: datetime) -> None:
    """The enterprise's managers hear who urges, how much is owed and until when."""
    notify(
        members=_managers(event.enterprise_id),
        kind="enterprise_urged",
        subject=SubjectRef("participation", str(event.participation_id)),
        facts={"owed": event.owed_n, "due_on": event.due_on, "office": event.office, "words": event.words},
        at=at,
    )


def _managers(enterprise_id: uuid.UUID) -> list[Membership]:
    # A reviewer does not see the enterprise's people under row-level security; the database names them for this.
    return list(
        Membership.objects.raw(
            "SELECT * FROM anru_members_to_notify(%s, %s)", [enterprise_id, sorted(ENTERPRISE_MANAGERS)]
        )
    )
