"""One enterprise, one file: the enterprise, its sites, its confined spaces, and the imports that brought them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anru.accounts.models import scope_path_field
from anru.kernel.ids import new_id
from anru.registry.labels import CATEGORY_LABELS, ISOLATION_STATE_LABELS, OPENING_LABELS
from anru.registry.states import IMPORT_MACHINE, ImportStage, IsolationState, Opening, ScopeCategory

DecimalIn = str | float | Decimal | None
DecimalOut = Decimal | None


def latitude_field() -> models.DecimalField[DecimalIn, DecimalOut]:
    """Return a column for a latitude in degrees, WGS 84."""
    return models.DecimalField(
        _("纬度"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )


def longitude_field() -> models.DecimalField[DecimalIn, DecimalOut]:
    """Return a column for a longitude in degrees, WGS 84."""
    return models.DecimalField(
        _("经度"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )


def metres_field(label: Any) -> models.DecimalField[DecimalIn, DecimalOut]:
    """Return a column for a length in metres, to the centimetre."""
    return models.DecimalField(
        label, max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Enterprise(models.Model):
    """The file of one enterprise. Shares its key with the organisation that its people belong to."""

    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, primary_key=True)
    scope_path = scope_path_field()
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("企业名称"), max_length=120)
    name_pinyin = models.CharField(max_length=400, editable=False, blank=True)
    industry = models.CharField(_("行业"), max_length=30)
    town = models.ForeignKey("accounts.Region", models.PROTECT, related_name="enterprises", verbose_name=_("所属镇街"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    lat = latitude_field()
    lon = longitude_field()
    principal_name = models.CharField(_("主要负责人"), max_length=40, blank=True)
    principal_phone = models.CharField(_("主要负责人电话"), max_length=20, blank=True)
    contact_name = models.CharField(_("安全管理人员"), max_length=40, blank=True)
    contact_phone = models.CharField(_("安全管理人员电话"), max_length=20, blank=True)
    headcount = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    category = models.CharField(
        _("监管类别"), max_length=20, choices=CATEGORY_LABELS, default=ScopeCategory.IN_SCOPE.value
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("scope_path",)
        indexes = [
            models.Index(fields=["scope_path"], name="enterprise_scope"),
            models.Index(fields=["town", "industry"], name="enterprise_town_industry"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="enterprise_name_trgm"),
            GinIndex(fields=["name_pinyin"], opclasses=["gin_trgm_ops"], name="enterprise_pinyin_trgm"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "scope_path"], name="enterprise_id_scope"),
            models.CheckConstraint(
                condition=Q(category__in=[category.value for category in ScopeCategory]),
                name="enterprise_category_known",
            ),
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                name="enterprise_credit_code_shape",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where an enterprise works; the first one is its registered address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="sites")
    scope_path = scope_path_field()
    name = models.CharField(_("厂区名称"), max_length=80)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    lat = latitude_field()
    lon = longitude_field()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["enterprise", "name"], name="one_site_of_a_name")]

    def __str__(self) -> str:
        return self.name


class ConfinedSpace(models.Model):
    """One confined space in the ledger that Order 13 art. 6 asks for. `card_token` is what its QR label carries."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="spaces")
    site = models.ForeignKey(Site, models.PROTECT, related_name="spaces", verbose_name=_("厂区"))
    scope_path = scope_path_field()
    number = models.CharField(_("编号"), max_length=30)
    name = models.CharField(_("名称"), max_length=80)
    space_class = models.CharField(_("类型"), max_length=20)
    sub_type = models.CharField(_("具体类型"), max_length=40, blank=True)
    opening = models.CharField(_("敞开形式"), max_length=12, choices=OPENING_LABELS, default=Opening.CLOSED.value)
    location = models.CharField(_("位置"), max_length=200, blank=True)
    lat = latitude_field()
    lon = longitude_field()
    length_m = metres_field(_("长(米)"))
    width_m = metres_field(_("宽或直径(米)"))
    depth_m = metres_field(_("深或高(米)"))
    volume_m3 = models.DecimalField(
        _("容积(立方米)"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    entrances_n = models.PositiveSmallIntegerField(_("出入口数量"), default=1)
    entrance_note = models.CharField(_("出入口说明"), max_length=200, blank=True)
    hazards = ArrayField(models.CharField(max_length=30), verbose_name=_("危险有害因素"), default=list, blank=True)
    consequences = ArrayField(models.CharField(max_length=30), verbose_name=_("可能后果"), default=list, blank=True)
    controls = models.TextField(_("防控措施"), max_length=1000, blank=True)
    isolation_kind = models.CharField(_("物理隔离方式"), max_length=20, blank=True)
    isolation_state = models.CharField(
        _("物理隔离状态"), max_length=12, choices=ISOLATION_STATE_LABELS, default=IsolationState.NONE.value
    )
    isolation_checked_on = models.DateField(_("隔离检查日期"), null=True, blank=True)
    lock_keeper = models.CharField(_("钥匙保管人"), max_length=40, blank=True)
    card_token = models.CharField(max_length=32, unique=True, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("enterprise_id", "number")
        indexes = [models.Index(fields=["scope_path"], name="space_scope")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "number"], name="one_space_of_a_number"),
            models.CheckConstraint(
                condition=Q(opening__in=[opening.value for opening in Opening]), name="space_opening_known"
            ),
            models.CheckConstraint(
                condition=Q(isolation_state__in=[state.value for state in IsolationState]),
                name="space_isolation_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(isolation_state="in_place") | ~Q(isolation_kind=""),
                name="isolation_in_place_has_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RosterImport(models.Model):
    """One roster file on its way into the registry, stage by stage. Nothing is written before `apply`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope_path = scope_path_field()
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=12, default=ImportStage.UPLOADED.value)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=100, blank=True)
    header_row = models.PositiveIntegerField(default=1)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    refusal = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at",)
        triggers = [
            pgtrigger.FSM(
                name="import_moves",
                field="stage",
                transitions=list(IMPORT_MACHINE.transitions()),
            )
        ]


class RosterRow(models.Model):
    """One row of a roster as judged: what it would create or change, or why it cannot."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(RosterImport, models.CASCADE, related_name="rows")
    scope_path = scope_path_field()
    row_no = models.PositiveIntegerField()
    outcome = models.CharField(
        max_length=8,
        choices=[("create", _("新增")), ("change", _("变更")), ("same", _("无变化")), ("error", _("有错误"))],
    )
    credit_code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ("run_id", "row_no")
        constraints = [models.UniqueConstraint(fields=["run", "row_no"], name="one_verdict_per_row")]
        indexes = [models.Index(fields=["run", "outcome", "row_no"], name="roster_row_outcome")]
