"""Pages of enterprises: the list, the file of each one, and the forms that change it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from anru.kernel.actor import Actor
from anru.kernel.decision import RefusalKind, Refused
from anru.ledger.events import SubjectRef
from anru.ledger.selectors import history
from anru.registry import errors
from anru.registry.access import (
    can_change_identity,
    can_create_enterprise,
    can_edit_enterprise,
    can_import,
    can_move_enterprise,
    can_print_labels,
    can_see_registry,
)
from anru.registry.labels import CATEGORY_LABELS
from anru.registry.selectors import (
    EnterpriseFilter,
    category_counts,
    contacts,
    enterprise,
    enterprises,
    site,
    sites_of,
    spaces_of,
    town_path,
    towns,
)
from anru.registry.services import (
    enterprise_create,
    enterprise_move_town,
    enterprise_set_category,
    enterprise_update,
    site_create,
    site_update,
)
from anru.web.registry.filters import filter_choices
from anru.web.registry.forms import CategoryForm, EnterpriseForm, MoveForm, SiteForm
from anru.web.registry.words import ENTERPRISE_COLUMNS, hazard_labels, shown_history, space_class_label
from anru.web.shell.errors import NOT_YOURS
from anru.web.shell.exports import wants_export, xlsx_response
from anru.web.shell.lists import page_of, text_of
from anru.web.shell.requests import actor_of, moment_of
from anru.web.shell.vocab import sector_label

MOST_HISTORY = 50


@require_GET
def enterprise_list(request: HttpRequest) -> HttpResponseBase:
    """The enterprises that the actor sees, narrowed; as a page, as its results alone, or as a workbook."""
    actor = readers_only(actor_of(request))
    if actor.enterprise_id is not None:
        return redirect("registry:enterprise-detail", actor.enterprise_id)
    wanted = EnterpriseFilter(
        search=text_of(request, "q"),
        town_path=_town_path(actor, text_of(request, "town")),
        industry=text_of(request, "industry"),
        category=text_of(request, "category"),
        space_class=text_of(request, "class"),
        hazard=text_of(request, "hazard"),
        isolation=text_of(request, "isolation"),
    )
    rows = enterprises(actor, wanted)
    if wants_export(request):
        return xlsx_response(request, _("企业名单"), ENTERPRISE_COLUMNS, rows, actor=actor)
    counts = category_counts(actor, wanted)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, sector_label(row.industry)) for row in page],
        "wanted": wanted,
        "categories": [(code, label, counts.get(code, 0)) for code, label in CATEGORY_LABELS],
        "can_create": can_create_enterprise(actor),
        "can_import": can_import(actor),
        "towns": towns(actor),
        **filter_choices(),
    }
    return render(request, page_or_part(request, "registry/enterprise_list.html", "results"), context)


@require_GET
def enterprise_detail(request: HttpRequest, enterprise_id: uuid.UUID) -> HttpResponse:
    """The file of one enterprise: who it is, its sites and spaces, and what happened."""
    actor = actor_of(request)
    found = enterprise_or_404(actor, enterprise_id)
    all_spaces = spaces_of(actor, found.pk)
    in_use = [space for space in all_spaces if space.retired_at is None]
    official = can_change_identity(actor, found)
    editor = can_edit_enterprise(actor, found)
    context = {
        "enterprise": found,
        "contacts": contacts(actor, found),
        "sites": sites_of(actor, found.pk),
        "industry_label": sector_label(found.industry),
        "spaces": [(space, space_class_label(space.space_class), hazard_labels(space.hazards)) for space in in_use],
        "retired": [space for space in all_spaces if space.retired_at is not None],
        "isolated_n": sum(1 for space in in_use if space.isolation_state == "in_place"),
        "history": shown_history(history(actor, SubjectRef("enterprise", str(found.pk))).reverse()[:MOST_HISTORY])
        if editor
        else [],
        "can_edit": editor,
        "can_categorise": official,
        "can_move": can_move_enterprise(actor, found),
        "can_print": can_print_labels(actor) and bool(in_use),
    }
    return render(request, "registry/enterprise.html", context)


@require_http_methods(["GET", "POST"])
def enterprise_new(request: HttpRequest) -> HttpResponse:
    """The form of a new enterprise, and its creation."""
    actor = actor_of(request)
    if not can_create_enterprise(actor):
        raise Refused(errors.NOT_OFFICIAL)
    choices = towns(actor)
    only = choices[0] if len(choices[:2]) == 1 else None
    form = EnterpriseForm(request.POST or None, towns=choices, initial={"town": only.code} if only else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = enterprise_create(
                actor=actor, at=moment_of(request), town_id=form.cleaned_data["town"].pk, facts=form.facts()
            )
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("企业已建档。接下来请登记有限空间。"))
            return redirect("registry:enterprise-detail", made.pk)
    context = {"form": form, "title": _("新增企业")}
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def enterprise_edit(request: HttpRequest, enterprise_id: uuid.UUID) -> HttpResponse:
    """The form of an enterprise's file, and its saving."""
    actor = actor_of(request)
    found = enterprise_or_404(actor, enterprise_id)
    if not can_edit_enterprise(actor, found):
        raise Refused(errors.NOT_EDITOR)
    form = EnterpriseForm(
        request.POST or None, towns=None, identity=can_change_identity(actor, found), initial=_initial(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            enterprise_update(actor=actor, at=moment_of(request), enterprise_id=found.pk, facts=form.facts())
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("档案已保存。"))
            return redirect("registry:enterprise-detail", found.pk)
    context = {"form": form, "enterprise": found, "title": _("修改企业档案")}
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def enterprise_move(request: HttpRequest, enterprise_id: uuid.UUID) -> HttpResponse:
    """The form that hands an enterprise to another town, and the handing over."""
    actor = actor_of(request)
    found = enterprise_or_404(actor, enterprise_id)
    if not can_move_enterprise(actor, found):
        raise Refused(errors.NOT_MOVER)
    form = MoveForm(request.POST or None, towns=towns(actor).exclude(pk=found.town_id))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            enterprise_move_town(
                actor=actor,
                at=moment_of(request),
                enterprise_id=found.pk,
                town_id=facts["town"].pk,
                reason=facts["reason"],
            )
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("企业已迁到%(town)s。") % {"town": facts["town"].name})
            return redirect("registry:enterprise-detail", found.pk)
    context = {
        "form": form,
        "enterprise": found,
        "title": _("迁移镇街"),
        "lead": _("迁移后，企业的全部资料归新的镇街管理，原镇街不再看到。"),
        "verb": _("迁移"),
    }
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def enterprise_category(request: HttpRequest, enterprise_id: uuid.UUID) -> HttpResponse:
    """The form that takes an enterprise in or out of the confined-space list, and the change."""
    actor = actor_of(request)
    found = enterprise_or_404(actor, enterprise_id)
    if not can_change_identity(actor, found):
        raise Refused(errors.NOT_OFFICIAL)
    form = CategoryForm(request.POST or None, initial={"category": found.category})
    if request.method == "POST" and form.is_valid():
        try:
            enterprise_set_category(actor=actor, at=moment_of(request), enterprise_id=found.pk, **form.cleaned_data)
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("监管类别已调整。"))
            return redirect("registry:enterprise-detail", found.pk)
    context = {
        "form": form,
        "enterprise": found,
        "title": _("调整监管类别"),
        "lead": _("不再是有限空间企业的，退出正在进行的专项整治，未完成的事项一并免除。"),
    }
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def site_new(request: HttpRequest, enterprise_id: uuid.UUID) -> HttpResponse:
    """The form of a new site, and its creation."""
    actor = actor_of(request)
    found = enterprise_or_404(actor, enterprise_id)
    if not can_edit_enterprise(actor, found):
        raise Refused(errors.NOT_EDITOR)
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            site_create(actor=actor, at=moment_of(request), enterprise_id=found.pk, facts=form.facts())
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("厂区已添加。"))
            return redirect("registry:enterprise-detail", found.pk)
    context = {"form": form, "enterprise": found, "title": _("新增厂区")}
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def site_edit(request: HttpRequest, site_id: uuid.UUID) -> HttpResponse:
    """The form of a site, and its saving."""
    actor = actor_of(request)
    found = site(actor, site_id)
    if found is None:
        raise Http404
    if not can_edit_enterprise(actor, found.enterprise):
        raise Refused(errors.NOT_EDITOR)
    initial = {name: getattr(found, name) for name in ("name", "address", "lat", "lon")}
    form = SiteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            site_update(actor=actor, at=moment_of(request), site_id=found.pk, facts=form.facts())
        except Refused as refused:
            take_refusal(form, refused)
        else:
            messages.success(request, _("厂区已保存。"))
            return redirect("registry:enterprise-detail", found.enterprise_id)
    context = {"form": form, "enterprise": found.enterprise, "title": _("修改厂区")}
    return render(request, "registry/enterprise_form.html", context, status=400 if form.errors else 200)


