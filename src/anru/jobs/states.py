"""The life of a piece of long work."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a piece of long work stands. A failed one may be queued again and resumes at its cursor."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
