"""Timed work that keeps the task queue itself healthy."""

from __future__ import annotations

from procrastinate.contrib.django import app

SILENT_S = 60.0


@app.periodic(cron="* * * * *")
@app.task(name="ops.rescue", queueing_lock="ops.rescue")
async def rescue(timestamp: int) -> None:
    """Tasks of a worker that was killed are in the queue again. Every task of ours may safely run twice."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        await app.job_manager.retry_job(job)
