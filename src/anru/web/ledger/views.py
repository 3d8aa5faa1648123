"""Reading the ledger."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anru.kernel.decision import Refused
from anru.ledger.selectors import LEDGER_READERS, entries
from anru.web.ledger.words import EVENT_WORDS, event_words, role_words
from anru.web.shell.errors import NOT_YOURS
from anru.web.shell.lists import page_of, text_of
from anru.web.shell.requests import actor_of


@require_GET
def entry_list(request: HttpRequest) -> HttpResponse:
    """The entries of the actor's territory, newest first, narrowed by event or subject."""
    actor = actor_of(request)
    if actor.role not in LEDGER_READERS:
        raise Refused(NOT_YOURS)
    event, subject = text_of(request, "event"), text_of(request, "subject", 64)
    rows = entries(actor)
    if event:
        rows = rows.filter(event__startswith=event)
    if subject:
        rows = rows.filter(subject_id=subject)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(entry, event_words(entry.event), role_words(entry.actor_role)) for entry in page],
        "event": event,
        "subject": subject,
        "events": sorted(EVENT_WORDS.items()),
    }
    return render(request, "ledger/list.html", context)
