"""Notices: what has happened that a person should hear of. To-dos are not stored; they are read from what is owed."""

from __future__ import annotations

from django.db import models

from anru.kernel.ids import new_id


class Notice(models.Model):
    """One notice for one person. Its words are made from `kind` and `facts` in the reader's language."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("accounts.Person", models.CASCADE, related_name="notices")
    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["person", "-created_at"], name="notice_person_created")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "membership", "kind", "subject_kind", "subject_id", "created_at"],
                name="one_notice_per_cause",
            )
        ]
