"""The public page behind a space's label."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anru.registry.selectors import risk_card
from anru.web.registry.words import consequence_labels, hazard_labels, space_class_label, sub_type_label


@login_not_required
@require_safe
def card(request: HttpRequest, card_token: str) -> HttpResponse:
    """The risks of one space in plain words, for whoever stands at its mouth; nothing personal is on it."""
    found = risk_card(card_token, getattr(request, "actor", None))
    if found is None:
        raise Http404
    context = {
        "card": found,
        "class_label": space_class_label(found.space_class),
        "sub_type_label": sub_type_label(found.sub_type),
        "hazards": hazard_labels(list(found.hazards)),
        "consequences": consequence_labels(list(found.consequences)),
    }
    response = render(request, "registry/risk_card.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
