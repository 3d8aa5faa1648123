"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from anru.accounts.labels import ROLE_LABELS
from anru.inbox.selectors import to_do_count, unread_count
from anru.kernel.actor import Actor
from anru.web.shell.navigation import TABS_N, Room, rooms
from anru.web.shell.requests import moment_of

THEME_COOKIE = "anru_theme"
TEXT_COOKIE = "anru_text"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's facts. Counts are read only where a template shows them: fragments ask for nothing."""
    actor: Actor | None = getattr(request, "actor", None)
    context: dict[str, Any] = {
        "actor": actor,
        "theme": "dark" if request.COOKIES.get(THEME_COOKIE) == "dark" else "light",
        "text_size": "large" if request.COOKIES.get(TEXT_COOKIE) == "large" else "normal",
    }
    if actor is None:
        return context
    context["role_label"] = ROLE_LABELS.get(actor.role, actor.role)
    context["events_url"] = "/events/"
    context["navigation"] = SimpleLazyObject(lambda: _rooms(request, actor))
    context["unread_badge"] = SimpleLazyObject(lambda: unread_count(actor))
    context["tabs_n"] = TABS_N
    context["login_url"] = reverse("accounts:login")
    return context


def _rooms(request: HttpRequest, actor: Actor) -> list[Room]:
    # A page that counted what waits for its own sake says so; asking again would double its work.
    known: int | None = getattr(request, "to_do_n", None)
    waiting_n = to_do_count(actor, moment_of(request)) if known is None else known
    return rooms(actor, request.path, waiting_n=waiting_n)
