"""The life of a piece of long work."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a piece of long work stands. What has ended stays as it is; asked for again, a new one may resume it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


ENDED = frozenset({JobState.DONE, JobState.FAILED})
