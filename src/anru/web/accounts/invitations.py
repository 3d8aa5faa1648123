"""Inviting people, and accepting an invitation."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from anru.accounts.access import can_see_people
from anru.accounts.errors import NOT_PEOPLE_KEEPER
from anru.accounts.labels import ROLE_LABELS
from anru.accounts.selectors import invitation_by_token, invitation_of, invitations_open, roles_to_give, where_keeping
from anru.accounts.services import invitation_accept, invitation_create, invitation_withdraw
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.web.accounts.forms import AcceptForm, InviteForm
from anru.web.accounts.signin import BACKEND
from anru.web.shell.lists import page_of
from anru.web.shell.requests import actor_of, moment_of


@require_GET
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Invitations that still stand."""
    actor = _keeper(actor_of(request))
    page = page_of(request, invitations_open(actor, moment_of(request)))
    rows = [(row, ROLE_LABELS[row.role]) for row in page]
    return render(request, "people/invitations.html", {"page": page, "rows": rows})


def invite(request: HttpRequest) -> HttpResponse:
    """An invitation stands; its address is shown this once, to be handed to the person."""
    actor = _keeper(actor_of(request))
    initial = {"organisation": request.GET.get("organisation", "")}
    form = InviteForm(
        request.POST or None, organisations=where_keeping(actor), roles=roles_to_give(actor), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        invitation, token = invitation_create(actor=actor, at=moment_of(request), **form.cleaned_data)
        address = request.build_absolute_uri(reverse("invitation", args=[token]))
        return render(request, "people/invited.html", {"invitation": invitation, "address": address})
    return render(request, "people/invite.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def withdrawal(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """The invitation leads nowhere any more."""
    actor = _keeper(actor_of(request))
    invitation = invitation_of(actor, invitation_id)
    if invitation is None:
        raise Http404
    invitation_withdraw(actor=actor, at=moment_of(request), invitation=invitation)
    messages.success(request, _("邀请已收回。"))
    return redirect("people:invitations")


@sensitive_post_parameters("password", "again")
@never_cache
@login_not_required
def acceptance(request: HttpRequest, token: str) -> HttpResponse:
    """The invited person is a member: as who they are signed in as, or as a new person."""
    at = moment_of(request)
    invitation = invitation_by_token(token, at)
    if invitation is None:
        return render(request, "accounts/invitation_over.html", status=404)
    known = request.user if request.user.is_authenticated else None
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and (known is not None or form.is_valid()):
        given = {} if known else {name: form.cleaned_data[name] for name in ("username", "name", "phone", "password")}
        try:
            person = invitation_accept(at=at, token=token, person=known, **given)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if known is None:
                login(request, person, backend=BACKEND)
            messages.success(request, _("欢迎！您已加入。"))
            return redirect("accounts:memberships" if known else "front")
    context = {"form": form, "invitation": invitation, "role": ROLE_LABELS[invitation.role], "known": known}
    return render(request, "accounts/invitation.html", context, status=400 if form.is_bound and form.errors else 200)


def _keeper(actor: Actor) -> Actor:
    if not can_see_people(actor):
        raise Refused(NOT_PEOPLE_KEEPER)
    return actor
