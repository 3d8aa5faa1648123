"""The one to-do list of a person, and their notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anru.accounts.states import BUREAU_WORKERS, ENTERPRISE_MANAGERS, OFFICIALS, PROVIDER_PEOPLE
from anru.campaigns.models import Obligation
from anru.campaigns.selectors import (
    MOST_COUNTED,
    claimed,
    current_campaign,
    participations,
    queue_length,
    to_do_of_enterprise,
)
from anru.campaigns.selectors import ParticipationFilter as Narrowed
from anru.campaigns.states import CampaignState, ObligationState
from anru.inbox.models import Notice
from anru.kernel.actor import Actor
from anru.registry.selectors import imports_awaiting

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that waits for the person: what, until when, how much, and the address where it is done."""

    title: str
    detail: str
    url_name: str
    url_args: tuple[str, ...] = ()
    query: str = ""
    due_on: date | None = None
    count: int = 0
    urgent: bool = False


def to_dos(actor: Actor, at: datetime) -> list[ToDo]:
    """Return what waits for the actor in the active membership, most urgent first.

    The number of queries does not depend on how much waits: long lists are counted, not read.
    """
    found: list[ToDo] = []
    if actor.role in ENTERPRISE_MANAGERS:
        found += [_owed(row) for row in to_do_of_enterprise(actor)[:MOST_SHOWN]]
    if actor.role in PROVIDER_PEOPLE:
        found += _reviews(actor, at)
    if actor.role in OFFICIALS:
        found += _behind(actor) + _imports(actor)
    return found


def to_do_count(actor: Actor, at: datetime) -> int:
    """Return the number on the badge, counted no further than `MOST_COUNTED`."""
    if actor.role in ENTERPRISE_MANAGERS:
        return to_do_of_enterprise(actor)[:MOST_COUNTED].count()
    if actor.role in PROVIDER_PEOPLE:
        return queue_length(actor, at)
    if actor.role in OFFICIALS:
        return len(_imports(actor))
    return 0


def notices(actor: Actor) -> QuerySet[Notice]:
    """Return the person's notices, newest first."""
    return Notice.objects.filter(person_id=actor.own_person_id).order_by("-created_at")


def unread_count(actor: Actor) -> int:
    """Return how many notices the person has not read, counted no further than `MOST_COUNTED`."""
    return Notice.objects.filter(person_id=actor.own_person_id, read_at__isnull=True)[:MOST_COUNTED].count()


def _words(kind: str) -> Callable[[Mapping[str, Any]], str]:
    table: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "obligation_accepted": lambda f: _("“%(item)s”审核通过。") % f,
        "obligation_returned": lambda f: _("“%(item)s”被退回：%(words)s") % f,
        "obligation_reopened": lambda f: _("“%(item)s”需要重审：%(words)s") % f,
        "enterprise_urged": lambda f: (
            _("%(office)s催办：还有 %(owed)s 项没有完成，请在 %(due_on)s 前完成。%(words)s") % f
        ),
    }
    return table.get(kind, lambda f: kind)


def words_of(notice: Notice) -> str:
    """Return a notice's sentence in the active language."""
    return _words(notice.kind)(notice.facts)


def _owed(row: Obligation) -> ToDo:
    returned = row.state == ObligationState.RETURNED
    title = f"{row.item.shown_title} · {row.space.name}" if row.space else row.item.shown_title
    return ToDo(
        title=title,
        detail=_("被退回，请按审核意见修改后重新提交") if returned else row.campaign.name,
        url_name="my:obligation",
        url_args=(str(row.pk),),
        due_on=row.due_on,
        urgent=returned,
    )


def _reviews(actor: Actor, at: datetime) -> list[ToDo]:
    # A claim that ran out lies in the queue again, and one of a closed campaign can no longer be decided.
    held = claimed(actor).filter(claimed_until__gt=at, campaign__state=CampaignState.RUNNING).count()
    waiting = queue_length(actor, at)
    found = []
    if held:
        found.append(ToDo(_("已领取未决定"), _("请在领取时限内作出决定"), "reviews:desk", count=held, urgent=True))
    if waiting:
        found.append(ToDo(_("待审核材料"), _("按提交先后排列"), "reviews:desk", count=waiting))
    return found


def _behind(actor: Actor) -> list[ToDo]:
    campaign = current_campaign(actor)
    # Without a running campaign the last closed one is current: it is looked at, but nobody can be urged in it.
    if campaign is None or campaign.state != CampaignState.RUNNING:
        return []
    open_n = participations(actor, campaign.pk, Narrowed(standing="open"))[:MOST_COUNTED].count()
    if not open_n:
        return []
    return [
        ToDo(
            _("未完成企业"),
            campaign.name,
            "campaigns:participations",
            (str(campaign.pk),),
            "standing=open",
            campaign.due_on,
            open_n,
        )
    ]


def _imports(actor: Actor) -> list[ToDo]:
    return [
        ToDo(_("名册待确认"), run.file_name, "registry:import-detail", (str(run.pk),))
        for run in imports_awaiting(actor)[:5]
    ]


BADGE_ROLES = ENTERPRISE_MANAGERS | PROVIDER_PEOPLE | BUREAU_WORKERS | OFFICIALS
