"""What evidence does when its own files arrive."""

from __future__ import annotations

from datetime import datetime

from anru.evidence.events import UploadFinished
from anru.evidence.models import File
from anru.evidence.services import space_photo_add
from anru.evidence.tasks import decode
from anru.kernel.actor import Actor
from anru.registry.models import ConfinedSpace


def on_upload_finished(event: UploadFinished, *, actor: Actor, at: datetime) -> None:
    """The file waits in the task queue to be decoded; a picture taken for a space belongs to the space."""
    if event.target_kind == "space":
        space = ConfinedSpace.objects.get(pk=event.target_id)
        file = File.objects.get(pk=event.file_id)
        space_photo_add(actor=actor, at=at, space=space, view=event.slot, file=file)
    decode.defer(file_id=str(event.file_id))
