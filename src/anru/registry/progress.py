"""Showing how far long work is while its one great transaction is still open."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections

from anru.jobs.models import Job


@contextmanager
def told_aside(job: Job) -> Iterator[Callable[[int, int], None]]:
    """Give a function that makes (done, total) of the job visible to everybody at once.

    It writes on a connection of its own: within the transaction of the work nobody could see the figures before the
    end, and a rollback would take them along. The work itself must not touch the job's row until it is over, else the
    two connections would wait for each other.
    """
    side = connections.create_connection("default")

    def tell(done: int, total: int) -> None:
        side.ensure_connection()
        with side.connection.transaction(), side.connection.cursor() as cursor:
            cursor.execute("SELECT anru_begin(%s, %s)", [job.person_id, job.membership_id])
            cursor.execute("UPDATE jobs_job SET done_n = %s, total_n = %s WHERE id = %s", [done, total, job.pk])
            cursor.execute("SELECT pg_notify('anru_live', %s)", [_message(job.pk, job.scope_path, job.person_id)])

    try:
        yield tell
    finally:
        side.close()


def _message(job_id: uuid.UUID, scope_path: str, person_id: uuid.UUID) -> str:
    return json.dumps({"topic": f"job:{job_id}", "scope": scope_path, "person": str(person_id)})
