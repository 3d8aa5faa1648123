"""Parts that every page uses."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html

from anru.campaigns.labels import OBLIGATION_LABELS

register = template.Library()


@register.simple_tag
def vite(name: str) -> str:
    return ""


@register.simple_tag
def icon(name: str) -> str:
    return ""


@register.simple_tag
def state_badge(state: str) -> str:
    return format_html('<span class="badge state-{}">{}</span>', state, OBLIGATION_LABELS.get(state, state))


@register.simple_tag
def meter(n: int, total: int) -> str:
    return format_html('<meter max="{}" value="{}"></meter> {}/{}', total or 1, n, n, total)


@register.simple_tag
def empty(kind: str, title: str, text: str = "") -> str:
    return format_html('<div class="empty empty-{}"><h2>{}</h2><p>{}</p></div>', kind, title, text)


@register.simple_tag(takes_context=True)
def querystring(context: Any, **changes: Any) -> str:
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return query.urlencode()
