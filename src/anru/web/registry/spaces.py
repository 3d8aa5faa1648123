"""Pages of confined spaces: the ledger, each entry, the forms that change it, and the labels."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anru.kernel.actor import Actor
from anru.kernel.clock import legal_date
from anru.kernel.decision import Refused
from anru.ledger.events import SubjectRef
from anru.ledger.selectors import history
from anru.registry import errors
from anru.registry.access import can_edit_enterprise, can_keep_space, can_print_labels
from anru.registry.labelsheet import label_sheet, labels_of
from anru.registry.selectors import (
    SpaceFilter,
    isolation_counts,
    labels_wanted,
    site_choices,
    space,
    spaces,
    town_path,
    towns,
)
from anru.registry.services import isolation_record, space_create, space_retire, space_update
from anru.registry.states import IsolationState
from anru.rulebook.vocabulary import default_hazards, suggested_consequences
from anru.web.registry.enterprises import (
    enterprise_or_404,
    page_or_part,
    readers_only,
    take_refusal,
)
from anru.web.registry.filters import filter_choices
from anru.web.registry.forms import IDENTIFIED, IsolationForm, NewSpaceForm, RetireForm, SpaceForm
from anru.web.registry.photos import photos_by_view
from anru.web.registry.words import (
    SPACE_COLUMNS,
    consequence_labels,
    hazard_labels,
    isolation_kind_label,
    isolation_words,
    shown_history,
    space_class_label,
    sub_type_label,
)
from anru.web.shell.exports import wants_export, xlsx_response
from anru.web.shell.lists import page_of, text_of, uuid_of
from anru.web.shell.requests import actor_of, moment_of

MOST_HISTORY = 50


@require_GET
def space_list(request: HttpRequest) -> HttpResponseBase:
    """The spaces that the actor sees, narrowed; as a page, as its results alone, or as a workbook."""
    actor = readers_only(actor_of(request))
    town = text_of(request, "town")
    wanted = SpaceFilter(
        search=text_of(request, "q"),
        town_path=town_path(actor, town) if town else "",
        industry=text_of(request, "industry"),
        space_class=text_of(request, "class"),
        hazard=text_of(request, "hazard"),
        isolation=text_of(request, "isolation"),
        enterprise_id=uuid_of(request, "enterprise"),
        retired=text_of(request, "retired") == "1",
    )
    rows = spaces(actor, wanted)
    if wants_export(request):
        return xlsx_response(request, _("有限空间台账"), SPACE_COLUMNS, rows, actor=actor)
    counts = isolation_counts(actor, wanted)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, space_class_label(row.space_class), hazard_labels(row.hazards)) for row in page],
        "wanted": wanted,
        "all_n": sum(counts.values()),
        "in_place_n": counts.get(IsolationState.IN_PLACE.value, 0),
        "towns": towns(actor),
        "own": actor.enterprise_id,
        "can_print": can_print_labels(actor),
        **filter_choices(),
    }
    return render(request, page_or_part(request, "registry/space_list.html", "results"), context)


@require_GET
def space_detail(request: HttpRequest, space_id: uuid.UUID) -> HttpResponse:
    """One ledger entry: what it is, what harms, how it is closed off, and what happened."""
    actor = actor_of(request)
    found = space_or_404(actor, space_id)
    keeper = can_keep_space(actor, found)
    context = {
        "space": found,
        "class_label": space_class_label(found.space_class),
        "sub_type_label": sub_type_label(found.sub_type),
        "hazard_labels": hazard_labels(found.hazards),
        "consequence_labels": consequence_labels(found.consequences),
        "isolation_kind_label": isolation_kind_label(found.isolation_kind),
        "demand": isolation_words(found, moment_of(request)),
        "history": shown_history(history(actor, SubjectRef("space", str(found.pk))).reverse()[:MOST_HISTORY])
        if keeper
        else [],
        "views": photos_by_view(actor, found),
        "can_photograph": keeper and found.retired_at is None and actor.enterprise_id is not None,
        "can_keep": keeper and found.retired_at is None,
        "can_print": can_print_labels(actor) and found.retired_at is None,
    }
    return render(request, page_or_part(request, "registry/space.html", "photos"), context)


@require_http_methods(["GET", "POST"])
def space_new(request: HttpRequest, enterprise_id: uuid.UUID) -> HttpResponse:
    """The form of a new ledger entry with the hazards to be expected, and its making."""
    actor = actor_of(request)
    owner = enterprise_or_404(actor, enterprise_id)
    if not can_edit_enterprise(actor, owner):
        raise Refused(errors.NOT_EDITOR)
    form = NewSpaceForm(request.POST or None, sites=site_choices(actor, owner.pk), initial=_expected(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = space_create(
                actor=actor,
                at=moment_of(request),
                enterprise_id=owner.pk,
                site_id=form.cleaned_data["site"].pk,
                facts=form.facts(),
                identified={code: code in form.cleaned_data["identified"] for code, _words in IDENTIFIED},
            )
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("台账已建立。请拍照并打印标签，贴在出入口。"))
            return redirect("registry:space-detail", made.pk)
    context = {"form": form, "enterprise": owner, "title": _("登记有限空间"), "suggest": request.path}
    template = page_or_part(request, "registry/space_form.html", "risks")
    return render(request, template, context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def space_edit(request: HttpRequest, space_id: uuid.UUID) -> HttpResponse:
    """The form of a ledger entry, and its saving."""
    actor = actor_of(request)
    found = _kept(actor, space_id)
    form = SpaceForm(
        request.POST or None,
        sites=site_choices(actor, found.enterprise_id),
        initial={**_shown(found), **_expected(request)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            space_update(
                actor=actor,
                at=moment_of(request),
                space_id=found.pk,
                site_id=form.cleaned_data["site"].pk,
                facts=form.facts(),
            )
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("台账已保存。"))
            return redirect("registry:space-detail", found.pk)
    context = {
        "form": form,
        "enterprise": found.enterprise,
        "space": found,
        "title": _("修改台账"),
        "suggest": request.path,
    }
    template = page_or_part(request, "registry/space_form.html", "risks")
    return render(request, template, context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def space_retirement(request: HttpRequest, space_id: uuid.UUID) -> HttpResponse:
    """The form that takes a space out of use, and the taking out."""
    actor = actor_of(request)
    found = _kept(actor, space_id)
    form = RetireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        space_retire(actor=actor, at=moment_of(request), space_id=found.pk, reason=form.cleaned_data["reason"])
        messages.success(request, _("已停用。台账和编号保留，不再要求整改。"))
        return redirect("registry:space-detail", found.pk)
    context = {
        "form": form,
        "enterprise": found.enterprise,
        "space": found,
        "title": _("停用有限空间"),
        "lead": _("填埋、拆除或改作他用的才停用。停用后不能恢复，编号也不再使用。"),
        "verb": _("停用"),
        "danger": True,
    }
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def space_isolation(request: HttpRequest, space_id: uuid.UUID) -> HttpResponse:
    """The form for what was found of a space's isolation, and its recording."""
    actor, at = actor_of(request), moment_of(request)
    found = _kept(actor, space_id)
    initial = {
        "state": found.isolation_state,
        "kind": found.isolation_kind,
        "checked_on": legal_date(at),
        "lock_keeper": found.lock_keeper,
    }
    form = IsolationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            isolation_record(actor=actor, at=at, space_id=found.pk, facts=form.facts())
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("物理隔离情况已记录。"))
            return redirect("registry:space-detail", found.pk)
    demand = isolation_words(found, at)
    lead = _("按要求应设：%(kinds)s。") % {"kinds": _("或").join(demand.kinds)} if demand.kinds else ""
    context = {
        "form": form,
        "enterprise": found.enterprise,
        "space": found,
        "title": _("记录物理隔离"),
        "lead": lead,
    }
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


