"""Reading long work."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from anru.jobs.access import scope_jobs
from anru.jobs.models import Job
from anru.kernel.actor import Actor


def jobs(actor: Actor) -> QuerySet[Job]:
    """Return the actor's jobs, newest first."""
    return scope_jobs(actor).order_by("-created_at")


def job(actor: Actor, job_id: uuid.UUID) -> Job | None:
    """Return one of the actor's jobs, or None."""
    return scope_jobs(actor).filter(pk=job_id).first()
