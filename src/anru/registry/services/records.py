"""How this app's facts stand in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Model

from anru.kernel.actor import Actor
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.services import record
from anru.registry.models import ConfinedSpace, Enterprise, RosterImport
from anru.registry.rules import masked_phone

PHONES = frozenset({"principal_phone", "contact_phone"})


def record_enterprise(
    enterprise: Enterprise, event: str, *, actor: Actor, at: datetime, scope_path: str = "", **facts: Any
) -> None:
    """A fact about an enterprise stands in the ledger, under its present path unless another is given."""
    record(
        Fact(
            event=event,
            subject=SubjectRef("enterprise", str(enterprise.pk)),
            scope_path=scope_path or enterprise.scope_path,
            facts={"name": enterprise.name, "credit_code": enterprise.credit_code, **facts},
        ),
        actor=actor,
        at=at,
    )


def record_space(space: ConfinedSpace, event: str, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """A fact about a confined space stands in the ledger."""
    record(
        Fact(
            event=event,
            subject=SubjectRef("space", str(space.pk)),
            scope_path=space.scope_path,
            facts={"number": space.number, "name": space.name, **facts},
            clause="CN.MEM13.A06.1",
        ),
        actor=actor,
        at=at,
    )


def record_import(run: RosterImport, event: str, *, actor: Actor, at: datetime, **facts: Any) -> None:
    """A fact about a roster import stands in the ledger."""
    record(
        Fact(
            event=event,
            subject=SubjectRef("roster_import", str(run.pk)),
            scope_path=run.scope_path,
            facts={"file_name": run.file_name, "file_sha256": run.file_sha256, **facts},
        ),
        actor=actor,
        at=at,
    )


def change_all(row: Model, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The row (not yet saved) carries the values; returns what differed, field by field, old and new.

    A telephone number is masked in the answer: the ledger can never forget what it was told.
    """
    changes = []
    for field, new in values.items():
        old = getattr(row, field)
        if old != new:
            setattr(row, field, new)
            changes.append({"field": field, "old": _told(field, old), "new": _told(field, new)})
    return changes


def _told(field: str, content: Any) -> Any:
    return masked_phone(content) if field in PHONES and content else content
