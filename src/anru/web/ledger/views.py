"""Reading the ledger."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from anru.kernel.decision import Refused
from anru.ledger.selectors import LEDGER_READERS, entries
from anru.web.ledger.words import EVENT_WORDS, event_words, role_words
from anru.web.shell.errors import NOT_YOURS
from anru.web.shell.exports import Column, wants_export, xlsx_response
from anru.web.shell.lists import page_of, text_of
from anru.web.shell.requests import actor_of

COLUMNS = (
    Column(_("序号"), lambda entry: entry.seq, 10),
    Column(_("时间"), lambda entry: entry.at, 18),
    Column(_("事件"), lambda entry: event_words(entry.event), 20),
    Column(_("角色"), lambda entry: role_words(entry.actor_role), 14),
    Column(_("对象"), lambda entry: f"{entry.subject_kind} {entry.subject_id}", 40),
    Column(_("条款"), lambda entry: entry.clause, 30),
    Column(_("校验值"), lambda entry: entry.hash, 66),
)


@require_GET
def entry_list(request: HttpRequest) -> HttpResponseBase:
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
    if wants_export(request):
        return xlsx_response(request, gettext("台账记录"), COLUMNS, rows, actor=actor)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(entry, event_words(entry.event), role_words(entry.actor_role)) for entry in page],
        "event": event,
        "subject": subject,
        "events": sorted(EVENT_WORDS.items()),
    }
    return render(request, "ledger/list.html", context)
