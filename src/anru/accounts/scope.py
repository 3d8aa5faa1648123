"""Opening a transaction in somebody's name: the database itself works out what that membership may see."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet

from anru.kernel.actor import SYSTEM, Actor, path_range

M = TypeVar("M", bound=models.Model)
SETTINGS = ("person", "membership", "low", "high", "review")
READ_SCOPE = "SELECT " + ", ".join(f"current_setting('anru.{name}', true)" for name in SETTINGS)


def begin(person_id: uuid.UUID, membership_id: uuid.UUID | None) -> Actor | None:
    """Set the row scope of the running transaction to one live membership and return its actor.

    Without `membership_id` the person's oldest live membership is taken. Returns None, with no row visible, when the
    person is disabled or holds no such membership. Must run inside a transaction: the setting ends with it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM anru_begin(%s, %s)", [person_id, membership_id])
        row = cursor.fetchone()
    if row is None:
        return None
    membership, organisation, kind, role, path, reviews, person_name, organisation_name = row
    return Actor(
        person_id=person_id,
        membership_id=membership,
        organisation_id=organisation,
        organisation_kind=kind,
        role=role,
        scope_path=path,
        review_paths=tuple(reviews or ()),
        person_name=person_name,
        organisation_name=organisation_name,
    )


def begin_system() -> Actor:
    """Set the row scope of the running transaction to everything and return the system actor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT anru_begin_system()")
    return SYSTEM


def begin_nobody() -> None:
    """Set the row scope of the running transaction to nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT anru_begin_nobody()")


@contextmanager
def acting_as(person_id: uuid.UUID, membership_id: uuid.UUID | None) -> Iterator[Actor]:
    """Run the block in one transaction in a member's name. Raises: PermissionError when there is no such membership."""
    with transaction.atomic():
        actor = begin(person_id, membership_id)
        if actor is None:
            raise PermissionError("no live membership")
        yield actor


@contextmanager
def acting_as_system() -> Iterator[Actor]:
    """Run the block in one transaction with everything visible: timed work, and look-ups by an unguessable token.

    Inside a running transaction the scope that stood before stands again afterwards: the setting outlives a savepoint,
    and the rest of a request would otherwise see everything too.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(READ_SCOPE)
            before = [text or "" for text in cursor.fetchone()]
        yield begin_system()
        with connection.cursor() as cursor:
            cursor.execute("SELECT anru_set_scope(%s, %s, %s, %s, %s)", before)


def within(rows: QuerySet[M], actor: Actor, *, reviewing: bool = False, field: str = "scope_path") -> QuerySet[M]:
    """Return those of `rows` that lie in the actor's territory, and with `reviewing` in a review territory too.

    This is the one filter behind every `scope_*`; the tests of the second lock replace it by one that lets all pass.
    """
    if actor.is_system:
        return rows
    condition = Q(pk__in=[])
    paths = [actor.scope_path] if actor.scope_path else []
    for path in [*paths, *(actor.review_paths if reviewing else ())]:
        low, high = path_range(path)
        condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
    return rows.filter(condition)
