"""What every view asks of a request."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest

from anru.kernel import clock
from anru.kernel.actor import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts. Raises: Http404 for a person without a live membership, to whom no page is known."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return actor


def moment_of(request: HttpRequest) -> datetime:
    """Return the instant of this request; one request has one instant, else its facts could contradict each other."""
    at: datetime | None = getattr(request, "at", None)
    if at is None:
        at = clock.now()
        request.at = at  # type: ignore[attr-defined]
    return at
