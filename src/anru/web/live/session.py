"""Who is behind an event stream: the same session and the same membership as on the pages."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections, transaction
from django.http import HttpRequest

from anru.accounts import scope
from anru.kernel import clock
from anru.kernel.actor import Actor
from anru.web.accounts.middleware import BORN_KEY, MEMBERSHIP_KEY

SessionStore: Any = import_module(settings.SESSION_ENGINE).SessionStore


def actor_for(cookies: Mapping[str, str]) -> Actor | None:
    """Return the actor of a live session, or None. Reads only: an open stream must not keep an idle session alive."""
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    # This runs in a plain thread, outside of Django's request cycle, which would otherwise renew stale connections.
    close_old_connections()
    try:
        with transaction.atomic():
            return _actor(SessionStore(session_key=key))
    finally:
        close_old_connections()


def _actor(session: Any) -> Actor | None:
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    if not user.is_authenticated or user.must_change_password or _over(session):
        return None
    chosen = session.get(MEMBERSHIP_KEY)
    actor = scope.begin(user.pk, uuid.UUID(chosen)) if chosen else None
    return actor or scope.begin(user.pk, None)


def _over(session: Any) -> bool:
    born = session.get(BORN_KEY)
    return born is not None and clock.now().timestamp() - born > settings.SESSION_LONGEST.total_seconds()
