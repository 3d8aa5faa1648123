"""What happens to people and organisations, as the ledger keeps it: who and what, never a secret or a phone number."""

from __future__ import annotations

import uuid
from typing import Any

from anru.ledger.events import Fact, SubjectRef


def person_fact(event: str, person_id: uuid.UUID, scope_path: str, **facts: Any) -> Fact:
    """Return a fact about a person's account."""
    return Fact(event, SubjectRef("person", str(person_id)), scope_path, facts)


def membership_fact(event: str, membership_id: uuid.UUID, scope_path: str, **facts: Any) -> Fact:
    """Return a fact about a role that a person holds."""
    return Fact(event, SubjectRef("membership", str(membership_id)), scope_path, facts)


def invitation_fact(event: str, invitation_id: uuid.UUID, scope_path: str, **facts: Any) -> Fact:
    """Return a fact about an invitation."""
    return Fact(event, SubjectRef("invitation", str(invitation_id)), scope_path, facts)


def organisation_fact(event: str, organisation_id: uuid.UUID, scope_path: str, **facts: Any) -> Fact:
    """Return a fact about an organisation."""
    return Fact(event, SubjectRef("organisation", str(organisation_id)), scope_path, facts)