@require_GET
def labels(request: HttpRequest) -> HttpResponse:
    """The labels of an enterprise's spaces, or of chosen ones, as a PDF for printing."""
    actor = actor_of(request)
    if not can_print_labels(actor):
        raise Refused(errors.NOT_EDITOR)
    chosen = [UUID(key) for key in request.GET.getlist("space") if _is_uuid(key)]
    rows = labels_wanted(actor, enterprise_id=uuid_of(request, "enterprise"), space_ids=chosen)
    if not rows:
        raise Http404
    content = label_sheet(labels_of(rows, lambda token: _card_address(request, token)), fonts=settings.FONT_DIR)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="labels-{legal_date(moment_of(request)):%Y%m%d}.pdf"'
    return response


def space_or_404(actor: Actor, space_id: uuid.UUID) -> Any:
    """Return the space. Raises: Http404 when there is none that the actor may know of."""
    found = space(actor, space_id)
    if found is None:
        raise Http404
    return found


def _kept(actor: Actor, space_id: uuid.UUID) -> Any:
    found = space_or_404(actor, space_id)
    if not can_keep_space(actor, found):
        raise Refused(errors.NOT_EDITOR)
    if found.retired_at is not None:
        raise Refused(errors.SPACE_RETIRED)
    return found


def _expected(request: HttpRequest) -> dict[str, Any]:
    """Return what to tick when a kind of space was just chosen: what was ticked, and what is to be expected there."""
    sub_type = text_of(request, "sub_type")
    if not sub_type:
        return {}
    hazards = [*request.GET.getlist("hazards"), *default_hazards(sub_type)]
    consequences = [*request.GET.getlist("consequences"), *suggested_consequences(hazards)]
    return {"hazards": hazards, "consequences": consequences}


def _shown(found: Any) -> dict[str, Any]:
    names = [
        "number", "name", "space_class", "sub_type", "opening", "location", "lat", "lon", "length_m", "width_m",
        "depth_m", "volume_m3", "entrances_n", "entrance_note", "hazards", "consequences", "controls",
    ]  # fmt: skip
    return {"site": found.site_id, **{name: getattr(found, name) for name in names}}


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _card_address(request: HttpRequest, token: str) -> str:
    path = reverse("registry:risk-card", args=[token])
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
