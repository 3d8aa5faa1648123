"""The cockpit: how many of how many, which towns lag, which item is stuck. Every figure opens into its rows."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anru.campaigns.labels import OBLIGATION_LABELS
from anru.campaigns.selectors import campaign as campaign_of
from anru.campaigns.selectors import campaigns, current_campaign
from anru.reports.cockpit import Cockpit, cockpit
from anru.web.campaigns.views import officials_only
from anru.web.shell.lists import text_of, uuid_of
from anru.web.shell.requests import actor_of, moment_of
from anru.web.shell.vocab import sector_label


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The cockpit page; asked for by a live refresh it is the figures alone."""
    context = _context(request)
    fragment = request.headers.get("HX-Target") == "figures"
    return render(request, "cockpit/home.html#figures" if fragment else "cockpit/home.html", context)


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """The same figures for a wall screen."""
    context = _context(request)
    fragment = request.headers.get("HX-Target") == "figures"
    return render(request, "cockpit/wall.html#figures" if fragment else "cockpit/wall.html", context)


def _context(request: HttpRequest) -> dict[str, Any]:
    actor = officials_only(actor_of(request))
    chosen = uuid_of(request, "campaign")
    campaign = campaign_of(actor, chosen) if chosen else current_campaign(actor)
    if campaign is None:
        if chosen:
            raise Http404
        return {"figures": None, "campaigns": []}
    figures = cockpit(actor, campaign, moment_of(request), text_of(request, "region"))
    if figures is None:
        raise Http404
    return {
        "figures": figures,
        "campaign": campaign,
        "campaigns": campaigns(actor).exclude(state="draft")[:20],
        "industries": [(standing, sector_label(standing.key)) for standing in figures.industries],
        "burn_up": json.dumps(_burn_up(figures), ensure_ascii=False),
        "state_labels": OBLIGATION_LABELS,
        "drills": not (len(figures.places) == 1 and figures.places[0].key == figures.region.code),
    }


def _burn_up(figures: Cockpit) -> dict[str, Any]:
    return {
        "type": "burnup",
        "start": figures.campaign.starts_on.isoformat(),
        "end": figures.campaign.due_on.isoformat(),
        "target": figures.whole.total_n,
        "labels": {
            "done": _("已完成企业"),
            "plan": _("计划线"),
            "target": _("应完成"),
            "unit": _("家"),
        },
        "points": [
            {"day": point.day.isoformat(), "done": point.complete_n, "total": point.total_n}
            for point in figures.burn_up
        ],
    }
