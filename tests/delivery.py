"""Handing a task of the queue to its function as a worker does, in the test's own process and transaction."""

from __future__ import annotations

import time
from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job
from procrastinate.tasks import Task


def deliver(task: Task[..., Any, Any], *, attempts: int = 0, **arguments: str) -> None:
    """The task has run once, after that many attempts that failed. Raises: what the task raises."""
    waiting = Job(
        id=1,
        queue=task.queue,
        lock=None,
        queueing_lock=None,
        task_name=task.name,
        task_kwargs=dict(arguments),
        attempts=attempts,
    )
    task(JobContext(app=app, job=waiting, start_timestamp=time.time(), abort_reason=lambda: None), **arguments)
