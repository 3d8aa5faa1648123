"""The writers of notices."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from anru.accounts.models import Membership
from anru.inbox.models import Notice
from anru.jobs.live import publish
from anru.kernel.actor import Actor
from anru.kernel.ids import new_id
from anru.ledger.events import SubjectRef


def notify(
    *, members: Iterable[Membership], kind: str, subject: SubjectRef, facts: Mapping[str, Any], at: datetime
) -> int:
    """Each member has one notice of this; returns how many. Open pages of those people hear of it at commit."""
    notices = [
        Notice(
            id=new_id(),
            person_id=member.person_id,
            membership_id=member.pk,
            kind=kind,
            subject_kind=subject.kind,
            subject_id=subject.id,
            facts=dict(facts),
            created_at=at,
        )
        for member in members
    ]
    Notice.objects.bulk_create(notices)
    for notice in notices:
        publish("inbox", scope_path="", person_id=notice.person_id)
    return len(notices)


def notices_read(*, actor: Actor, at: datetime, notice_id: uuid.UUID | None = None) -> int:
    """The actor's notice, or all of them, count as read; returns how many changed."""
    rows = Notice.objects.filter(person_id=actor.own_person_id, read_at__isnull=True)
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return rows.update(read_at=at)
