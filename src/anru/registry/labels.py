"""The words shown for the enums of this app."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anru.registry.states import ImportStage, IsolationState, Opening, ScopeCategory

OPENING_LABELS = [
    (Opening.OPEN.value, _("敞开")),
    (Opening.SEMI_CLOSED.value, _("半封闭")),
    (Opening.CLOSED.value, _("封闭")),
]
ISOLATION_STATE_LABELS = [
    (IsolationState.NONE.value, _("未隔离")),
    (IsolationState.PARTIAL.value, _("部分隔离")),
    (IsolationState.IN_PLACE.value, _("已隔离")),
]
CATEGORY_LABELS = [
    (ScopeCategory.IN_SCOPE.value, _("有限空间企业")),
    (ScopeCategory.NO_SPACE.value, _("无有限空间")),
    (ScopeCategory.CLOSED_DOWN.value, _("停产关闭")),
]
STAGE_LABELS = {
    ImportStage.UPLOADED: _("已上传"),
    ImportStage.MAPPED: _("已对列"),
    ImportStage.VALIDATING: _("校验中"),
    ImportStage.PREVIEW: _("待确认"),
    ImportStage.APPLYING: _("写入中"),
    ImportStage.APPLIED: _("已写入"),
    ImportStage.REFUSED: _("不能读取"),
    ImportStage.DISCARDED: _("已放弃"),
}
