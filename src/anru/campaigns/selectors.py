"""Reading campaigns, always as an actor."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from anru.accounts.scope import within
from anru.campaigns.access import (
    OBLIGATION_READERS,
    scope_assignments,
    scope_campaigns,
    scope_decisions,
    scope_items,
    scope_obligations,
    scope_participations,
    scope_submissions,
    scope_urges,
)
from anru.campaigns.models import (
    Campaign,
    Decision,
    Obligation,
    Participation,
    RequiredItem,
    ReviewAssignment,
    Submission,
    SubmissionFile,
)
from anru.campaigns.services.review import waiting_for
from anru.campaigns.states import WITH_ENTERPRISE, CampaignState, ObligationState
from anru.evidence.models import File, SpacePhoto
from anru.kernel.actor import Actor

MOST_COUNTED = 1000


def campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Return the campaigns that the actor sees, latest first."""
    return scope_campaigns(actor).select_related("region")


def campaign(actor: Actor, campaign_id: uuid.UUID) -> Campaign | None:
    """Return one campaign that the actor sees, or None."""
    return campaigns(actor).filter(pk=campaign_id).first()


def current_campaign(actor: Actor) -> Campaign | None:
    """Return the running campaign with the nearest deadline that concerns the actor, else the last one, or None."""
    rows = campaigns(actor).exclude(state=CampaignState.DRAFT)
    return rows.filter(state=CampaignState.RUNNING).order_by("due_on").first() or rows.order_by("-due_on").first()


def items(actor: Actor, campaign_id: uuid.UUID) -> QuerySet[RequiredItem]:
    """Return a campaign's items in order."""
    return scope_items(actor).filter(campaign_id=campaign_id)


def assignments(actor: Actor, campaign_id: uuid.UUID | None = None) -> QuerySet[ReviewAssignment]:
    """Return review assignments that the actor sees, of one campaign if given."""
    rows = scope_assignments(actor).select_related("organisation", "region", "campaign")
    return rows.filter(campaign_id=campaign_id) if campaign_id else rows


@dataclass(frozen=True, slots=True)
class ObligationFilter:
    """What a list of obligations is narrowed to; empty means all."""

    campaign_id: uuid.UUID | None = None
    item_code: str = ""
    state: str = ""
    town_path: str = ""
    industry: str = ""
    search: str = ""
    late_on: datetime | None = None


def obligations(actor: Actor, wanted: ObligationFilter) -> QuerySet[Obligation]:
    """Return the obligations that the actor sees and the filter keeps."""
    rows = scope_obligations(actor).select_related("item", "enterprise", "enterprise__town", "space", "campaign")
    if wanted.campaign_id:
        rows = rows.filter(campaign_id=wanted.campaign_id)
    if wanted.item_code:
        rows = rows.filter(item__code=wanted.item_code)
    if wanted.state == "open":
        rows = rows.exclude(state__in=[ObligationState.ACCEPTED, ObligationState.WAIVED])
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.town_path:
        rows = rows.filter(enterprise__town__path=wanted.town_path)
    if wanted.industry:
        rows = rows.filter(participation__industry=wanted.industry)
    if wanted.search:
        rows = rows.filter(Q(enterprise__name__icontains=wanted.search) | Q(enterprise__credit_code=wanted.search))
    return rows.order_by("scope_path", "item__position", "space__number")


@dataclass(frozen=True, slots=True)
class ParticipationFilter:
    """What a list of participating enterprises is narrowed to; empty means all."""

    standing: str = ""
    town_path: str = ""
    industry: str = ""
    search: str = ""


def participations(actor: Actor, campaign_id: uuid.UUID, wanted: ParticipationFilter) -> QuerySet[Participation]:
    """Return the enterprises in a campaign, with the number of their items that are done and owed."""
    rows = scope_participations(actor).filter(campaign_id=campaign_id).select_related("enterprise", "enterprise__town")
    if wanted.standing == "left":
        rows = rows.filter(left_at__isnull=False)
    else:
        rows = rows.filter(left_at__isnull=True)
    if wanted.standing in {"complete", "open"}:
        rows = rows.filter(complete=wanted.standing == "complete")
    if wanted.town_path:
        rows = rows.filter(enterprise__town__path=wanted.town_path)
    if wanted.industry:
        rows = rows.filter(industry=wanted.industry)
    if wanted.search:
        rows = rows.filter(Q(enterprise__name__icontains=wanted.search) | Q(enterprise__credit_code=wanted.search))
    return rows.order_by("scope_path")


