"""The bureau's and the towns' verbs: make, dispatch, appoint, urge, waive, reopen."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from anru.accounts.access import scope_organisations, scope_regions
from anru.campaigns.access import can_keep_campaign
from anru.campaigns.errors import NOT_KEEPER
from anru.campaigns.selectors import campaign, items
from anru.campaigns.services.campaign import (
    assignment_end,
    assignment_open,
    campaign_close,
    campaign_create,
    item_edit,
    item_remove,
)
from anru.campaigns.services.dispatch import campaign_dispatch, campaign_dispatch_again, failed_dispatch
from anru.campaigns.services.review import decision_reopen
from anru.campaigns.services.urging import enterprise_urge, obligation_restore, obligation_waive
from anru.campaigns.tasks import dispatch as dispatch_task
from anru.jobs.services import job_open
from anru.kernel.decision import Refused
from anru.web.campaigns.forms import AssignmentForm, CampaignForm, ItemForm, read_item, shown_item
from anru.web.campaigns.views import campaign_or_404, officials_only
from anru.web.shell.requests import actor_of, moment_of

MOST_URGED_AT_ONCE = 200


@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    """The form of a new campaign, and its creation."""
    actor = actor_of(request)
    if not can_keep_campaign(actor):
        raise Refused(NOT_KEEPER)
    form = CampaignForm(request.POST or None, regions=scope_regions(actor))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            made = campaign_create(
                actor=actor,
                at=moment_of(request),
                region_id=facts["region"].pk,
                name=facts["name"],
                document_number=facts["document_number"],
                basis=facts["basis"],
                starts_on=facts["starts_on"],
                due_on=facts["due_on"],
            )
        except Refused as refused:
            form.add_error(None, f"{refused.words}{refused.next_step}")
        else:
            messages.success(request, _("行动已建立。请核对规定动作，然后下发。"))
            return redirect("campaigns:detail", made.pk)
    return render(request, "campaigns/new.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def campaign_dispatch_view(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """The campaign is given out, or goes on being given out where that had failed; the task queue shows progress."""
    actor, at = actor_of(request), moment_of(request)
    found = campaign(actor, campaign_id)
    if found is None:
        raise Http404
    if failed_dispatch(found) is not None:
        job = campaign_dispatch_again(actor=actor, at=at, campaign_id=campaign_id)
    else:
        job = job_open(actor=actor, kind="dispatch", title=_("下发：%(name)s") % {"name": found.name}, at=at)
        campaign_dispatch(actor=actor, at=at, campaign_id=campaign_id, job=job)
    dispatch_task.defer(campaign_id=str(campaign_id), job_id=str(job.pk))
    return redirect("jobs:detail", job.pk)


@require_POST
def campaign_closing(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """The campaign is closed."""
    campaign_close(actor=actor_of(request), at=moment_of(request), campaign_id=campaign_id)
    messages.success(request, _("行动已结束。"))
    return redirect("campaigns:detail", campaign_id)


@require_http_methods(["GET", "POST"])
def item_edit_view(request: HttpRequest, campaign_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """The form of one required item, and its saving."""
    actor = officials_only(actor_of(request))
    found = campaign_or_404(actor, campaign_id)
    if not can_keep_campaign(actor):
        raise Refused(NOT_KEEPER)
    item = items(actor, found.pk).filter(pk=item_id).first()
    if item is None:
        raise Http404
    form = ItemForm(request.POST or None, initial=shown_item(item))
    if request.method == "POST" and form.is_valid():
        try:
            item_edit(
                actor=actor,
                at=moment_of(request),
                campaign_id=campaign_id,
                item_id=item_id,
                title=form.cleaned_data["title"],
                spec=read_item(item, form.cleaned_data),
            )
        except Refused as refused:
            form.add_error(None, f"{refused.words}{refused.next_step}")
        else:
            messages.success(request, _("规定动作已保存。"))
            return redirect("campaigns:detail", campaign_id)
    context = {"form": form, "campaign": found, "item": item}
    return render(request, "campaigns/item.html", context, status=400 if form.errors else 200)


@require_POST
def item_removal(request: HttpRequest, campaign_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """The draft campaign no longer asks for the item."""
    item_remove(actor=actor_of(request), at=moment_of(request), campaign_id=campaign_id, item_id=item_id)
    messages.success(request, _("已去掉这一项。"))
    return redirect("campaigns:detail", campaign_id)


@require_http_methods(["GET", "POST"])
def assignment_new(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """The form that appoints a reviewing provider, and the appointment."""
    actor = officials_only(actor_of(request))
    found = campaign_or_404(actor, campaign_id)
    if not can_keep_campaign(actor):
        raise Refused(NOT_KEEPER)
    form = AssignmentForm(
        request.POST or None,
        providers=scope_organisations(actor).filter(kind="provider", disabled_at__isnull=True),
        regions=scope_regions(actor).filter(path__startswith=found.scope_path),
        initial={"opens_on": found.starts_on, "closes_on": found.due_on, "region": found.region_id},
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            assignment_open(
                actor=actor,
                at=moment_of(request),
                campaign_id=campaign_id,
                organisation_id=facts["organisation"].pk,
                region_id=facts["region"].pk,
                opens_on=facts["opens_on"],
                closes_on=facts["closes_on"],
            )
        except Refused as refused:
            form.add_error(None, f"{refused.words}{refused.next_step}")
        else:
            messages.success(request, _("审核委派已生效。"))
            return redirect("campaigns:detail", campaign_id)
    context = {"form": form, "campaign": found}
    return render(request, "campaigns/assignment.html", context, status=400 if form.errors else 200)


@require_POST
def assignment_end_view(request: HttpRequest, assignment_id: uuid.UUID) -> HttpResponse:
    """The appointment ends now."""
    ended = assignment_end(actor=actor_of(request), at=moment_of(request), assignment_id=assignment_id)
    messages.success(request, _("委派已结束。"))
    return redirect("campaigns:detail", ended.campaign_id)


@require_POST
def urge(request: HttpRequest, participation_id: uuid.UUID) -> HttpResponse:
    """One enterprise is urged."""
    made = enterprise_urge(
        actor=actor_of(request),
        at=moment_of(request),
        participation_id=participation_id,
        words=request.POST.get("words", ""),
    )
    messages.success(request, _("已催办，企业会在待办里看到。"))
    return redirect("campaigns:participations", made.campaign_id)


@require_POST
def urge_many(request: HttpRequest, campaign_id: uuid.UUID) -> HttpResponse:
    """Each chosen enterprise is urged; those that were urged today already are counted and left alone."""
    actor, at = officials_only(actor_of(request)), moment_of(request)
    campaign_or_404(actor, campaign_id)
    done = skipped = 0
    for raw in request.POST.getlist("participation")[:MOST_URGED_AT_ONCE]:
        try:
            enterprise_urge(actor=actor, at=at, participation_id=_uuid(raw), words=request.POST.get("words", ""))
            done += 1
        except Refused as refused:
            if refused.refusal.kind in {"not_found", "not_you"}:
                raise
            skipped += 1
    if done:
        messages.success(request, ngettext("已催办 %(n)s 家企业。", "已催办 %(n)s 家企业。", done) % {"n": done})
    if skipped:
        messages.info(request, _("%(n)s 家今天已催办过或没有未完成事项，没有重复催办。") % {"n": skipped})
    return redirect("campaigns:participations", campaign_id)


@require_POST
def obligation_waiver(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """One obligation is waived with a reason."""
    obligation_waive(
        actor=actor_of(request),
        at=moment_of(request),
        obligation_id=obligation_id,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("已免除。"))
    return redirect("campaigns:obligation", obligation_id)


@require_POST
def obligation_restoration(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """A waived obligation is owed again."""
    obligation_restore(actor=actor_of(request), at=moment_of(request), obligation_id=obligation_id)
    messages.success(request, _("已恢复。"))
    return redirect("campaigns:obligation", obligation_id)


@require_POST
def obligation_reopening(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """A decision is set aside with a reason."""
    decision_reopen(
        actor=actor_of(request),
        at=moment_of(request),
        obligation_id=obligation_id,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("已发起重审。"))
    return redirect("campaigns:obligation", obligation_id)


def _uuid(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError as error:
        raise Http404 from error
