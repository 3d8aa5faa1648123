"""The review desk: a queue that never waits, and one screen on which a proof is judged."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anru.accounts.states import PROVIDER_PEOPLE
from anru.campaigns.errors import NOT_REVIEWER
from anru.campaigns.selectors import (
    MOST_COUNTED,
    claimed,
    counted,
    decisions,
    queue,
    submissions,
)
from anru.campaigns.selectors import (
    obligation as obligation_of,
)
from anru.campaigns.services.review import (
    review_accept,
    review_claim,
    review_next,
    review_release,
    review_return,
)
from anru.campaigns.spec import read_spec
from anru.campaigns.states import ObligationState
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused
from anru.web.campaigns.words import OBLIGATION_COLUMNS, shown_versions
from anru.web.shell.exports import wants_export, xlsx_response
from anru.web.shell.lists import page_of
from anru.web.shell.requests import actor_of, moment_of

SHOWN_AHEAD = 12


@require_GET
def queue_page(request: HttpRequest) -> HttpResponseBase:
    """What waits for review, oldest first."""
    actor, at = _reviewer_only(actor_of(request)), moment_of(request)
    rows = queue(actor, at)
    if wants_export(request):
        return xlsx_response(request, _("待审核材料"), OBLIGATION_COLUMNS, rows, actor=actor)
    waiting_n = request.to_do_n = counted(rows)  # type: ignore[attr-defined]
    context = {
        "page": page_of(request, rows, count=waiting_n),
        "held": claimed(actor).select_related("item", "enterprise", "space"),
        "waiting_n": waiting_n,
        "most_counted": MOST_COUNTED,
    }
    return render(request, "reviews/queue.html", context)


@require_POST
def desk(request: HttpRequest) -> HttpResponse:
    """The next waiting proof is claimed and opened."""
    actor, at = _reviewer_only(actor_of(request)), moment_of(request)
    found = review_next(actor=actor, at=at)
    if found is None:
        messages.info(request, _("没有待审核的材料了。"))
        return redirect("reviews:queue")
    return redirect("reviews:review", found.pk)


@require_GET
def review(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """One proof: evidence large, criteria beside it, history below, and the decision."""
    actor = _reviewer_only(actor_of(request))
    return render(request, "reviews/review.html", _desk(request, actor, obligation_id))


@require_POST
def claim(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """This proof is claimed and opened."""
    review_claim(actor=actor_of(request), at=moment_of(request), obligation_id=obligation_id)
    return redirect("reviews:review", obligation_id)


@require_POST
def release(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """The claim is given up."""
    review_release(actor=actor_of(request), at=moment_of(request), obligation_id=obligation_id)
    messages.info(request, _("已放回队列。"))
    return redirect("reviews:queue")


@require_POST
def acceptance(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """The proof is accepted and the next one opens at once."""
    actor, at = actor_of(request), moment_of(request)
    review_accept(actor=actor, at=at, obligation_id=obligation_id, words=request.POST.get("words", ""))
    return _next(request, actor, _("已通过。"))


@require_POST
def return_(request: HttpRequest, obligation_id: uuid.UUID) -> HttpResponse:
    """The proof is returned with reasons and the next one opens at once."""
    actor, at = actor_of(request), moment_of(request)
    try:
        review_return(
            actor=actor,
            at=at,
            obligation_id=obligation_id,
            reason_codes=request.POST.getlist("reason"),
            words=request.POST.get("words", ""),
        )
    except Refused as refused:
        if refused.refusal.kind != "not_valid":
            raise
        context = {
            **_desk(request, actor, obligation_id),
            "problem": refused,
            "chosen": request.POST.getlist("reason"),
            "words": request.POST.get("words", ""),
        }
        return render(request, _template(request), context, status=400)
    return _next(request, actor, _("已退回，企业会看到原因。"))


def _reviewer_only(actor: Actor) -> Actor:
    if actor.role not in PROVIDER_PEOPLE:
        raise Refused(NOT_REVIEWER)
    return actor


def _template(request: HttpRequest) -> str:
    return "reviews/review.html#desk" if request.headers.get("HX-Request") else "reviews/review.html"


def _next(request: HttpRequest, actor: Actor, said: str) -> HttpResponse:
    found = review_next(actor=actor, at=moment_of(request))
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
        return redirect("reviews:review", found.pk) if found else redirect("reviews:queue")
    if found is None:
        messages.success(request, said + _("没有待审核的材料了。"))
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = "/reviews/"
        return response
    context = {**_desk(request, actor, found.pk), "said": said}
    response = render(request, "reviews/review.html#desk", context)
    response.headers["HX-Push-Url"] = f"/reviews/{found.pk}/"
    return response


def _desk(request: HttpRequest, actor: Actor, obligation_id: uuid.UUID) -> dict[str, Any]:
    found, at = obligation_of(actor, obligation_id), moment_of(request)
    if found is None:
        raise Http404
    versions = shown_versions(found, submissions(actor, found.pk))
    mine = found.state == ObligationState.IN_REVIEW and found.claimed_by_id == actor.person_id
    waiting = queue(actor, at)
    ahead = list(waiting[:SHOWN_AHEAD])
    waiting_n = request.to_do_n = counted(waiting)  # type: ignore[attr-defined]
    following = ahead[0] if ahead else None
    return {
        "obligation": found,
        "spec": read_spec(found.item.spec),
        "latest": versions[0] if versions else None,
        "older": versions[1:],
        "decisions": decisions(actor, found.pk),
        "mine": mine,
        "waiting_n": waiting_n,
        "ahead": ahead,
        "following": shown_versions(following, submissions(actor, following.pk)[:1]) if following else [],
    }
