"""Timed work of the inbox."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from anru.accounts.scope import acting_as_system
from anru.inbox.models import Notice
from anru.kernel import clock

KEPT = timedelta(days=365)


@app.periodic(cron="40 19 * * *")
@app.task(name="inbox.forget", queueing_lock="inbox.forget")
def forget(timestamp: int) -> None:
    """Read notices older than a year are gone; the ledger keeps what they told of."""
    with acting_as_system():
        Notice.objects.filter(read_at__isnull=False, created_at__lt=clock.now() - KEPT).delete()
