"""Files that prove something: the upload on its way, the kept original, and what was read from it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anru.accounts.models import scope_path_field
from anru.evidence.labels import SPACE_VIEW_LABELS
from anru.evidence.states import FileState, Medium
from anru.kernel.ids import new_id


class Upload(models.Model):
    """A resumable upload. The truth about how much has come is the size of its partial file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="+")
    scope_path = scope_path_field()
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    target_kind = models.CharField(max_length=20)
    target_id = models.UUIDField()
    slot = models.CharField(max_length=40)
    medium = models.CharField(max_length=10, choices=[(Medium.PHOTO, _("照片")), (Medium.DOCUMENT, _("文件"))])
    file_name = models.CharField(max_length=200)
    total_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="upload_expires")]


class File(models.Model):
    """One piece of evidence. The original's bytes are kept unserved under their SHA-256; people see the rendering."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="files")
    scope_path = scope_path_field()
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    upload = models.OneToOneField(Upload, models.PROTECT, null=True, related_name="file")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    file_name = models.CharField(max_length=200)
    medium = models.CharField(max_length=10)
    media_type = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, default=FileState.RECEIVED.value)
    refusal_code = models.CharField(max_length=40, blank=True)
    width_px = models.PositiveIntegerField(null=True)
    height_px = models.PositiveIntegerField(null=True)
    display_sha256 = models.CharField(max_length=64, blank=True)
    thumb_sha256 = models.CharField(max_length=64, blank=True)
    captured_at = models.DateTimeField(null=True)
    captured_zone_known = models.BooleanField(default=False)
    captured_lat = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    captured_lon = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    device = models.CharField(max_length=80, blank=True)
    dhash = models.CharField(max_length=16, blank=True)
    findings = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["scope_path"], name="file_scope"),
            models.Index(fields=["sha256"], name="file_sha256"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_shape"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FileState]), name="file_state_known"
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(refusal_code=""), name="refused_file_has_code"),
        ]


class SpacePhoto(models.Model):
    """A picture that belongs to a confined space's own file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    space = models.ForeignKey("registry.ConfinedSpace", models.PROTECT, related_name="photos")
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="+")
    scope_path = scope_path_field()
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    view = models.CharField(
        max_length=12,
        choices=list(SPACE_VIEW_LABELS.items()),
    )
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("view", "created_at")
        constraints = [models.UniqueConstraint(fields=["space", "file"], name="one_use_of_a_photo_per_space")]
