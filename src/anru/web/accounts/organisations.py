"""Organisations: bureau, town offices, providers, insurers, associations, cleaning teams, and enterprises' accounts."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anru.accounts.access import can_keep_organisations, can_keep_people, can_see_organisations, scope_regions
from anru.accounts.errors import NOT_ORGANISATION_KEEPER
from anru.accounts.labels import KIND_LABELS, ROLE_LABELS
from anru.accounts.models import Organisation
from anru.accounts.selectors import members_of, organisation_of, organisations_list
from anru.accounts.services import organisation_create, organisation_disable, organisation_enable
from anru.accounts.states import OrganisationKind
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.web.accounts.forms import OrganisationForm, ReasonForm
from anru.web.shell.exports import Column, wants_export, xlsx_response
from anru.web.shell.lists import page_of, text_of
from anru.web.shell.requests import actor_of, moment_of

COLUMNS = (
    Column(gettext_lazy("名称"), lambda row: row.name),
    Column(gettext_lazy("类型"), lambda row: KIND_LABELS[row.kind]),
    Column(gettext_lazy("属地"), lambda row: row.region.name),
)


@require_GET
def organisation_list(request: HttpRequest) -> HttpResponseBase:
    """The organisations of the actor's territory."""
    actor = _reader(actor_of(request))
    wanted = {name: text_of(request, name) for name in ("q", "kind", "disabled")}
    rows = organisations_list(actor, text=wanted["q"], kind=wanted["kind"], disabled=bool(wanted["disabled"]))
    if wants_export(request):
        return xlsx_response(request, _("单位"), COLUMNS, rows, actor=actor)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, KIND_LABELS[row.kind]) for row in page],
        "wanted": wanted,
        "kinds": list(KIND_LABELS.items()),
        "can_keep": can_keep_organisations(actor),
    }
    return render(request, "organisations/list.html", context)


def organisation_new(request: HttpRequest) -> HttpResponse:
    """A further organisation stands in the tree."""
    actor = _keeper(actor_of(request))
    kinds = [(code, label) for code, label in KIND_LABELS.items() if code != OrganisationKind.ENTERPRISE]
    form = OrganisationForm(request.POST or None, kinds=kinds, regions=scope_regions(actor))
    if request.method == "POST" and form.is_valid():
        made = organisation_create(actor=actor, at=moment_of(request), **form.cleaned_data)
        messages.success(request, _("单位已建立。下一步：邀请人员。"))
        return redirect("organisations:detail", made.pk)
    return render(request, "organisations/new.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
def organisation_detail(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """One organisation and its people."""
    actor = _reader(actor_of(request))
    organisation = _organisation(actor, organisation_id)
    context = {
        "organisation": organisation,
        "kind": KIND_LABELS[organisation.kind],
        "rows": [(member, ROLE_LABELS[member.role]) for member in members_of(actor, organisation)],
        "can_keep": can_keep_organisations(actor) and organisation.pk != actor.organisation_id,
        "can_invite": can_keep_people(actor, organisation),
    }
    return render(request, "organisations/detail.html", context)


def disabling(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Nobody acts for the organisation any more."""
    actor = _keeper(actor_of(request))
    organisation = _organisation(actor, organisation_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation_disable(
            actor=actor, at=moment_of(request), organisation=organisation, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("单位已停用。"))
        return redirect("organisations:detail", organisation.pk)
    context = {"form": form, "organisation": organisation}
    return render(request, "organisations/disable.html", context, status=400 if form.errors else 200)


@require_POST
def enabling(request: HttpRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """The organisation's people act for it again."""
    actor = _keeper(actor_of(request))
    organisation = _organisation(actor, organisation_id)
    organisation_enable(actor=actor, at=moment_of(request), organisation=organisation)
    messages.success(request, _("单位已恢复。"))
    return redirect("organisations:detail", organisation.pk)


def _reader(actor: Actor) -> Actor:
    if not can_see_organisations(actor):
        raise Refused(NOT_ORGANISATION_KEEPER)
    return actor


def _keeper(actor: Actor) -> Actor:
    if not can_keep_organisations(actor):
        raise Refused(NOT_ORGANISATION_KEEPER)
    return actor


def _organisation(actor: Actor, organisation_id: uuid.UUID) -> Organisation:
    organisation = organisation_of(actor, organisation_id)
    if organisation is None:
        raise Http404
    return organisation
