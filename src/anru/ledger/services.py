"""The one way to write into the ledger."""

from __future__ import annotations

from datetime import datetime

from anru.kernel.actor import Actor
from anru.kernel.canonical import canonical_json
from anru.kernel.decision import Refused
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.models import Entry


def record(fact: Fact, *, actor: Actor, at: datetime) -> Entry:
    """The fact stands in the ledger as soon as, and only if, the caller's transaction commits.

    Raises: TypeError when a fact is of a kind that has no canonical text.
    """
    return Entry.objects.create(
        at=at,
        event=fact.event,
        actor_person_id=actor.person_id,
        actor_membership_id=actor.membership_id,
        actor_role=actor.role,
        scope_path=fact.scope_path,
        subject_kind=fact.subject.kind,
        subject_id=fact.subject.id,
        clause=fact.clause,
        facts_text=canonical_json(fact.facts),
    )


def record_refusal(refused: Refused, *, verb: str, subject_id: str, actor: Actor, at: datetime) -> Entry:
    """The refused attempt stands in the ledger with its code and clause."""
    facts = {"code": refused.refusal.code, "kind": str(refused.refusal.kind), "verb": verb}
    return record(
        Fact(
            event="attempt.refused",
            subject=SubjectRef("request", subject_id[:64]),
            scope_path=actor.scope_path,
            facts=facts,
            clause=refused.refusal.clause,
        ),
        actor=actor,
        at=at,
    )
