"""People: who works where as what, and what an administrator may do about an account."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_otp import user_has_device

from anru.accounts.access import can_disable_person, can_keep_people, can_see_people
from anru.accounts.errors import NOT_ADMINISTRATOR, NOT_PEOPLE_KEEPER
from anru.accounts.labels import ROLE_LABELS
from anru.accounts.models import Person
from anru.accounts.selectors import (
    membership_of,
    memberships_in_scope,
    people_list,
    person_of,
    roles_to_give,
    where_keeping,
)
from anru.accounts.services import (
    membership_create,
    membership_end,
    password_reset,
    person_disable,
    person_enable,
    second_step_reset,
    sessions_end,
)
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.web.accounts.forms import ReasonForm, RoleForm
from anru.web.shell.exports import Column, wants_export, xlsx_response
from anru.web.shell.lists import page_of, text_of
from anru.web.shell.requests import actor_of, moment_of

STATUSES = (("", gettext_lazy("在岗")), ("ended", gettext_lazy("已离岗")), ("disabled", gettext_lazy("已停用")))


COLUMNS = (
    Column(gettext_lazy("姓名"), lambda member: member.person.name),
    Column(gettext_lazy("登录名"), lambda member: member.person.username),
    Column(gettext_lazy("单位"), lambda member: member.organisation.name),
    Column(gettext_lazy("角色"), lambda member: ROLE_LABELS[member.role]),
)


@require_GET
def person_list(request: HttpRequest) -> HttpResponseBase:
    """Who works in the actor's territory."""
    actor = _keeper(actor_of(request))
    wanted = {name: text_of(request, name) for name in ("q", "role", "status")}
    rows = people_list(actor, text=wanted["q"], role=wanted["role"], status=wanted["status"])
    if wants_export(request):
        return xlsx_response(request, _("人员"), COLUMNS, rows, actor=actor)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(member, ROLE_LABELS[member.role]) for member in page],
        "wanted": wanted,
        "roles": list(ROLE_LABELS.items()),
        "statuses": STATUSES,
    }
    return render(request, "people/list.html", context)


@require_GET
def person_detail(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """One person, as far as the actor's territory reaches."""
    actor = _keeper(actor_of(request))
    return render(request, "people/detail.html", _detail(actor, _person(actor, person_id)))


def role_new(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The person holds a further role."""
    actor = _keeper(actor_of(request))
    person = _person(actor, person_id)
    form = RoleForm(request.POST or None, organisations=where_keeping(actor), roles=roles_to_give(actor))
    if request.method == "POST" and form.is_valid():
        membership_create(
            actor=actor,
            at=moment_of(request),
            person=person,
            organisation=form.cleaned_data["organisation"],
            role=form.cleaned_data["role"],
        )
        messages.success(request, _("角色已增加。"))
        return redirect("people:detail", person.pk)
    context = {"form": form, "person": person}
    return render(request, "people/role.html", context, status=400 if form.errors else 200)


@require_POST
def membership_end_view(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """The person no longer holds that role."""
    actor = _keeper(actor_of(request))
    membership = membership_of(actor, membership_id)
    if membership is None:
        raise Http404
    membership_end(actor=actor, at=moment_of(request), membership=membership)
    messages.success(request, _("角色已结束。"))
    return redirect("people:list")


def disabling(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The account is closed and every session of it is over."""
    actor = _administrator(actor_of(request))
    person = _person(actor, person_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person_disable(actor=actor, at=moment_of(request), person=person, reason=form.cleaned_data["reason"])
        messages.success(request, _("账号已停用，所有设备上的登录已经退出。"))
        return redirect("people:detail", person.pk)
    context = {"form": form, "person": person}
    return render(request, "people/disable.html", context, status=400 if form.errors else 200)


@require_POST
def enabling(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The account is open again."""
    actor = _administrator(actor_of(request))
    person = _person(actor, person_id)
    person_enable(actor=actor, at=moment_of(request), person=person)
    messages.success(request, _("账号已恢复。"))
    return redirect("people:detail", person.pk)


@require_POST
def sessions_end_view(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Every session of the person is over."""
    actor = _administrator(actor_of(request))
    person = _person(actor, person_id)
    sessions_end(actor=actor, at=moment_of(request), person=person)
    messages.success(request, _("所有设备上的登录已经退出。"))
    return redirect("people:detail", person.pk)


@require_POST
def password_reset_view(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The person has a new first password, shown this once; they change it when they next sign in."""
    actor = _administrator(actor_of(request))
    person = _person(actor, person_id)
    fresh = password_reset(actor=actor, at=moment_of(request), person=person)
    return render(request, "people/password.html", {"person": person, "fresh": fresh})


@require_POST
def second_step_reset_view(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """The second step of the person is switched off."""
    actor = _administrator(actor_of(request))
    person = _person(actor, person_id)
    second_step_reset(actor=actor, at=moment_of(request), person=person)
    messages.success(request, _("两步验证已关闭，所有设备上的登录已经退出。"))
    return redirect("people:detail", person.pk)


def _keeper(actor: Actor) -> Actor:
    if not can_see_people(actor):
        raise Refused(NOT_PEOPLE_KEEPER)
    return actor


def _administrator(actor: Actor) -> Actor:
    if not can_disable_person(actor):
        raise Refused(NOT_ADMINISTRATOR)
    return actor


def _person(actor: Actor, person_id: uuid.UUID) -> Person:
    person = person_of(actor, person_id)
    if person is None:
        raise Http404
    return person


def _detail(actor: Actor, person: Person) -> dict[str, object]:
    rows = [
        (member, ROLE_LABELS[member.role], member.ended_at is None and can_keep_people(actor, member.organisation))
        for member in memberships_in_scope(actor, person)
    ]
    return {
        "person": person,
        "rows": rows,
        "has_second_step": user_has_device(person),
        "oneself": person.pk == actor.person_id,
        "can_disable": can_disable_person(actor) and person.pk != actor.person_id,
    }
