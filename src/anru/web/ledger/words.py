"""What the ledger's events are called on pages. An event that has no words yet is shown by its code."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anru.accounts.labels import ROLE_LABELS

EVENT_WORDS: dict[str, str | Promise] = {
    "attempt.refused": _("被拒绝的操作"),
    "campaign.closed": _("结束行动"),
    "campaign.created": _("建立行动"),
    "campaign.dispatch_resumed": _("继续下发行动"),
    "campaign.dispatched": _("下发行动"),
    "campaign.enterprise_joined": _("企业纳入行动"),
    "campaign.enterprise_left": _("企业退出行动"),
    "campaign.enterprise_urged": _("催办企业"),
    "campaign.item_edited": _("修改规定动作"),
    "campaign.item_removed": _("去掉规定动作"),
    "campaign.reviewer_appointed": _("委派审核机构"),
    "campaign.reviewer_ended": _("结束审核委派"),
    "enterprise.categorised": _("调整监管类别"),
    "enterprise.changed": _("修改企业档案"),
    "enterprise.created": _("建立企业档案"),
    "enterprise.imported": _("导入企业档案"),
    "enterprise.moved_away": _("企业迁出"),
    "enterprise.moved_in": _("企业迁入"),
    "import.applied": _("名册写入档案"),
    "import.apply_asked": _("确认写入名册"),
    "import.checked": _("名册校验完成"),
    "import.discarded": _("放弃导入"),
    "import.mapped": _("对应列名"),
    "import.uploaded": _("上传名册"),
    "list.exported": _("导出表格"),
    "obligation.accepted": _("审核通过"),
    "obligation.begun": _("开始填写"),
    "obligation.claimed": _("领取审核"),
    "obligation.released": _("放回审核队列"),
    "obligation.reopened": _("发起重审"),
    "obligation.restored": _("恢复事项"),
    "obligation.returned": _("审核退回"),
    "obligation.submitted": _("提交审核"),
    "obligation.waived": _("免除事项"),
    "obligation.withdrawn": _("撤回修改"),
    "site.changed": _("修改厂区"),
    "site.created": _("新增厂区"),
    "space.changed": _("修改有限空间台账"),
    "space.isolation_checked": _("记录物理隔离"),
    "space.registered": _("登记有限空间"),
    "space.retired": _("停用有限空间"),
}


def event_words(code: str) -> str:
    """Return an event in words; a refused attempt says so."""
    return str(EVENT_WORDS.get(code, code))


def role_words(code: str) -> str:
    """Return a role in words, or the code of one that is none, such as the system's."""
    return str(ROLE_LABELS.get(code, _("系统") if code == "system" else code))
