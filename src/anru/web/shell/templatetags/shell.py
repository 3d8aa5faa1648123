"""Parts that every page uses."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anru.campaigns.labels import OBLIGATION_LABELS
from anru.registry.labels import ISOLATION_STATE_LABELS

register = template.Library()
SPRITE = "icons.svg"
STATE_WORDS = {**OBLIGATION_LABELS, **dict(ISOLATION_STATE_LABELS)}
# A state is never told by its colour alone.
STATE_SIGNS = {
    "owed": "○",
    "draft": "✎",
    "submitted": "↑",
    "in_review": "◔",
    "returned": "↩",
    "accepted": "✓",
    "waived": "–",
    "reopened": "↻",
    "none": "✕",
    "partial": "◐",
    "in_place": "✓",
}
EMPTY_ICONS = {"none": "inbox", "filtered": "filter-off", "locked": "lock", "offline": "offline"}


@lru_cache(maxsize=1)
def _manifest(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise ImproperlyConfigured("the front end is not built: run `make build`") from error
    return found


def _entry(name: str) -> dict[str, Any]:
    path = Path(settings.FRONTEND_MANIFEST)
    entry: dict[str, Any] = _manifest(path)[name]
    return entry


@register.simple_tag
def vite(name: str) -> SafeString:
    """Return the tag that loads one entry of the front end by its hashed name."""
    address = static(f"build/{_entry(name)['file']}")
    if name.endswith(".scss"):
        return format_html('<link rel="stylesheet" href="{}">', address)
    return format_html('<script type="module" src="{}"></script>', address)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a drawing that says nothing to those who listen. Raises: KeyError for a name that is not in the sprite."""
    entry = _entry(SPRITE)
    if name not in entry["names"]:
        raise KeyError(f"no icon {name!r}: add it to frontend/icons.json")
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static(f"build/{entry['file']}"),
        name,
    )


@register.simple_tag
def state_badge(state: str) -> SafeString:
    """Return a state as a sign, a colour and a word."""
    return format_html(
        '<span class="state state-{}" data-sign="{}">{}</span>',
        state,
        STATE_SIGNS.get(state, "•"),
        STATE_WORDS.get(state, state),
    )


@register.simple_tag
def meter(done: int, total: int) -> SafeString:
    """Return how many of how many as a bar with the figures beside it."""
    return format_html(
        '<span class="meter{}"><meter min="0" max="{}" value="{}" aria-label="{}"></meter><span>{}/{}</span></span>',
        " is-full" if total and done == total else "",
        total or 1,
        done,
        _("完成 %(done)s / %(total)s") % {"done": done, "total": total},
        done,
        total,
    )


@register.simple_tag
def empty(kind: str, title: str, text: str = "") -> SafeString:
    """Return what stands where nothing is: none yet, none that match, not for you, or not reachable."""
    return format_html(
        '<div class="empty empty-{}">{}<h2>{}</h2><p>{}</p></div>', kind, icon(EMPTY_ICONS[kind]), title, text
    )


@register.simple_tag(takes_context=True)
def querystring(context: template.Context, **changes: Any) -> str:
    """Return the page's own query with some names changed, and those given as None left out."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return str(query.urlencode())
