"""The bureau's side: make a campaign, choose its items, appoint reviewers, close it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from anru.accounts.access import scope_organisations, scope_regions
from anru.accounts.models import Organisation, Region, ScopeGrant
from anru.accounts.services import scope_grant_open, scope_grant_revoke
from anru.accounts.states import OrganisationKind
from anru.campaigns import errors
from anru.campaigns.access import can_keep_campaign, scope_assignments, scope_campaigns
from anru.campaigns.items import default_items
from anru.campaigns.models import Campaign, RequiredItem, ReviewAssignment
from anru.campaigns.services.records import record_campaign
from anru.campaigns.spec import problems_of
from anru.campaigns.states import CAMPAIGN_MACHINE, CampaignState
from anru.kernel.actor import Actor
from anru.kernel.clock import LEGAL_ZONE, end_of_legal_day
from anru.kernel.decision import Refusal, Refused
from anru.kernel.ids import new_id
from anru.rulebook.errors import RuleNotInForce


def campaign_create(
    *,
    actor: Actor,
    at: datetime,
    region_id: uuid.UUID,
    name: str,
    document_number: str,
    basis: str,
    starts_on: date,
    due_on: date,
) -> Campaign:
    """A draft campaign stands with the rulebook's default items, ready to be edited and dispatched.

    Refuses: campaign.not_keeper; campaign.region_outside; campaign.period; campaign.no_rulebook; campaign.name_taken.
    """
    if not can_keep_campaign(actor):
        raise Refused(errors.NOT_KEEPER)
    region = scope_regions(actor).filter(pk=region_id).first()
    if region is None:
        raise Refused(errors.REGION_OUTSIDE)
    if due_on < starts_on:
        raise Refused(errors.PERIOD_WRONG)
    items = _items_on(starts_on)
    campaign = Campaign(
        id=new_id(),
        region=region,
        scope_path=region.path,
        name=name.strip(),
        document_number=document_number.strip(),
        basis=basis.strip(),
        starts_on=starts_on,
        due_on=due_on,
        person_id=actor.own_person_id,
        created_at=at,
    )
    _insert(campaign, errors.ALREADY_NAMED)
    RequiredItem.objects.bulk_create(
        RequiredItem(id=new_id(), campaign=campaign, scope_path=campaign.scope_path, position=position, **item)
        for position, item in enumerate(items, start=1)
    )
    record_campaign(campaign, "campaign.created", actor=actor, at=at, name=campaign.name, due_on=due_on)
    return campaign


def lock_campaign(campaign_id: uuid.UUID, *, actor: Actor) -> Campaign:
    """Return the campaign, locked, if the actor keeps it. Refuses: not_found; campaign.not_keeper."""
    if not scope_campaigns(actor).filter(pk=campaign_id).exists():
        raise Refused(errors.NOT_FOUND)
    if not can_keep_campaign(actor):
        raise Refused(errors.NOT_KEEPER)
    campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
    if campaign is None:
        raise Refused(errors.NOT_KEEPER)
    return campaign


def item_edit(
    *,
    actor: Actor,
    at: datetime,
    campaign_id: uuid.UUID,
    item_id: uuid.UUID,
    title: str,
    spec: Mapping[str, Any],
) -> RequiredItem:
    """The item of the draft campaign has the given title and content, marked as edited by the bureau.

    Refuses: not_found; campaign.not_keeper; campaign.not_draft; item.invalid – names what is missing.
    """
    campaign = _lock_draft(campaign_id, actor=actor)
    item = campaign.items.filter(pk=item_id).first()
    if item is None:
        raise Refused(errors.NOT_FOUND)
    problems = problems_of(spec) + ([] if title.strip() else ["title"])
    if problems:
        raise Refused(errors.ITEM_INVALID, problem="、".join(problems))
    if title.strip() != item.title:
        # The English title would say something else than the bureau does now.
        item.title, item.title_en = title.strip()[:80], ""
    item.spec, item.edited = dict(spec), True
    item.save(update_fields=["title", "title_en", "spec", "edited"])
    record_campaign(campaign, "campaign.item_edited", actor=actor, at=at, item=item.code, title=item.title)
    return item


def item_remove(*, actor: Actor, at: datetime, campaign_id: uuid.UUID, item_id: uuid.UUID) -> None:
    """The draft campaign no longer asks for the item. Refuses: not_found; campaign.not_keeper; campaign.not_draft."""
    campaign = _lock_draft(campaign_id, actor=actor)
    item = campaign.items.filter(pk=item_id).first()
    if item is None:
        raise Refused(errors.NOT_FOUND)
    code = item.code
    item.delete()
    record_campaign(campaign, "campaign.item_removed", actor=actor, at=at, item=code)


def _items_on(day: date) -> list[dict[str, Any]]:
    try:
        return default_items(day)
    except RuleNotInForce as error:
        raise Refused(errors.NO_RULEBOOK, day=day.isoformat()) from error


def assignment_open(
    *,
    actor: Actor,
    at: datetime,
    campaign_id: uuid.UUID,
    organisation_id: uuid.UUID,
    region_id: uuid.UUID,
    opens_on: date,
    closes_on: date,
) -> ReviewAssignment:
    """The provider reviews the campaign in the region from the first day through the last, and sees that territory.

    Refuses: not_found; campaign.not_keeper; assignment.not_provider; campaign.region_outside; campaign.period;
    assignment.exists.
    """
    campaign = lock_campaign(campaign_id, actor=actor)
    provider = _provider(actor, organisation_id)
    region = scope_regions(actor).filter(pk=region_id, path__startswith=campaign.scope_path).first()
    if region is None:
        raise Refused(errors.REGION_OUTSIDE)
    if closes_on < opens_on:
        raise Refused(errors.PERIOD_WRONG)
    grant = _grant(provider, region, opens_on, closes_on, actor=actor, at=at)
    assignment = ReviewAssignment(
        id=new_id(),
        campaign=campaign,
        organisation=provider,
        region=region,
        grant=grant,
        scope_path=region.path,
        opens_on=opens_on,
        closes_on=closes_on,
        person_id=actor.own_person_id,
        created_at=at,
    )
    _insert(assignment, errors.ASSIGNMENT_EXISTS)
    _appointed(assignment, actor=actor, at=at)
    return assignment


def _grant(
    provider: Organisation, region: Region, opens_on: date, closes_on: date, *, actor: Actor, at: datetime
) -> ScopeGrant:
    return scope_grant_open(
        actor=actor,
        at=at,
        organisation=provider,
        purpose="review",
        scope_path=region.path,
        opens_at=datetime(opens_on.year, opens_on.month, opens_on.day, tzinfo=LEGAL_ZONE),
        closes_at=end_of_legal_day(closes_on),
    )


def _appointed(assignment: ReviewAssignment, *, actor: Actor, at: datetime) -> None:
    facts = {"provider": assignment.organisation_id, "region": assignment.region.code}
    record_campaign(assignment.campaign, "campaign.reviewer_appointed", actor=actor, at=at, **facts)


def _provider(actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    provider = scope_organisations(actor).filter(pk=organisation_id).first()
    if provider is None or provider.kind != OrganisationKind.PROVIDER or provider.disabled_at is not None:
        raise Refused(errors.ASSIGNEE_NOT_PROVIDER)
    return provider


def _insert(row: Campaign | ReviewAssignment, taken: Refusal) -> None:
    """The row stands, or the refusal says why a constraint would not have it. A check beforehand would lose a race."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(taken) from error


