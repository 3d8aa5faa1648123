"""What waits for the person, and what they should hear of."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from anru.inbox.selectors import notices, to_dos, unread_count, words_of
from anru.inbox.services import notices_read
from anru.kernel.clock import legal_date
from anru.web.shell.lists import page_of
from anru.web.shell.requests import actor_of, moment_of

ADDRESS = {"obligation": "my:obligation", "participation": "my:home"}


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The one to-do list."""
    actor, at = actor_of(request), moment_of(request)
    context = {"to_dos": to_dos(actor, at), "unread_n": unread_count(actor), "today": legal_date(at)}
    fragment = request.headers.get("HX-Target") == "to-dos"
    return render(request, "inbox/todo.html#to-dos" if fragment else "inbox/todo.html", context)


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The person's notices, newest first."""
    actor = actor_of(request)
    page = page_of(request, notices(actor))
    rows = [(notice, words_of(notice), ADDRESS.get(notice.subject_kind, "")) for notice in page]
    return render(request, "inbox/notices.html", {"page": page, "rows": rows, "unread_n": unread_count(actor)})


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """All notices count as read."""
    notices_read(actor=actor_of(request), at=moment_of(request))
    return redirect("notices:list")
