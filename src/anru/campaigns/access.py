"""Who may see and move what in a campaign."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import StrIndex

from anru.accounts.scope import within
from anru.accounts.states import (
    BUREAU_WORKERS,
    ENTERPRISE_MANAGERS,
    ENTERPRISE_PEOPLE,
    OFFICIALS,
    PROVIDER_PEOPLE,
)
from anru.campaigns.models import (
    Campaign,
    Decision,
    Obligation,
    Participation,
    RequiredItem,
    ReviewAssignment,
    Submission,
    Urge,
)
from anru.campaigns.states import CampaignState
from anru.kernel.actor import Actor

M = TypeVar("M", bound=Model)
OBLIGATION_READERS = OFFICIALS | ENTERPRISE_PEOPLE | PROVIDER_PEOPLE


def scope_campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Return the campaigns of the actor's territory and those whose region contains it; drafts only to the bureau."""
    rows = Campaign.objects.all()
    if actor.is_system:
        return rows
    if actor.role not in OBLIGATION_READERS:
        return rows.none()
    inside = within(rows, actor, reviewing=True).values("pk")
    places = [path for path in (actor.scope_path, *actor.review_paths) if path]
    above = Q(pk__in=[])
    for place in places:
        above |= Q(pk__in=rows.annotate(at=StrIndex(Value(place), "scope_path")).filter(at=1).values("pk"))
    visible = rows.filter(Q(pk__in=inside) | above)
    return visible if actor.role in BUREAU_WORKERS else visible.exclude(state=CampaignState.DRAFT)


def scope_items(actor: Actor) -> QuerySet[RequiredItem]:
    """Return the items of the campaigns that the actor sees."""
    return RequiredItem.objects.filter(campaign__in=scope_campaigns(actor))


def scope_participations(actor: Actor) -> QuerySet[Participation]:
    """Return the enterprises' participations in the actor's territory and review territories."""
    return _readers_only(within(Participation.objects.all(), actor, reviewing=True), actor)


def scope_obligations(actor: Actor) -> QuerySet[Obligation]:
    """Return the obligations in the actor's territory and review territories."""
    return _readers_only(within(Obligation.objects.all(), actor, reviewing=True), actor)


def scope_submissions(actor: Actor) -> QuerySet[Submission]:
    """Return the submissions in the actor's territory, and submitted ones in review territories."""
    rows = _readers_only(within(Submission.objects.all(), actor, reviewing=True), actor)
    # A draft is the enterprise's own paper: nobody else reads it before it is put forward.
    return rows if actor.is_system or actor.enterprise_id else rows.filter(submitted_at__isnull=False)


def scope_decisions(actor: Actor) -> QuerySet[Decision]:
    """Return the decisions in the actor's territory and review territories."""
    return _readers_only(within(Decision.objects.all(), actor, reviewing=True), actor)


def scope_urges(actor: Actor) -> QuerySet[Urge]:
    """Return the urges in the actor's territory."""
    return _readers_only(within(Urge.objects.all(), actor), actor)


def scope_assignments(actor: Actor) -> QuerySet[ReviewAssignment]:
    """Return the review assignments that the bureau gave in its territory, or a provider's own."""
    rows = ReviewAssignment.objects.all()
    if actor.is_system or actor.role in BUREAU_WORKERS:
        return within(rows, actor)
    if actor.role in PROVIDER_PEOPLE:
        return rows.filter(organisation_id=actor.own_organisation_id)
    return rows.none()


def _readers_only(rows: QuerySet[M], actor: Actor) -> QuerySet[M]:
    return rows if actor.is_system or actor.role in OBLIGATION_READERS else rows.none()


def can_keep_campaign(actor: Actor) -> bool:
    """Return whether the actor makes, edits, dispatches and closes campaigns."""
    return actor.is_system or actor.role in BUREAU_WORKERS


def can_prove(actor: Actor, obligation: Obligation) -> bool:
    """Return whether the actor fills in and submits this obligation."""
    return actor.role in ENTERPRISE_MANAGERS and actor.organisation_id == obligation.enterprise_id


def live_assignments(actor: Actor, on: date) -> list[tuple[UUID, str]]:
    """Return (campaign, territory path) of each review assignment of the actor's organisation that is open on a day."""
    if actor.role not in PROVIDER_PEOPLE:
        return []
    rows = ReviewAssignment.objects.filter(
        organisation_id=actor.own_organisation_id, ended_at__isnull=True, opens_on__lte=on, closes_on__gte=on
    )
    return list(rows.values_list("campaign_id", "scope_path"))


def can_review(assignments: list[tuple[UUID, str]], obligation: Obligation) -> bool:
    """Return whether one of the live assignments covers this obligation's campaign and place."""
    return any(
        obligation.campaign_id == campaign_id and obligation.scope_path.startswith(path)
        for campaign_id, path in assignments
    )


def can_reopen(actor: Actor) -> bool:
    """Return whether the actor sets decisions aside."""
    return actor.role in BUREAU_WORKERS


def can_urge(actor: Actor) -> bool:
    """Return whether the actor urges enterprises."""
    return actor.role in OFFICIALS


def can_waive(actor: Actor) -> bool:
    """Return whether the actor waives single obligations."""
    return actor.is_system or actor.role in BUREAU_WORKERS


def can_see_cockpit(actor: Actor) -> bool:
    """Return whether the actor opens the figures of a territory."""
    return actor.role in OFFICIALS
