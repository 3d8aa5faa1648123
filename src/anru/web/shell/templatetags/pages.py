"""Small parts of pages that are computed, not written: rings, lights, addresses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anru.evidence.decode import words_of

register = template.Library()
RADIUS = 26
AROUND = 2 * 3.141592653589793 * RADIUS


@register.simple_tag
def ring(done: int, total: int) -> SafeString:
    """Draw how many of how many as a ring with the figures inside; the words are for those who do not see it."""
    share = done / total if total else 0
    return format_html(
        '<svg class="ring{}" viewBox="0 0 64 64" role="img" aria-label="{}"><circle class="ring-track" cx="32" cy="32" '
        'r="{}"/><circle class="ring-done" cx="32" cy="32" r="{}" stroke-dasharray="{} {}" '
        'transform="rotate(-90 32 32)"/><text x="32" y="37" text-anchor="middle">{}/{}</text></svg>',
        "" if done else " is-none",
        _("完成 %(done)s / %(total)s") % {"done": done, "total": total},
        RADIUS,
        RADIUS,
        f"{share * AROUND:.2f}",
        f"{AROUND:.2f}",
        done,
        total,
    )


@register.simple_tag
def traffic_light(light: str) -> SafeString:
    """Show a colour as a shape and a word too."""
    shapes = {"green": "●", "yellow": "▲", "red": "■"}
    words = {"green": _("达标"), "yellow": _("预警"), "red": _("滞后")}
    return format_html(
        '<span class="traffic traffic-{}"><span aria-hidden="true">{}</span> {}</span>',
        light,
        shapes[light],
        words[light],
    )


@register.simple_tag
def to_url(name: str, args: Sequence[str] = (), query: str = "") -> str:
    """Return an address whose name is known only when the page is made."""
    address = reverse(name, args=args)
    return f"{address}?{query}" if query else address


@register.simple_tag
def refusal_words(code: str) -> str:
    """Return why a file was refused, in words."""
    return words_of(code).spoken(get_language())


@register.filter
def styled(field: BoundField) -> BoundField:
    """Return a form's field with the class that its kind of widget wears."""
    widget = field.field.widget
    if isinstance(widget, (CheckboxInput, CheckboxSelectMultiple, RadioSelect)):
        worn = "form-check-input"
    else:
        worn = "form-select" if isinstance(widget, Select) else "form-control"
    widget.attrs.setdefault("class", worn)
    return field


@register.filter
def lookup(table: Mapping[str, Any], key: str) -> Any:
    """Return a mapping's value under a key that is itself a variable."""
    return table.get(key)


@register.filter
def subtract(number: int, less: int) -> int:
    """Return the difference of two counts."""
    return number - less


@register.filter
def safe_json(text: str) -> SafeString:
    """Return JSON text that cannot end the script element it stands in, nor open another."""
    json.loads(text)
    escaped = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return mark_safe(escaped)  # noqa: S308 - the three characters that matter are escaped above
