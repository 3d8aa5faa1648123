"""Every request runs in one transaction in the name of one membership, or of nobody."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from anru.accounts import scope
from anru.kernel import clock
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.ledger.services import record_refusal
from anru.web.shell.errors import render_refusal

MEMBERSHIP_KEY = "membership"
BORN_KEY = "born"
SEEN_KEY = "seen"
SEEN_STEP_S = 60
OPEN_BEFORE_PASSWORD = frozenset({"accounts:password", "accounts:logout", "accounts:language"})


class ActorMiddleware:
    """Sets `request.actor` and the database's row scope; turns a refusal into its page and a ledger entry.

    The view runs in a savepoint of this transaction: what a refused view wrote is gone, the refusal stays on record.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = clock.now()
        if request.user.is_authenticated and self._session_over(request, at):
            logout(request)
        with transaction.atomic():
            request.actor = self._actor(request)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                # Rendering reads rows: after the transaction the row scope is gone and lists would come out empty.
                response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        if request.actor is not None:  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """Send a person whose first password still stands to the page that changes it, before anything else."""
        user = request.user
        if not user.is_authenticated or not user.must_change_password or request.resolver_match is None:
            return None
        if request.resolver_match.view_name in OPEN_BEFORE_PASSWORD:
            return None
        return HttpResponseRedirect(reverse("accounts:password"))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Record and render a refusal; leave every other error to Django."""
        if not isinstance(error, Refused):
            return None
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is not None and request.method not in {"GET", "HEAD"}:
            match = request.resolver_match
            record_refusal(
                error,
                verb=match.view_name if match else "",
                subject_id=str(next(iter(match.kwargs.values()), "")) if match else "",
                actor=actor,
                at=clock.now(),
            )
        return render_refusal(request, error)

    @staticmethod
    def _actor(request: HttpRequest) -> Actor | None:
        if not request.user.is_authenticated:
            scope.begin_nobody()
            return None
        chosen = request.session.get(MEMBERSHIP_KEY)
        person_id = request.user.pk
        actor = scope.begin(person_id, uuid.UUID(chosen) if chosen else None)
        if actor is None and chosen:
            # The chosen membership has ended; the person falls back to another one rather than to a dead end.
            del request.session[MEMBERSHIP_KEY]
            actor = scope.begin(person_id, None)
        return actor

    @staticmethod
    def _session_over(request: HttpRequest, at: datetime) -> bool:
        now_s = int(at.timestamp())
        born = request.session.setdefault(BORN_KEY, now_s)
        if now_s - born > settings.SESSION_LONGEST.total_seconds():
            return True
        if now_s - request.session.get(SEEN_KEY, 0) >= SEEN_STEP_S:
            request.session[SEEN_KEY] = now_s
        return False
