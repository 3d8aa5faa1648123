"""Who may upload and who may look."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from anru.accounts.scope import within
from anru.accounts.states import ENTERPRISE_MANAGERS
from anru.evidence.models import File, SpacePhoto, Upload
from anru.kernel.actor import Actor


def can_upload(actor: Actor, enterprise_id: uuid.UUID) -> bool:
    """Return whether the actor uploads evidence for this enterprise."""
    return actor.is_system or (actor.role in ENTERPRISE_MANAGERS and actor.organisation_id == enterprise_id)


def scope_uploads(actor: Actor) -> QuerySet[Upload]:
    """Return the person's own unfinished and finished uploads in the actor's territory."""
    return within(Upload.objects.filter(person_id=actor.own_person_id), actor)


def scope_files(actor: Actor) -> QuerySet[File]:
    """Return the files in the actor's territory and review territories."""
    return within(File.objects.all(), actor, reviewing=True)


def scope_space_photos(actor: Actor) -> QuerySet[SpacePhoto]:
    """Return the pictures of spaces in the actor's territory and review territories."""
    return within(SpacePhoto.objects.filter(removed_at__isnull=True), actor, reviewing=True)
