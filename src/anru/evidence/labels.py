"""The words shown for the codes of this app."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSAL_WORDS: dict[str, str | Promise] = {
    "wrong_medium": _("这里要照片"),
}
