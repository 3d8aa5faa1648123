"""What happens in a campaign, in the past tense."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CampaignDispatched:
    """A campaign was given out: from now on enterprises in its region owe its items."""

    campaign_id: uuid.UUID
    scope_path: str


@dataclass(frozen=True, slots=True)
class ObligationSubmitted:
    """An enterprise put its proof forward."""

    obligation_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str


@dataclass(frozen=True, slots=True)
class ObligationDecided:
    """A reviewer accepted or returned what was submitted."""

    obligation_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str
    verdict: str
    item_title: str
    words: str


@dataclass(frozen=True, slots=True)
class ObligationReopened:
    """The bureau set a decision aside."""

    obligation_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str
    item_title: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnterpriseUrged:
    """An office urged an enterprise that is late or about to be."""

    participation_id: uuid.UUID
    enterprise_id: uuid.UUID
    scope_path: str
    owed_n: int
    due_on: str
    office: str
    words: str