def items_done(participation_ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Return (items done, items owed) of each participation; an item is done when each of its obligations is."""
    rows = (
        Obligation.objects.filter(participation_id__in=participation_ids)
        .exclude(state=ObligationState.WAIVED)
        .values("participation_id", "item_id")
        .annotate(open_n=Count("pk", filter=~Q(state=ObligationState.ACCEPTED)))
    )
    sums: dict[uuid.UUID, tuple[int, int]] = {}
    for row in rows:
        done, owed = sums.get(row["participation_id"], (0, 0))
        sums[row["participation_id"]] = (done + (row["open_n"] == 0), owed + 1)
    return sums


def last_urges(actor: Actor, participation_ids: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return when each participation was last urged."""
    rows = scope_urges(actor).filter(participation_id__in=participation_ids).order_by("urged_at")
    return dict(rows.values_list("participation_id", "urged_at"))


def obligation(actor: Actor, obligation_id: uuid.UUID) -> Obligation | None:
    """Return one obligation that the actor sees, or None."""
    rows = scope_obligations(actor).select_related(
        "item", "enterprise", "enterprise__town", "space", "campaign", "claimed_by"
    )
    return rows.filter(pk=obligation_id).first()


def own_obligations(actor: Actor, campaign_id: uuid.UUID) -> list[Obligation]:
    """Return what the actor's enterprise owes in a campaign, in the order of the items."""
    rows = scope_obligations(actor).filter(campaign_id=campaign_id, enterprise_id=actor.enterprise_id)
    return list(rows.select_related("item", "space").order_by("item__position", "space__number"))


def submissions(actor: Actor, obligation_id: uuid.UUID) -> list[Submission]:
    """Return the versions of one obligation that the actor may read, newest first, with their files.

    Organisations are not joined: the author's row is hidden from a reviewer, and the join would hide the proof with it.
    """
    files = Prefetch("files", SubmissionFile.objects.select_related("file"))
    return list(
        scope_submissions(actor)
        .filter(obligation_id=obligation_id)
        .select_related("person")
        .prefetch_related(files)
        .order_by("-number")
    )


def decisions(actor: Actor, obligation_id: uuid.UUID) -> list[Decision]:
    """Return the decisions on one obligation, newest first."""
    return list(
        scope_decisions(actor)
        .filter(obligation_id=obligation_id)
        .select_related("person", "set_aside_by", "submission")
        .order_by("-decided_at")
    )


def file_in_scope(actor: Actor, file_id: uuid.UUID) -> File | None:
    """Return a file that the actor may look at: of the own territory, or submitted in a review territory."""
    rows = within(File.objects.all(), actor, reviewing=True).filter(pk=file_id)
    if not (actor.is_system or actor.enterprise_id):
        # What an enterprise has uploaded and not put forward is its own paper.
        submitted = SubmissionFile.objects.filter(file_id=OuterRef("pk"), submission__submitted_at__isnull=False)
        shown = SpacePhoto.objects.filter(file_id=OuterRef("pk"), removed_at__isnull=True)
        rows = rows.filter(Exists(submitted) | Exists(shown))
    return rows.first() if actor.is_system or actor.role in OBLIGATION_READERS else None


def queue(actor: Actor, at: datetime) -> QuerySet[Obligation]:
    """Return what waits for the actor's review, oldest first."""
    return (
        waiting_for(actor, at)
        .select_related("item", "enterprise", "enterprise__town", "space")
        .order_by("submitted_at", "pk")
    )


def queue_length(actor: Actor, at: datetime) -> int:
    """Return how many wait for the actor's review, counted no further than `MOST_COUNTED`."""
    return counted(waiting_for(actor, at))


def counted(rows: QuerySet[Obligation]) -> int:
    """Return how many rows there are, counted no further than `MOST_COUNTED`."""
    return rows.order_by()[:MOST_COUNTED].count()


def claimed(actor: Actor) -> QuerySet[Obligation]:
    """Return what the actor has claimed and not decided."""
    return scope_obligations(actor).filter(claimed_by_id=actor.person_id, state=ObligationState.IN_REVIEW)


def enterprise_counts(actor: Actor) -> dict[str, int]:
    """Return how many obligations of the actor's enterprise stand in each state, over running campaigns."""
    rows = (
        scope_obligations(actor)
        .filter(enterprise_id=actor.enterprise_id, campaign__state=CampaignState.RUNNING)
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    return dict(rows)


def to_do_of_enterprise(actor: Actor) -> QuerySet[Obligation]:
    """Return what lies with the actor's enterprise, nearest deadline first; returned ones lead."""
    return (
        scope_obligations(actor)
        .filter(
            enterprise_id=actor.enterprise_id,
            state__in=WITH_ENTERPRISE,
            campaign__state=CampaignState.RUNNING,
        )
        .select_related("item", "space", "campaign")
        .annotate(returned_first=Q(state=ObligationState.RETURNED))
        .order_by("-returned_first", "due_on", F("item__position"), "space__number")
    )
