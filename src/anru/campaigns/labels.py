"""The words shown for the enums of this app."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anru.campaigns.states import CampaignState, ObligationState

OBLIGATION_LABELS: dict[str, str | Promise] = {
    ObligationState.OWED: _("待办"),
    ObligationState.DRAFT: _("草稿"),
    ObligationState.SUBMITTED: _("待审"),
    ObligationState.IN_REVIEW: _("审核中"),
    ObligationState.RETURNED: _("退回"),
    ObligationState.ACCEPTED: _("通过"),
    ObligationState.WAIVED: _("免除"),
    ObligationState.REOPENED: _("重审"),
}
CAMPAIGN_LABELS: dict[str, str | Promise] = {
    CampaignState.DRAFT: _("筹备中"),
    CampaignState.RUNNING: _("进行中"),
    CampaignState.CLOSED: _("已结束"),
}
