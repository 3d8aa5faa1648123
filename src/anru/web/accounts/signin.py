"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp import match_token, user_has_device

from anru.accounts.models import Person
from anru.kernel import clock
from anru.web.accounts.forms import CodeForm, LoginForm
from anru.web.accounts.lockout import address_locked, locked_out
from anru.web.accounts.middleware import BORN_KEY

PENDING_KEY = "pending"
PENDING_PATIENCE_S = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password")
@never_cache
@login_not_required
def login_page(request: HttpRequest) -> HttpResponse:
    """A person who gives the right password is signed in, or asked for the second step where they set one up."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(_destination(request))
        return render(request, "accounts/login.html", {"form": LoginForm(), "next": request.GET.get("next", "")})
    if address_locked(request):
        return locked_out(request)
    form = LoginForm(request.POST)
    if form.is_valid():
        person = authenticate(request, **form.cleaned_data)
        if person is not None:
            return _second_step(request, person) if user_has_device(person) else _enter(request, person)
        # One sentence for every cause: which login names exist is nobody's business.
        form.add_error(None, _("登录名或密码不对。"))
    return render(request, "accounts/login.html", {"form": form, "next": request.POST.get("next", "")}, status=400)


@never_cache
@login_not_required
def login_code(request: HttpRequest) -> HttpResponse:
    """A person whose password was right is signed in once the code is right too."""
    person = _pending(request)
    if person is None:
        return redirect("accounts:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = match_token(person, form.cleaned_data["code"].replace(" ", ""))
        if device is not None:
            response = _enter(request, person, destination=request.session[PENDING_KEY]["next"])
            otp_login(request, device)
            return response
        form.add_error("code", _("验证码不对，或者试得太快了。请等下一组数字再试。"))
    return render(request, "accounts/login_code.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@login_not_required
def logout_view(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in on this device."""
    logout(request)
    return redirect("accounts:login")


def _second_step(request: HttpRequest, person: Person) -> HttpResponse:
    request.session.cycle_key()
    request.session[PENDING_KEY] = {
        "person": str(person.pk),
        "hash": person.get_session_auth_hash(),
        "until": int(clock.now().timestamp()) + PENDING_PATIENCE_S,
        "next": _destination(request),
    }
    return redirect("accounts:login-code")


def _pending(request: HttpRequest) -> Person | None:
    held = request.session.get(PENDING_KEY)
    if not held or held["until"] < clock.now().timestamp():
        return None
    person = Person.objects.filter(pk=held["person"], is_active=True).first()
    # A password that was changed meanwhile ends the half-made sign-in too.
    return person if person is not None and person.get_session_auth_hash() == held["hash"] else None


def _enter(request: HttpRequest, person: Person, *, destination: str = "") -> HttpResponse:
    where = destination or _destination(request)
    login(request, person, backend=BACKEND)
    request.session.pop(PENDING_KEY, None)
    request.session[BORN_KEY] = int(clock.now().timestamp())
    response = HttpResponseRedirect(where)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, person.language, max_age=31_536_000, samesite="Lax", secure=request.is_secure()
    )
    return response


def _destination(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url("front")
