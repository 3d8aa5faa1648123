"""The enterprise's own pages, made for a phone: what is owed, how to do it, put it forward."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anru.accounts.states import ENTERPRISE_PEOPLE
from anru.campaigns.access import can_prove
from anru.campaigns.rules import FileFact, judge_submission
from anru.campaigns.selectors import (
    current_campaign,
    decisions,
    own_obligations,
    submissions,
)
from anru.campaigns.selectors import (
    obligation as obligation_of,
)
from anru.campaigns.services.proof import draft_detach, draft_save, obligation_submit, obligation_withdraw
from anru.campaigns.spec import read_spec
from anru.campaigns.states import OBLIGATION_MACHINE, CampaignState, ObligationState
from anru.kernel.actor import Actor
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.web.campaigns.words import shown_versions
from anru.web.shell.errors import NOT_YOURS
from anru.web.shell.requests import actor_of, moment_of


def home(request: HttpRequest) -> HttpResponse:
    """What the enterprise owes, item by item, with what to do next on top."""
    actor = _enterprise_only(actor_of(request))
    campaign = current_campaign(actor)
    rows = own_obligations(actor, campaign.pk) if campaign else []
    groups = _by_item(rows)
    live = [group for group in groups if group["owed_n"]]
    context = {
        "campaign": campaign,
        "groups": groups,
        "done_n": sum(1 for group in live if group["done_n"] == group["owed_n"]),
        "total_n": len(live),
        "days_left": (campaign.due_on - legal_date(moment_of(request))).days if campaign else None,
        "can_prove": bool(rows) and can_prove(actor, rows[0]),
    }
    return render(request, "my/home.html", context)


@require_GET
def obligation(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """One owed item: how to do it, what lies in each slot, the reviewer's words, and the buttons that apply."""
    return render(request, "my/obligation.html", _page(request, obligation_id))


@require_GET
def files(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """The slots alone, for refreshing while files come in and are read."""
    return render(request, "my/obligation.html#slots", _page(request, obligation_id))


@require_POST
def draft(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """What was typed is kept in the draft."""
    try:
        draft_save(
            actor=actor_of(request),
            at=moment_of(request),
            obligation_id=obligation_id,
            statement=request.POST.get("statement", ""),
            fields=_fields(request),
        )
    except Refused as refused:
        if refused.refusal.kind != "not_valid":
            raise
        context = {**_page(request, obligation_id), "problem": refused}
        return render(request, "my/obligation.html", context, status=400)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    messages.success(request, _("草稿已保存。"))
    return redirect("my:obligation", obligation_id)


@require_POST
def file_removal(request: HttpRequest, obligation_id: uuid.UUID, attachment_id: uuid.UUID) -> HttpResponse:
    """The file is taken out of the draft."""
    draft_detach(
        actor=actor_of(request),
        at=moment_of(request),
        obligation_id=obligation_id,
        attachment_id=attachment_id,
    )
    return redirect("my:obligation", obligation_id)


@require_POST
def submission(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """What was typed is kept, and the draft is put forward if nothing is missing."""
    actor, at = actor_of(request), moment_of(request)
    try:
        if "statement" in request.POST:
            draft_save(
                actor=actor,
                at=at,
                obligation_id=obligation_id,
                statement=request.POST.get("statement", ""),
                fields=_fields(request),
            )
        obligation_submit(actor=actor, at=at, obligation_id=obligation_id)
    except Refused as refused:
        if refused.refusal.code not in {
            "submission.incomplete",
            "submission.file_pending",
            "submission.field_invalid",
        }:
            raise
        context = {**_page(request, obligation_id), "problem": refused}
        return render(request, "my/obligation.html", context, status=400)
    messages.success(request, _("已提交，等待审核。审核结果会出现在待办和通知里。"))
    return redirect("my:obligation", obligation_id)


@require_POST
def withdrawal(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """What was put forward comes back as a draft."""
    obligation_withdraw(actor=actor_of(request), at=moment_of(request), obligation_id=obligation_id)
    messages.success(request, _("已撤回，可以修改后再提交。"))
    return redirect("my:obligation", obligation_id)


def _enterprise_only(actor: Actor) -> Actor:
    if actor.role not in ENTERPRISE_PEOPLE:
        raise Refused(NOT_YOURS)
    return actor


def _by_item(rows: list[Any]) -> list[dict[str, Any]]:
    groups: dict[uuid.UUID, dict[str, Any]] = {}
    for row in rows:
        group = groups.setdefault(
            row.item_id, {"item": row.item, "rows": [], "owed_n": 0, "done_n": 0, "returned_n": 0}
        )
        group["rows"].append(row)
        group["owed_n"] += row.state != ObligationState.WAIVED
        group["done_n"] += row.state == ObligationState.ACCEPTED
        group["returned_n"] += row.state == ObligationState.RETURNED
    return list(groups.values())


def _page(request: HttpRequest, obligation_id: uuid.UUID) -> dict[str, Any]:
    actor = _enterprise_only(actor_of(request))
    found = obligation_of(actor, obligation_id)
    if found is None:
        raise Http404
    spec = read_spec(found.item.spec)
    versions = shown_versions(found, submissions(actor, found.pk))
    may = can_prove(actor, found) and found.campaign.state == CampaignState.RUNNING
    latest = versions[0] if versions else None
    editable = may and (found.state == ObligationState.DRAFT or OBLIGATION_MACHINE.allows(found.state, "begin"))
    facts = [FileFact(held.slot, held.file.state) for held in latest.version.files.all()] if latest and editable else []
    fields = latest.version.fields if latest else {}
    return {
        "obligation": found,
        "spec": spec,
        "latest": latest,
        "older": versions[1:],
        "slots": latest.slots if latest else [],
        "empty_slots": [] if latest else spec.slots,
        "fields": fields,
        "decisions": decisions(actor, found.pk),
        "editable": editable,
        "ready": bool(judge_submission(spec, facts, fields)) if editable else False,
        "pending": any(fact.state == "received" for fact in facts),
        "can_withdraw": may and OBLIGATION_MACHINE.allows(found.state, "withdraw"),
        "days_left": (found.due_on - legal_date(moment_of(request))).days,
    }


def _fields(request: HttpRequest) -> dict[str, str]:
    return {name[6:]: request.POST.get(name, "") for name in request.POST if name.startswith("field-")}
