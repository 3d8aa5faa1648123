"""How many facts a second the ledger takes, beside bare inserts of the same size."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connections, transaction

from anru.accounts.scope import begin_system
from anru.kernel import clock
from anru.kernel.actor import SYSTEM
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.services import record

ENTRIES = 300


def rates() -> tuple[float, float]:
    """Return (ledger entries, bare rows) per second, each in a durable transaction of its own."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, facts text)")
    return _rate("default", _entry), _rate("owner", _row)


def _rate(alias: str, write: Callable[[int], object]) -> float:
    started = time.perf_counter()
    for number in range(ENTRIES):
        with transaction.atomic(using=alias):
            write(number)
    return ENTRIES / (time.perf_counter() - started)


def _entry(number: int) -> None:
    begin_system()
    fact = Fact("bench.measured", SubjectRef("bench", str(number)), "99/", {"number": number})
    record(fact, actor=SYSTEM, at=clock.now())


def _row(number: int) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (facts) VALUES (%s)", [f'{{"number":{number}}}'])
