"""Guessing passwords comes to an end: per login name by count, per address by a wider one."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anru.kernel import clock
from anru.rulebook.book import current_parameters


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Return the page that says how long to wait. It is the same whether the login name exists or not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)


def address_locked(request: HttpRequest) -> bool:
    """Return whether too many guesses came from one address lately, whatever names they were for."""
    since = clock.now() - settings.AXES_COOLOFF_TIME
    guesses = AccessAttempt.objects.filter(
        ip_address=get_client_ip_address(request), attempt_time__gte=since
    ).aggregate(n=Sum("failures_since_start"))["n"]
    return (guesses or 0) >= current_parameters().integer("account.login.guesses_per_address")
