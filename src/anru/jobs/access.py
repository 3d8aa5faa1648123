"""Who may see long work."""

from __future__ import annotations

from django.db.models import QuerySet

from anru.jobs.models import Job
from anru.kernel.actor import Actor


def scope_jobs(actor: Actor) -> QuerySet[Job]:
    """Return the person's own jobs."""
    if actor.is_system:
        return Job.objects.all()
    return Job.objects.filter(person_id=actor.own_person_id)
