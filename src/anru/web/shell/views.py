"""The front door and the signs of life."""

from __future__ import annotations

from importlib.metadata import version as version_of

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from anru.accounts.states import ENTERPRISE_PEOPLE, OFFICIALS, PROVIDER_PEOPLE
from anru.kernel.actor import Actor


def front(request: HttpRequest) -> HttpResponse:
    """Send each person to the page that they need first."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return redirect("accounts:memberships")
    if actor.role in OFFICIALS:
        return redirect("cockpit:home")
    if actor.role in ENTERPRISE_PEOPLE:
        return redirect("my:home")
    if actor.role in PROVIDER_PEOPLE:
        return redirect("reviews:queue")
    return redirect("todo:home")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer while the process lives."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    return JsonResponse({"ready": True})


@login_not_required
def version(request: HttpRequest) -> HttpResponse:
    """Answer which release runs."""
    return JsonResponse({"version": version_of("anru")})
