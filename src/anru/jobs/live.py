"""Telling open pages that something changed. The message has no content; the page asks again under its own rights."""

from __future__ import annotations

import json
import uuid

from django.db import connection


def publish(topic: str, *, scope_path: str, person_id: uuid.UUID | None = None) -> None:
    """Open pages that cover `scope_path` (or belong to `person_id`) hear of `topic` once the transaction commits."""
    body = {"topic": topic, "scope": scope_path}
    if person_id is not None:
        body["person"] = str(person_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('anru_live', %s)", [json.dumps(body)])
