"""What people keep about themselves: password, second step, language, the membership they act in."""

from __future__ import annotations

import uuid
from typing import cast

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp import user_has_device

from anru.accounts.labels import KIND_LABELS, ROLE_LABELS
from anru.accounts.models import Person
from anru.accounts.selectors import memberships_of
from anru.accounts.services import language_set, password_change, totp_begin, totp_confirm, totp_remove
from anru.kernel.actor import Actor
from anru.web.accounts.forms import CodeForm, PasswordForm, RemovalForm
from anru.web.accounts.middleware import MEMBERSHIP_KEY
from anru.web.shell.requests import moment_of


def person_of_session(request: HttpRequest) -> Person:
    """Return who is signed in."""
    return cast(Person, request.user)


@sensitive_post_parameters("old", "new", "again")
def password(request: HttpRequest) -> HttpResponse:
    """The person's password is the new one; every other session of theirs is over."""
    person = person_of_session(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = password_change(
                at=moment_of(request), person=person, old=form.cleaned_data["old"], new=form.cleaned_data["new"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            update_session_auth_hash(request, changed or person)
            messages.success(request, _("密码已修改，其他设备上的登录已经退出。"))
            return redirect("front")
    context = {"form": form, "first": person.must_change_password}
    return render(request, "accounts/password.html", context, status=400 if form.errors else 200)


def totp(request: HttpRequest) -> HttpResponse:
    """The second step is set up once the person has shown a right code; the recovery codes are shown this once."""
    person = person_of_session(request)
    if user_has_device(person):
        return render(request, "accounts/totp_on.html", {"form": RemovalForm()})
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = totp_confirm(at=moment_of(request), person=person, token=form.cleaned_data["code"].replace(" ", ""))
        if codes:
            return render(request, "accounts/totp_codes.html", {"codes": codes})
        form.add_error("code", _("验证码不对。请核对手机时间是否准确，再试下一组数字。"))
    secret, address = totp_begin(person=person)
    drawing = segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    context = {"form": form, "secret": secret, "drawing": drawing}
    return render(request, "accounts/totp.html", context, status=400 if form.errors else 200)


@require_POST
@sensitive_post_parameters("password")
def totp_removal(request: HttpRequest) -> HttpResponse:
    """The second step is switched off by whoever knows the password."""
    person = person_of_session(request)
    form = RemovalForm(request.POST)
    if form.is_valid():
        try:
            totp_remove(at=moment_of(request), person=person, password=form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
        else:
            messages.success(request, _("两步验证已关闭。"))
            return redirect("accounts:totp")
    return render(request, "accounts/totp_on.html", {"form": form}, status=400)


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Pages on this device are in the wanted language, and for a person who is signed in on every device."""
    wanted = request.POST.get("language", "")
    if wanted not in {code for code, _label in settings.LANGUAGES}:
        raise Http404
    if request.user.is_authenticated:
        language_set(person=person_of_session(request), language=wanted)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else resolve_url("front"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, wanted, max_age=31_536_000, samesite="Lax", secure=request.is_secure()
    )
    return response


def memberships(request: HttpRequest) -> HttpResponse:
    """The person acts in the membership that they chose; the session gets a new key with the new rights."""
    held = list(memberships_of(person_of_session(request)))
    if request.method == "POST":
        chosen = request.POST.get("membership", "")
        if chosen not in {str(member.pk) for member in held}:
            raise Http404
        request.session[MEMBERSHIP_KEY] = str(uuid.UUID(chosen))
        request.session.cycle_key()
        return redirect("front")
    actor: Actor | None = getattr(request, "actor", None)
    acting_in = actor.membership_id if actor else None
    rows = [
        (
            member,
            KIND_LABELS[member.organisation.kind],
            ROLE_LABELS[member.role],
            member.pk == acting_in,
        )
        for member in held
    ]
    return render(request, "accounts/memberships.html", {"rows": rows})
