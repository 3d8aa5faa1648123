"""Handing out renderings. An original is never served inline; a document only as a download."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from anru.campaigns.selectors import file_in_scope
from anru.evidence.services import space_photo_remove, store
from anru.evidence.states import FileState, Medium
from anru.web.shell.requests import actor_of, moment_of

PICTURE_TYPE = "image/webp"


@require_GET
def rendering(request: HttpRequest, file_id: uuid.UUID, variant: str) -> HttpResponseBase:
    """A picture's display or thumbnail rendering, or a checked document as a download.

    The same rights as the page that shows it are checked at each request; the answer may be kept by this browser only.
    """
    file = file_in_scope(actor_of(request), file_id)
    if file is None or file.state != FileState.READY:
        raise Http404
    if variant == "document" and file.medium == Medium.DOCUMENT:
        response = FileResponse(
            store().open_original(file.sha256),
            as_attachment=True,
            filename=file.file_name,
            content_type="application/octet-stream",
        )
    elif variant in {"display", "thumb"}:
        name = file.display_sha256 if variant == "display" else file.thumb_sha256
        if not name:
            raise Http404
        folder = "display" if variant == "display" else "thumbs"
        response = FileResponse(store().open_rendering(name, folder), content_type=PICTURE_TYPE)
        response.headers["Cache-Control"] = "private, max-age=3600, immutable"
    else:
        raise Http404
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
def space_photo_removal(request: HttpRequest, photo_id: uuid.UUID) -> HttpResponse:
    """The picture no longer shows with its space."""
    space_photo_remove(actor=actor_of(request), at=moment_of(request), photo_id=photo_id)
    target = request.POST.get("next", "")
    return redirect(target if target.startswith("/spaces/") else "/")
