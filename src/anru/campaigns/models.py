"""Campaigns: what is asked, of whom, how far it is, and who decided what."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anru.accounts.models import scope_path_field
from anru.campaigns.labels import CAMPAIGN_LABELS, OBLIGATION_LABELS
from anru.campaigns.states import (
    CAMPAIGN_MACHINE,
    OBLIGATION_MACHINE,
    CampaignState,
    ObligationState,
)
from anru.kernel.ids import new_id


class Campaign(models.Model):
    """A plan with a document number, a basis and a period, in a region and everything below it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+", verbose_name=_("范围"))
    scope_path = scope_path_field()
    name = models.CharField(_("行动名称"), max_length=120)
    document_number = models.CharField(_("文号"), max_length=60)
    basis = models.TextField(_("依据"), max_length=1000, blank=True)
    starts_on = models.DateField(_("开始日期"))
    due_on = models.DateField(_("完成期限"))
    state = models.CharField(max_length=10, choices=list(CAMPAIGN_LABELS.items()), default=CampaignState.DRAFT.value)
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    job = models.ForeignKey("jobs.Job", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-starts_on", "name")
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("starts_on")), name="campaign_ends_after_start"),
            models.UniqueConstraint(fields=["region", "document_number", "name"], name="one_campaign_of_a_name"),
        ]
        triggers = [
            pgtrigger.FSM(name="campaign_moves", field="state", transitions=list(CAMPAIGN_MACHINE.transitions()))
        ]

    def __str__(self) -> str:
        return self.name


class RequiredItem(models.Model):
    """One item that a campaign asks for. `spec` is the rulebook's entry as the bureau edited it before dispatch."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="items")
    scope_path = scope_path_field()
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    title = models.CharField(_("名称"), max_length=80)
    title_en = models.CharField(max_length=120, blank=True)
    per = models.CharField(max_length=10, choices=[("enterprise", _("每家企业")), ("space", _("每个有限空间"))])
    spec = models.JSONField()
    edition = models.CharField(max_length=64)
    edited = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["campaign", "code"], name="one_item_of_a_code")]

    @property
    def shown_title(self) -> str:
        """The title in the language of the page; one that the bureau wrote itself has only that one."""
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title


class Participation(models.Model):
    """An enterprise in a campaign. The counts follow its obligations by trigger; `complete` is derived from them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="participations")
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="participations")
    scope_path = scope_path_field()
    industry = models.CharField(max_length=30)
    total_n = models.IntegerField(default=0, editable=False)
    done_n = models.IntegerField(default=0, editable=False)
    complete = models.GeneratedField(
        expression=models.Case(
            models.When(Q(left_at__isnull=True, total_n__gt=0, done_n=F("total_n")), then=models.Value(True)),
            default=models.Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "scope_path"], name="participation_campaign_scope")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "enterprise"], name="one_participation"),
            models.CheckConstraint(
                condition=Q(total_n__gte=0, done_n__gte=0, done_n__lte=F("total_n")),
                name="participation_counts",
            ),
        ]


class Obligation(models.Model):
    """One enterprise × one item, × one space where the item is per space."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="obligations")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="obligations")
    item = models.ForeignKey(RequiredItem, models.PROTECT, related_name="obligations")
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="obligations")
    space = models.ForeignKey("registry.ConfinedSpace", models.PROTECT, null=True, related_name="obligations")
    scope_path = scope_path_field()
    state = models.CharField(max_length=10, choices=list(OBLIGATION_LABELS.items()), default=ObligationState.OWED.value)
    due_on = models.DateField()
    submitted_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("campaign_id", "scope_path", "item__position")
        indexes = [
            models.Index(fields=["campaign", "scope_path"], name="obligation_campaign_scope"),
            models.Index(fields=["enterprise", "campaign"], name="obligation_enterprise"),
            models.Index(
                fields=["campaign", "submitted_at", "id"],
                condition=Q(state__in=["submitted", "reopened", "in_review"]),
                name="obligation_waiting",
            ),
            models.Index(fields=["claimed_by"], condition=Q(state="in_review"), name="obligation_claimed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "enterprise", "item", "space"],
                nulls_distinct=False,
                name="one_obligation_per_item",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ObligationState]),
                name="obligation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="in_review", claimed_by__isnull=False, claimed_until__isnull=False)
                | (~Q(state="in_review") & Q(claimed_by__isnull=True, claimed_until__isnull=True)),
                name="claimed_exactly_in_review",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "in_review", "accepted", "returned"])
                | Q(submitted_at__isnull=False),
                name="submitted_has_moment",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="obligation_moves", field="state", transitions=list(OBLIGATION_MACHINE.transitions()))
        ]


class Submission(models.Model):
    """What an enterprise put forward for an obligation, version by version. A submitted version is never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="submissions")
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="+")
    scope_path = scope_path_field()
    number = models.PositiveSmallIntegerField()
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    statement = models.TextField(max_length=2000, blank=True)
    fields = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["obligation", "number"], name="one_submission_per_number"),
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(submitted_at__isnull=True), name="one_open_draft"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="submitted_stands",
                operation=pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]
                    "statement", "fields", "person_id", "organisation_id", "submitted_at"
                ),
                condition=pgtrigger.Q(old__submitted_at__isnull=False),
            )
        ]


