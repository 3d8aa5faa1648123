"""Reading the ledger. Territory is a range of `scope_path`, as everywhere; row-level security holds it too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from anru.kernel.actor import Actor, path_range
from anru.ledger.events import SubjectRef
from anru.ledger.models import Entry
from anru.ledger.verifier import FIELDS

LEDGER_READERS = frozenset({"bureau_leader", "bureau_officer", "administrator", "town_head", "town_officer"})


def entries(actor: Actor) -> QuerySet[Entry]:
    """Return the entries in an official's territory, newest first; other roles have none."""
    rows = Entry.objects.order_by("-at", "-id")
    if actor.is_system:
        return rows
    if actor.role not in LEDGER_READERS:
        return rows.none()
    low, high = path_range(actor.scope_path)
    return rows.filter(scope_path__gte=low, scope_path__lt=high)


def history(actor: Actor, subject: SubjectRef) -> QuerySet[Entry]:
    """Return what happened to one subject, oldest first. The caller has checked that the actor may see the subject."""
    return Entry.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("at", "id")


def sealed_head() -> tuple[int, str]:
    """Return the number and the hash of the last entry as the database noted them when it sealed it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM ledger_head")
        seq, mark = cursor.fetchone() or (0, "")
    return seq, mark


def exported_lines() -> Iterator[dict[str, Any]]:
    """Yield every sealed entry in order, with its fields exactly as they were hashed. For the system alone."""
    columns = ", ".join(
        "ledger_at(at) AS at" if name == "at" else f"{name}::text" if name.endswith("id") else name for name in FIELDS
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq, prev_hash, hash, {columns} FROM ledger_entry WHERE hash IS NOT NULL ORDER BY seq")
        names = ["seq", "prev_hash", "hash", *FIELDS]
        while rows := cursor.fetchmany(2000):
            for row in rows:
                yield dict(zip(names, row, strict=True))
