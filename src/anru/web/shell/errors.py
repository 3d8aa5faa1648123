"""Error pages: every refusal in words, with what to do next."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from anru.kernel.decision import HTTP_STATUS, Refusal, RefusalKind, Refused

NOT_YOURS = Refusal(
    "page.not_yours",
    RefusalKind.NOT_YOU,
    _("这个页面不属于您当前的身份。"),
    _("如果您有多个身份，请在右上角切换；否则请回到待办。"),
)


def render_refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Return the page of a refusal. What is not found looks the same as any other missing page.

    A part of a page gets the words alone, shown above the page's content; an upload gets them as JSON.
    """
    status = HTTP_STATUS[refused.refusal.kind]
    if "Tus-Resumable" in request.headers:
        body = {"code": refused.refusal.code, "words": f"{refused.words} {refused.next_step}".strip()}
        return JsonResponse(body, status=status)
    if status == 404:
        return not_found(request)
    context = {
        "code": refused.refusal.code,
        "words": refused.words,
        "act": refused.next_step,
        "clause": refused.refusal.clause,
        "refusal": refused,
    }
    if request.headers.get("HX-Request"):
        response = render(request, f"shell/errors/{status}.html#refusal", context, status=status)
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML show:window:top"
        return response
    return render(request, f"shell/errors/{status}.html", context, status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for a request that could not be read."""
    return render(request, "shell/errors/400.html", status=400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for what the person may see but not do."""
    return render(request, "shell/errors/403.html", status=403)


@login_not_required
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that was sent without its token, mostly from a page left open too long."""
    return render(request, "shell/errors/403.html", {"stale_form": True}, status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the one page for what does not exist and for what the person may not know of."""
    return render(request, "shell/errors/404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for our own failure; it renders without the database."""
    return render(request, "shell/errors/500.html", status=500)
