"""What campaigns do when the registry changes. Each calls one service."""

from __future__ import annotations

from datetime import datetime

from anru.campaigns.services.dispatch import (
    enterprise_joined,
    enterprise_left,
    space_registered,
    space_retired,
)
from anru.campaigns.services.proof import draft_attach
from anru.evidence.events import UploadFinished
from anru.evidence.models import File
from anru.kernel.actor import Actor
from anru.registry.events import EnterpriseJoined, EnterpriseLeft, SpaceRegistered, SpaceRetired


def on_enterprise_joined(event: EnterpriseJoined, *, actor: Actor, at: datetime) -> None:
    """The enterprise owes what the running campaigns ask."""
    enterprise_joined(actor=actor, at=at, enterprise_id=event.enterprise_id)


def on_enterprise_left(event: EnterpriseLeft, *, actor: Actor, at: datetime) -> None:
    """What the enterprise still owed is waived."""
    enterprise_left(actor=actor, at=at, enterprise_id=event.enterprise_id, reason=event.reason)


def on_space_registered(event: SpaceRegistered, *, actor: Actor, at: datetime) -> None:
    """The per-space items are owed for the new space."""
    space_registered(actor=actor, at=at, space_id=event.space_id)


def on_space_retired(event: SpaceRetired, *, actor: Actor, at: datetime) -> None:
    """What was owed for the space is waived."""
    space_retired(actor=actor, at=at, space_id=event.space_id, reason=event.reason)


def on_upload_finished(event: UploadFinished, *, actor: Actor, at: datetime) -> None:
    """A file that was uploaded for an obligation lies in its slot of the open draft."""
    if event.target_kind == "obligation":
        file = File.objects.get(pk=event.file_id)
        draft_attach(actor=actor, at=at, obligation_id=event.target_id, slot=event.slot, file=file)
