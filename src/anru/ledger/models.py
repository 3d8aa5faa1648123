"""The append-only record of decisions. Rows are written once, sealed into a hash chain at commit, and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Cast

from anru.kernel.ids import new_id


class Entry(models.Model):
    """One decision or fact: who, when, about what, with which facts and under which clause.

    `seq`, `prev_hash` and `hash` are filled by the database when the transaction commits, in commit order, so that no
    gap and no fork can arise between writers.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor_person_id = models.UUIDField(null=True)
    actor_membership_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=24)
    scope_path = models.CharField(max_length=400, db_collation="C")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    clause = models.CharField(max_length=200, blank=True)
    facts_text = models.TextField()
    facts = models.GeneratedField(
        expression=Cast("facts_text", models.JSONField()),
        output_field=models.JSONField(),
        db_persist=True,
    )
    prev_hash = models.CharField(max_length=64, null=True, editable=False)
    hash = models.CharField(max_length=64, null=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "at"], name="entry_subject"),
            models.Index(fields=["scope_path", "at"], name="entry_scope_at"),
        ]
