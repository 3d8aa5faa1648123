"""The words shown for the enums of this app."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anru.evidence.states import SpaceView

SPACE_VIEW_LABELS: dict[str, str | Promise] = {
    SpaceView.OVERALL: _("全景"),
    SpaceView.ENTRANCE: _("出入口"),
    SpaceView.ISOLATION: _("隔离设施"),
}