def readers_only(actor: Actor) -> Actor:
    """Return an actor who reads the registry. Refuses: page.not_yours – other roles."""
    if not can_see_registry(actor):
        raise Refused(NOT_YOURS)
    return actor


def enterprise_or_404(actor: Actor, enterprise_id: uuid.UUID) -> Any:
    """Return the enterprise. Raises: Http404 when there is none that the actor may know of."""
    found = enterprise(actor, enterprise_id)
    if found is None:
        raise Http404
    return found


def take_refusal(form: Any, refused: Refused) -> None:
    """The form says what was refused, where the person can mend it. Raises: Refused for what no form can mend."""
    if refused.refusal.kind in {RefusalKind.NOT_YOU, RefusalKind.NOT_FOUND}:
        raise refused
    form.add_error(None, f"{refused.words}{refused.next_step}")


def page_or_part(request: HttpRequest, template: str, part: str) -> str:
    """Return the template, or the part of it that htmx asked to refresh."""
    return f"{template}#{part}" if request.headers.get("HX-Target") == part else template


def _town_path(actor: Actor, code: str) -> str:
    return town_path(actor, code) if code else ""


def _initial(found: Any) -> dict[str, Any]:
    names = [
        "name", "credit_code", "industry", "address", "lat", "lon", "principal_name", "principal_phone",
        "contact_name", "contact_phone", "headcount",
    ]  # fmt: skip
    return {name: getattr(found, name) for name in names}
