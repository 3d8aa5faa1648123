"""Long work that a person asked for: what it is, how far it is, how it ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anru.accounts.models import scope_path_field
from anru.jobs.states import JobState
from anru.kernel.ids import new_id

STATE_LABELS = [
    (JobState.QUEUED.value, _("排队中")),
    (JobState.RUNNING.value, _("进行中")),
    (JobState.DONE.value, _("已完成")),
    (JobState.FAILED.value, _("未完成")),
]


class Job(models.Model):
    """One piece of long work. `done_n` of `total_n` steps are done; `cursor` says where to resume."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="jobs")
    membership = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="jobs")
    scope_path = scope_path_field()
    state = models.CharField(max_length=12, choices=STATE_LABELS, default=JobState.QUEUED.value)
    total_n = models.PositiveIntegerField(null=True)
    done_n = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    cursor = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["person", "-created_at"], name="job_person_created")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[state.value for state in JobState]), name="job_state_known")
        ]
