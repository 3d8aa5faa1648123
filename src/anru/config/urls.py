"""The whole map of addresses, one line per noun."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("anru.web.shell.urls")),
    path("", include("anru.web.accounts.urls")),
    path("", include("anru.web.registry.urls")),
    path("", include("anru.web.evidence.urls")),
    path("", include("anru.web.campaigns.urls")),
    path("", include("anru.web.reviews.urls")),
    path("", include("anru.web.cockpit.urls")),
    path("", include("anru.web.inbox.urls")),
    path("", include("anru.web.jobs.urls")),
    path("", include("anru.web.ledger.urls")),
]

handler400 = "anru.web.shell.errors.bad_request"
handler403 = "anru.web.shell.errors.forbidden"
handler404 = "anru.web.shell.errors.not_found"
handler500 = "anru.web.shell.errors.server_error"