class SubmissionFile(models.Model):
    """A file in its slot of a submission."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="files")
    file = models.ForeignKey("evidence.File", models.PROTECT, related_name="+")
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="+")
    scope_path = scope_path_field()
    slot = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("slot", "position", "id")
        constraints = [
            models.UniqueConstraint(fields=["submission", "file", "slot"], name="one_use_of_a_file_per_slot")
        ]


class Decision(models.Model):
    """A reviewer's verdict on one submission. Setting it aside adds to the row; the verdict itself never changes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="decisions")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="decisions")
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="+")
    scope_path = scope_path_field()
    verdict = models.CharField(max_length=10, choices=[("accepted", _("通过")), ("returned", _("退回"))])
    reason_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    words = models.TextField(max_length=1000, blank=True)
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    # The name on the day of the verdict. The enterprise reads it here: the reviewer's own row is out of its sight.
    organisation_name = models.CharField(max_length=120)
    author_person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    author_organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    set_aside_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("decided_at",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(organisation=F("author_organisation")), name="nobody_reviews_own_organisation"
            ),
            models.CheckConstraint(condition=~Q(person=F("author_person")), name="nobody_reviews_own_work"),
            models.CheckConstraint(
                condition=Q(verdict="accepted") | (Q(verdict="returned") & ~Q(reason_codes=[])),
                name="return_needs_reason",
            ),
            models.UniqueConstraint(
                fields=["submission"], condition=Q(set_aside_at__isnull=True), name="one_standing_decision"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="decision_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="verdict_stands",
                fields=[
                    "obligation",
                    "submission",
                    "verdict",
                    "reason_codes",
                    "words",
                    "person",
                    "organisation",
                ],
            ),
        ]


class ReviewAssignment(models.Model):
    """A provider is appointed to review a campaign in a region for a time; the grant opens the territory."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="review_assignments")
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+")
    grant = models.OneToOneField("accounts.ScopeGrant", models.PROTECT, related_name="+")
    scope_path = scope_path_field()
    opens_on = models.DateField()
    closes_on = models.DateField()
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("scope_path",)
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "organisation", "region"],
                condition=Q(ended_at__isnull=True),
                name="one_live_assignment",
            )
        ]


class Urge(models.Model):
    """A reminder from an office to one enterprise; at most one per office and calendar day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="urges")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="urges")
    enterprise = models.ForeignKey("registry.Enterprise", models.PROTECT, related_name="urges")
    scope_path = scope_path_field()
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    urged_on = models.DateField()
    urged_at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-urged_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "organisation", "urged_on"], name="one_urge_per_office_and_day"
            )
        ]


class Tally(models.Model):
    """Signed counts by town, written by triggers in the same transaction as what they count.

    The sum of `n` over a group is exact at every moment; compaction only merges rows. Counting 600,000 obligations at
    each look at the cockpit would not be.
    """

    id = models.BigAutoField(primary_key=True)
    # DO_NOTHING: the application may not write here, not even to delete; the database's own constraint still stands.
    campaign = models.ForeignKey(Campaign, models.DO_NOTHING, related_name="+")
    scope_path = scope_path_field()
    kind = models.CharField(max_length=10, choices=[("obligation", "obligation"), ("enterprise", "enterprise")])
    item = models.ForeignKey(RequiredItem, models.DO_NOTHING, null=True, related_name="+")
    industry = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=10)
    n = models.BigIntegerField()

    class Meta:
        # Everything that is added up stands in the index, so that adding it up reads nothing else.
        indexes = [
            models.Index(
                fields=["campaign", "scope_path"],
                include=["kind", "item", "industry", "state", "n"],
                name="tally_group",
            )
        ]


class Snapshot(models.Model):
    """How far a campaign was in one region at the end of one day."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="snapshots")
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+")
    scope_path = scope_path_field()
    day = models.DateField()
    total_n = models.PositiveIntegerField()
    complete_n = models.PositiveIntegerField()
    owed_n = models.PositiveIntegerField()
    accepted_n = models.PositiveIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ("day",)
        constraints = [models.UniqueConstraint(fields=["campaign", "region", "day"], name="one_snapshot_a_day")]