def assignment_end(*, actor: Actor, at: datetime, assignment_id: uuid.UUID) -> ReviewAssignment:
    """The provider no longer reviews there, from this moment. Refuses: not_found; campaign.not_keeper."""
    assignment = scope_assignments(actor).filter(pk=assignment_id, ended_at__isnull=True).first()
    if assignment is None:
        raise Refused(errors.NOT_FOUND)
    campaign = lock_campaign(assignment.campaign_id, actor=actor)
    assignment.ended_at = at
    assignment.save(update_fields=["ended_at"])
    scope_grant_revoke(actor=actor, at=at, grant=assignment.grant)
    record_campaign(campaign, "campaign.reviewer_ended", actor=actor, at=at, provider=assignment.organisation_id)
    return assignment


def campaign_close(*, actor: Actor, at: datetime, campaign_id: uuid.UUID) -> Campaign:
    """The campaign has ended; nothing in it can be submitted or decided any more.

    Refuses: not_found; campaign.not_keeper; campaign.not_running.
    """
    campaign = lock_campaign(campaign_id, actor=actor)
    if not CAMPAIGN_MACHINE.allows(campaign.state, "close"):
        raise Refused(errors.NOT_RUNNING)
    campaign.state = CampaignState.CLOSED.value
    campaign.save(update_fields=["state"])
    record_campaign(campaign, "campaign.closed", actor=actor, at=at)
    return campaign


def _lock_draft(campaign_id: uuid.UUID, *, actor: Actor) -> Campaign:
    campaign = lock_campaign(campaign_id, actor=actor)
    if campaign.state != CampaignState.DRAFT:
        raise Refused(errors.NOT_DRAFT)
    return campaign
