"""Giving a campaign out, and keeping it in step with who joins, leaves, and which spaces there are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from anru.campaigns import errors
from anru.campaigns.events import CampaignDispatched
from anru.campaigns.items import applies_to
from anru.campaigns.models import Campaign, Obligation, Participation, RequiredItem
from anru.campaigns.services.campaign import lock_campaign
from anru.campaigns.services.moves import move_obligation
from anru.campaigns.services.records import record_campaign
from anru.campaigns.spec import problems_of
from anru.campaigns.states import CAMPAIGN_MACHINE, CampaignState, ObligationState
from anru.jobs.models import Job
from anru.jobs.services import job_open
from anru.jobs.states import JobState
from anru.kernel.actor import Actor, path_range
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.wiring import announce
from anru.registry.models import ConfinedSpace, Enterprise
from anru.registry.states import ScopeCategory


def campaign_dispatch(*, actor: Actor, at: datetime, campaign_id: uuid.UUID, job: Job | None = None) -> Campaign:
    """The campaign runs; its items can no longer be edited. Obligations are made in batches by `dispatch_batch`.

    Refuses: not_found; campaign.not_keeper; campaign.not_draft; campaign.no_items; item.invalid.
    """
    campaign = lock_campaign(campaign_id, actor=actor)
    if not CAMPAIGN_MACHINE.allows(campaign.state, "dispatch"):
        raise Refused(errors.NOT_DRAFT)
    items = list(campaign.items.all())
    if not items:
        raise Refused(errors.NO_ITEMS)
    for item in items:
        problems = problems_of(item.spec)
        if problems:
            raise Refused(errors.ITEM_INVALID, problem=f"{item.title}: {'、'.join(problems)}")
    campaign.state, campaign.dispatched_at, campaign.job = CampaignState.RUNNING.value, at, job
    campaign.save(update_fields=["state", "dispatched_at", "job"])
    record_campaign(
        campaign,
        "campaign.dispatched",
        actor=actor,
        at=at,
        items=[item.code for item in items],
        edition=items[0].edition,
    )
    announce(CampaignDispatched(campaign.pk, campaign.scope_path), actor=actor, at=at)
    return campaign


def campaign_dispatch_again(*, actor: Actor, at: datetime, campaign_id: uuid.UUID) -> Job:
    """A job in the actor's name goes on where the failed dispatch of the running campaign had come to.

    Refuses: not_found; campaign.not_keeper; campaign.not_draft – its dispatch has not failed.
    """
    campaign = lock_campaign(campaign_id, actor=actor)
    failed = failed_dispatch(campaign)
    if failed is None:
        raise Refused(errors.NOT_DRAFT)
    campaign.job = job_open(actor=actor, kind=failed.kind, title=failed.title, at=at, resumes=failed)
    campaign.save(update_fields=["job"])
    record_campaign(campaign, "campaign.dispatch_resumed", actor=actor, at=at, done=failed.done_n)
    return campaign.job


def failed_dispatch(campaign: Campaign) -> Job | None:
    """Return the job of a running campaign's dispatch if it has failed, else None."""
    if campaign.state != CampaignState.RUNNING or campaign.job_id is None:
        return None
    # Asked for by key: whoever sees the campaign from below does not see the job, and following the key would raise.
    return Job.objects.filter(pk=campaign.job_id, state=JobState.FAILED).first()


def enterprises_in_scope(campaign: Campaign) -> int:
    """Return how many enterprises the campaign reaches."""
    return _reached(campaign).count()


def dispatch_batch(*, campaign: Campaign, at: datetime, after: str, size: int = 500) -> tuple[int, str]:
    """The next `size` enterprises after scope path `after` take part and owe their items.

    Returns (how many, the path to go on after). Doing a batch twice adds nothing: the constraints hold one
    participation and one obligation for each.
    """
    batch = list(_reached(campaign).filter(scope_path__gt=after).order_by("scope_path")[:size])
    if not batch:
        return 0, after
    enterprises_join(campaign=campaign, enterprises=batch, at=at)
    return len(batch), batch[-1].scope_path


def enterprises_join(*, campaign: Campaign, enterprises: Sequence[Enterprise], at: datetime) -> None:
    """Each of the enterprises takes part in the running campaign and owes what applies to it."""
    Participation.objects.bulk_create(
        [
            Participation(
                id=new_id(),
                campaign=campaign,
                enterprise=enterprise,
                scope_path=enterprise.scope_path,
                industry=enterprise.industry,
                joined_at=at,
            )
            for enterprise in enterprises
        ],
        ignore_conflicts=True,
    )
    keys = [enterprise.pk for enterprise in enterprises]
    parts = {
        part.enterprise_id: part
        for part in Participation.objects.filter(campaign=campaign, enterprise_id__in=keys, left_at__isnull=True)
    }
    spaces: dict[uuid.UUID, list[ConfinedSpace]] = {}
    for space in ConfinedSpace.objects.filter(enterprise_id__in=keys, retired_at__isnull=True):
        spaces.setdefault(space.enterprise_id, []).append(space)
    items = list(campaign.items.all())
    owed = [
        obligation
        for part in parts.values()
        for obligation in _owed(campaign, items, part, spaces.get(part.enterprise_id, []), at)
    ]
    Obligation.objects.bulk_create(owed, ignore_conflicts=True, batch_size=1000)


