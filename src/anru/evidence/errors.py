"""Every way in which this app refuses, with words that a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anru.kernel.decision import Refusal, RefusalKind

NOT_UPLOADER = Refusal(
    "evidence.not_uploader",
    RefusalKind.NOT_YOU,
    _("只有本企业主要负责人或安全管理人员可以上传。"),
    _("请用企业账号登录，或切换身份。"),
)
TOO_LARGE = Refusal(
    "evidence.too_large",
    RefusalKind.NOT_VALID,
    _("文件超过 %(most_mb)s MB。"),
    _("照片请用手机相机的普通画质，文件请压缩或拆分后再传。"),
)
EMPTY = Refusal("evidence.empty", RefusalKind.NOT_VALID, _("文件是空的。"), _("请重新选择文件。"))
NOT_OPEN = Refusal(
    "evidence.upload_over", RefusalKind.NOT_NOW, _("这次上传已经结束或过期。"), _("请重新选择文件上传。")
)
STORE_FULL = Refusal(
    "evidence.store_full",
    RefusalKind.NOT_NOW,
    _("服务器存储空间不足，暂时不能上传。"),
    _("已填写的内容不会丢失，请稍后再传，并告知管理员。"),
)
SLOT_UNKNOWN = Refusal(
    "evidence.slot_unknown", RefusalKind.NOT_VALID, _("这里不能放这种文件。"), _("请刷新页面后再试。")
)
NOT_FOUND = Refusal("not_found", RefusalKind.NOT_FOUND, _("没有找到。"), _("请从列表重新进入。"))
