"""Regions, organisations, people and what ties them together."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anru.accounts.labels import KIND_LABELS, ROLE_LABELS
from anru.kernel.ids import new_id


def scope_path_field() -> models.CharField[str, str]:
    """Return the column that places a row in the tree. Collation "C": else prefix ranges would let strangers in."""
    return models.CharField(max_length=400, editable=False, db_collation="C")


class Region(models.Model):
    """One node of the tree of administrative divisions, of any depth. `path` ends with a slash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("区划代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("层级"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=300, unique=True, db_collation="C")
    managed_by = models.CharField(_("代管单位"), max_length=60, blank=True)

    class Meta:
        ordering = ("path",)
        constraints = [models.CheckConstraint(condition=Q(path__endswith="/"), name="region_path_ends_with_slash")]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """Anyone that people act for. An enterprise's own facts stand in the registry under the same key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("类型"), max_length=20, choices=list(KIND_LABELS.items()))
    name = models.CharField(_("名称"), max_length=120)
    region = models.ForeignKey(Region, models.PROTECT, related_name="organisations", verbose_name=_("属地"))
    scope_path = scope_path_field()
    disabled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("scope_path", "name")
        indexes = [models.Index(fields=["scope_path"], name="organisation_scope")]
        constraints = [
            models.UniqueConstraint(fields=["id", "scope_path"], name="organisation_id_scope"),
            models.UniqueConstraint(
                fields=["region", "kind", "name"],
                condition=~Q(kind="enterprise"),
                name="one_office_of_a_name_per_region",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Finds people by their login name, as Django's authentication expects."""


class Person(AbstractBaseUser):
    """A human being with a login. What they may do follows from memberships, never from this row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(_("登录名"), max_length=64, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Return what every session of this person must carry; raising `session_epoch` ends all of them."""
        return f"{super().get_session_auth_hash()}-{self.session_epoch}"


class Membership(models.Model):
    """A person's role in an organisation, from its making until it is ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(_("角色"), max_length=24, choices=list(ROLE_LABELS.items()))
    scope_path = scope_path_field()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        indexes = [models.Index(fields=["scope_path"], name="membership_scope")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(ended_at__isnull=True),
                name="one_live_membership_per_role",
            ),
        ]


class Invitation(models.Model):
    """An offer of a membership. Only the hash of its token is kept; the token itself is shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    role = models.CharField(_("角色"), max_length=24, choices=list(ROLE_LABELS.items()))
    name = models.CharField(_("姓名"), max_length=40)
    token_hash = models.CharField(max_length=64, unique=True)
    scope_path = scope_path_field()
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["scope_path"], name="invitation_scope")]


class ScopeGrant(models.Model):
    """A territory opened to an organisation for a purpose and a time, beyond its own place in the tree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    purpose = models.CharField(max_length=20, choices=[("review", _("审核"))])
    scope_path = scope_path_field()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "purpose"], name="grant_organisation")]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=models.F("opens_at")), name="grant_opens_first")
        ]
