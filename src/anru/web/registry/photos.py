"""The pictures in a confined space's own file, laid out by what they show."""

from __future__ import annotations

from django.utils.functional import Promise

from anru.evidence.access import scope_space_photos
from anru.evidence.labels import SPACE_VIEW_LABELS
from anru.evidence.models import SpacePhoto
from anru.kernel.actor import Actor
from anru.registry.models import ConfinedSpace


def photos_by_view(actor: Actor, space: ConfinedSpace) -> list[tuple[str, str | Promise, list[SpacePhoto]]]:
    """Return every view with its words and the pictures that show it, in one query."""
    held = list(scope_space_photos(actor).filter(space=space).select_related("file"))
    return [(code, label, [photo for photo in held if photo.view == code]) for code, label in SPACE_VIEW_LABELS.items()]