def enterprise_joined(*, actor: Actor, at: datetime, enterprise_id: uuid.UUID) -> None:
    """The enterprise takes part in every running campaign that covers it; a former participation is restored."""
    enterprise = Enterprise.objects.filter(pk=enterprise_id).first()
    if enterprise is None or enterprise.category != ScopeCategory.IN_SCOPE:
        return
    for campaign in _running_over(enterprise.scope_path):
        left = Participation.objects.select_for_update().filter(
            campaign=campaign, enterprise=enterprise, left_at__isnull=False
        )
        for part in left:
            part.left_at, part.left_reason = None, ""
            part.save(update_fields=["left_at", "left_reason"])
            for obligation in _lock_all(part, Q(state=ObligationState.WAIVED)):
                move_obligation(obligation, "restore", at=at, note="")
        enterprises_join(campaign=campaign, enterprises=[enterprise], at=at)
        record_campaign(campaign, "campaign.enterprise_joined", actor=actor, at=at, enterprise=enterprise_id)


def enterprise_left(*, actor: Actor, at: datetime, enterprise_id: uuid.UUID, reason: str) -> None:
    """The enterprise no longer takes part in any running campaign; what it still owed is waived with the reason."""
    parts = (
        Participation.objects.select_for_update(of=("self",))
        .select_related("campaign")
        .filter(enterprise_id=enterprise_id, left_at__isnull=True, campaign__state=CampaignState.RUNNING)
    )
    for part in parts:
        for obligation in _lock_all(part, ~Q(state=ObligationState.WAIVED)):
            move_obligation(obligation, "waive", at=at, note=reason[:300])
        Participation.objects.filter(pk=part.pk).update(left_at=at, left_reason=reason[:200])
        record_campaign(
            part.campaign,
            "campaign.enterprise_left",
            actor=actor,
            at=at,
            enterprise=enterprise_id,
            reason=reason,
        )


def space_registered(*, actor: Actor, at: datetime, space_id: uuid.UUID) -> None:
    """The new space's enterprise owes the per-space items for it in every running campaign that it takes part in."""
    space = ConfinedSpace.objects.filter(pk=space_id, retired_at__isnull=True).first()
    if space is None:
        return
    parts = Participation.objects.select_related("campaign").filter(
        enterprise_id=space.enterprise_id, left_at__isnull=True, campaign__state=CampaignState.RUNNING
    )
    for part in parts:
        items = [item for item in part.campaign.items.all() if item.per == "space"]
        Obligation.objects.bulk_create(_owed(part.campaign, items, part, [space], at), ignore_conflicts=True)


def space_retired(*, actor: Actor, at: datetime, space_id: uuid.UUID, reason: str) -> None:
    """What was owed for the space is waived with the reason."""
    rows = Obligation.objects.select_for_update(of=("self",)).filter(
        space_id=space_id, campaign__state=CampaignState.RUNNING
    )
    for obligation in rows.exclude(state=ObligationState.WAIVED):
        move_obligation(obligation, "waive", at=at, note=reason[:300])


def _reached(campaign: Campaign) -> QuerySet[Enterprise]:
    low, high = path_range(campaign.scope_path)
    return Enterprise.objects.filter(scope_path__gte=low, scope_path__lt=high, category=ScopeCategory.IN_SCOPE.value)


def _running_over(path: str) -> Iterable[Campaign]:
    return [
        campaign
        for campaign in Campaign.objects.filter(state=CampaignState.RUNNING)
        if path.startswith(campaign.scope_path)
    ]


def _lock_all(part: Participation, condition: Q) -> Iterable[Obligation]:
    return list(Obligation.objects.select_for_update(of=("self",)).filter(condition, participation=part))


def _owed(
    campaign: Campaign,
    items: Sequence[RequiredItem],
    part: Participation,
    spaces: Sequence[ConfinedSpace],
    at: datetime,
) -> list[Obligation]:
    owed = []
    for item in items:
        matching = [space for space in spaces if applies_to(item.spec, space, part.industry)]
        targets: list[ConfinedSpace | None]
        if item.per == "space":
            targets = list(matching)
        else:
            targets = [None] if matching or not item.spec.get("applies_when") else []
        owed += [
            Obligation(
                id=new_id(),
                campaign=campaign,
                participation=part,
                item=item,
                enterprise_id=part.enterprise_id,
                space=target,
                scope_path=part.scope_path,
                due_on=campaign.due_on,
                created_at=at,
                updated_at=at,
            )
            for target in targets
        ]
    return owed
