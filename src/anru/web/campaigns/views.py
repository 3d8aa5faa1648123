"""Looking at campaigns and at what is owed in them."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from anru.accounts.access import scope_regions
from anru.campaigns.access import can_keep_campaign, can_reopen, can_see_cockpit, can_urge, can_waive
from anru.campaigns.labels import OBLIGATION_LABELS
from anru.campaigns.models import Obligation
from anru.campaigns.selectors import (
    ObligationFilter,
    ParticipationFilter,
    assignments,
    campaign,
    campaigns,
    current_campaign,
    decisions,
    items,
    items_done,
    last_urges,
    obligation,
    obligations,
    participations,
    submissions,
)
from anru.campaigns.services.dispatch import failed_dispatch
from anru.campaigns.spec import read_spec
from anru.campaigns.states import OBLIGATION_MACHINE, CampaignState
from anru.kernel.actor import Actor
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.ledger.events import SubjectRef
from anru.ledger.models import Entry
from anru.ledger.selectors import history
from anru.web.campaigns import words
from anru.web.ledger.words import event_words
from anru.web.shell.errors import NOT_YOURS
from anru.web.shell.exports import wants_export, xlsx_response
from anru.web.shell.lists import page_of, text_of, uuid_of
from anru.web.shell.requests import actor_of, moment_of
from anru.web.shell.vocab import sector_labels

MOST_HISTORY = 100


def campaign_list(request: HttpRequest) -> HttpResponse:
    """The campaigns that the actor sees."""
    actor = officials_only(actor_of(request))
    page = page_of(request, campaigns(actor))
    return render(request, "campaigns/list.html", {"page": page, "can_keep": can_keep_campaign(actor)})


def campaign_detail(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """One campaign: its plan, items and reviewers."""
    actor = officials_only(actor_of(request))
    found = campaign_or_404(actor, campaign_id)
    rows = [(item, read_spec(item.spec)) for item in items(actor, found.pk)]
    context = {
        "campaign": found,
        "items": rows,
        "assignments": assignments(actor, found.pk),
        "can_keep": can_keep_campaign(actor),
        "halted": failed_dispatch(found) if can_keep_campaign(actor) else None,
        "is_draft": found.state == CampaignState.DRAFT,
        "is_running": found.state == CampaignState.RUNNING,
        "today": legal_date(moment_of(request)),
    }
    return render(request, "campaigns/detail.html", context)


def obligation_list(request: HttpRequest) -> HttpResponseBase:
    """What is owed, narrowed by campaign, item, state, town and industry; as a page or as a workbook."""
    actor = officials_only(actor_of(request))
    current = current_campaign(actor)
    chosen = uuid_of(request, "campaign") or (current.pk if current else None)
    wanted = ObligationFilter(
        campaign_id=chosen,
        item_code=text_of(request, "item"),
        state=text_of(request, "state"),
        town_path=_town_path(actor, text_of(request, "town")),
        industry=text_of(request, "industry"),
        search=text_of(request, "q"),
    )
    rows = obligations(actor, wanted)
    if wants_export(request):
        return xlsx_response(request, _("整治事项"), words.OBLIGATION_COLUMNS, rows, actor=actor)
    context = {
        "page": page_of(request, rows),
        "campaign": campaign(actor, chosen) if chosen else None,
        "campaigns": campaigns(actor),
        "items": items(actor, chosen) if chosen else [],
        "wanted": wanted,
        "states": [("open", _("未完成")), *OBLIGATION_LABELS.items()],
        **_places(actor),
    }
    return render(request, "campaigns/obligations.html", context)


def participation_list(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponseBase:
    """The enterprises of a campaign with their progress; officials urge from here."""
    actor = officials_only(actor_of(request))
    found = campaign_or_404(actor, campaign_id)
    wanted = ParticipationFilter(
        standing=text_of(request, "standing"),
        town_path=_town_path(actor, text_of(request, "town")),
        industry=text_of(request, "industry"),
        search=text_of(request, "q"),
    )
    rows = participations(actor, found.pk, wanted)
    if wants_export(request):
        return xlsx_response(request, _("企业完成情况"), words.PARTICIPATION_COLUMNS, rows, actor=actor)
    page = page_of(request, rows)
    keys = [row.pk for row in page]
    done, urged = items_done(keys), last_urges(actor, keys)
    context = {
        "campaign": found,
        "page": page,
        "rows": [(row, *done.get(row.pk, (0, 0)), urged.get(row.pk)) for row in page],
        "wanted": wanted,
        "can_urge": can_urge(actor) and found.state == CampaignState.RUNNING,
        "today": legal_date(moment_of(request)),
        **_places(actor),
    }
    return render(request, "campaigns/participations.html", context)


def obligation_detail(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """One obligation as an official or reviewer sees it: what was put forward, what was decided, what happened."""
    actor = officials_only(actor_of(request))
    found = obligation(actor, obligation_id)
    if found is None:
        raise Http404
    versions = submissions(actor, found.pk)
    running = found.campaign.state == CampaignState.RUNNING
    context = {
        "obligation": found,
        "spec": read_spec(found.item.spec),
        "versions": words.shown_versions(found, versions),
        "decisions": decisions(actor, found.pk),
        "history": [
            (event_words(entry.event), entry.at)
            for entry in history(actor, SubjectRef("obligation", str(found.pk)))[:100]
        ],
        "can_reopen": running and can_reopen(actor) and OBLIGATION_MACHINE.allows(found.state, "reopen"),
        "can_waive": running and can_waive(actor) and OBLIGATION_MACHINE.allows(found.state, "waive"),
        "can_restore": running and can_waive(actor) and OBLIGATION_MACHINE.allows(found.state, "restore"),
    }
    return render(request, "campaigns/obligation.html", context)


def officials_only(actor: Actor) -> Actor:
    """Return the actor of an office. Refuses: page.not_yours – other roles have pages of their own."""
    if not can_see_cockpit(actor):
        raise Refused(NOT_YOURS)
    return actor


def campaign_or_404(actor: Actor, campaign_id: uuid.UUID) -> Any:
    """Return the campaign. Raises: Http404 when there is none that the actor may know of."""
    found = campaign(actor, campaign_id)
    if found is None:
        raise Http404
    return found


def _town_path(actor: Actor, code: str) -> str:
    if not code:
        return ""
    return scope_regions(actor).filter(code=code).values_list("path", flat=True).first() or "-"


def _places(actor: Actor) -> dict[str, Any]:
    towns = scope_regions(actor).filter(children__isnull=True).order_by("path")
    return {"towns": towns, "industries": sector_labels()}


def _entries(actor: Actor, obligation: Obligation) -> list[Entry]:
    return list(history(actor, SubjectRef("obligation", str(obligation.pk)))[:MOST_HISTORY])
