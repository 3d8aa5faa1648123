"""One worker process: `python -m anru.ops.worker` does what the task queue holds until a signal comes."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

import django
from django.db import close_old_connections
from procrastinate.contrib.django import app

CONCURRENCY = int(os.environ.get("ANRU_WORKER_TASKS", "2"))
STOP_PATIENCE_S = 8.0


def fresh_connections(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Run a task with database connections that are neither broken nor kept for ever by its thread."""
    close_old_connections()
    try:
        return call_next()
    finally:
        close_old_connections()


async def work(*, wait: bool = True) -> None:
    """The queue has been worked until a signal came; with `wait` false until nothing was left to do."""
    async with app.open_async():
        await app.run_worker_async(
            wait=wait,
            concurrency=CONCURRENCY,
            # Short, because an import that somebody watches should not wait when a notification got lost.
            fetch_job_polling_interval=2.0,
            shutdown_graceful_timeout=STOP_PATIENCE_S,
            delete_jobs="successful",
            task_middleware=[fresh_connections],
        )


def main() -> int:
    """Work until a signal comes. Return 0 after an orderly end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anru.config.settings")
    django.setup()
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(work(wait="--once" not in sys.argv))
    return 0


if __name__ == "__main__":
    sys.exit(main())
