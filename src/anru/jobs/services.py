"""The writers of long work. A job is opened in the transaction that asks for it and moves on in its own."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from anru.jobs.live import publish
from anru.jobs.models import Job
from anru.jobs.states import ENDED, JobState
from anru.kernel.actor import Actor
from anru.kernel.ids import new_id


def job_open(*, actor: Actor, kind: str, title: str, at: datetime, resumes: Job | None = None) -> Job:
    """A queued job stands in the actor's name; with `resumes` it goes on where that failed one had come to."""
    job_id = new_id()
    job = Job(
        id=job_id,
        kind=kind,
        # Titles hold file names, which may be as long as the title itself.
        title=title[:200],
        person_id=actor.own_person_id,
        membership_id=actor.own_membership_id,
        scope_path=actor.scope_path,
        created_at=at,
    )
    if resumes is not None:
        job.done_n, job.total_n, job.cursor = resumes.done_n, resumes.total_n, resumes.cursor
    job.save(force_insert=True)
    return job


def job_start(job_id: uuid.UUID, *, at: datetime) -> Job | None:
    """The job runs; returns it, or None when it has ended already (a task delivered twice does nothing twice).

    One that failed has ended too: its task is delivered again when the worker died right after saying so, and a job
    set running then would run for ever.
    """
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None or job.state in ENDED:
        return None
    job.state, job.started_at = JobState.RUNNING.value, job.started_at or at
    job.message = ""
    job.save(update_fields=["state", "started_at", "message"])
    _tell(job)
    return job


def job_progress(
    job: Job,
    *,
    done_n: int,
    total_n: int | None = None,
    message: str = "",
    cursor: dict[str, Any] | None = None,
) -> None:
    """The job's progress, and where to resume it, stand with the caller's commit."""
    job.done_n, job.message = done_n, message[:300]
    if total_n is not None:
        job.total_n = total_n
    if cursor is not None:
        job.cursor = cursor
    job.save(update_fields=["done_n", "total_n", "message", "cursor"])
    _tell(job)


def job_done(job: Job, *, at: datetime, result: dict[str, Any] | None = None, message: str = "") -> None:
    """The job has ended well, with its result."""
    job.state, job.ended_at, job.message = JobState.DONE.value, at, message[:300]
    job.result = result or {}
    if job.total_n is not None:
        job.done_n = job.total_n
    job.save(update_fields=["state", "ended_at", "message", "result", "done_n"])
    _tell(job)


def job_fail(job: Job, *, at: datetime, message: str) -> None:
    """The job has ended without its result, and says why in words."""
    job.state, job.ended_at, job.message = JobState.FAILED.value, at, message[:300]
    job.save(update_fields=["state", "ended_at", "message"])
    _tell(job)


def job_abandon(job_id: uuid.UUID, *, at: datetime, message: str) -> bool:
    """A job that had not ended has failed with the words; returns whether it had not. An ended one is left as it is."""
    job = Job.objects.select_for_update().filter(pk=job_id).exclude(state__in=ENDED).first()
    if job is None:
        return False
    job_fail(job, at=at, message=message)
    return True


def _tell(job: Job) -> None:
    publish(f"job:{job.pk}", scope_path=job.scope_path, person_id=job.person_id)
