"""Every way in which this app refuses, with words that a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anru.kernel.decision import Refusal, RefusalKind

NOT_FOUND = Refusal("not_found", RefusalKind.NOT_FOUND, _("没有找到。"), _("请从列表重新进入。"))

NOT_PEOPLE_KEEPER = Refusal(
    "people.not_keeper",
    RefusalKind.NOT_YOU,
    _("您不能管理这些人员。"),
    _("人员由本单位负责人管理，或由区应急管理局的系统管理员管理。"),
)
NOT_ADMINISTRATOR = Refusal(
    "people.not_administrator",
    RefusalKind.NOT_YOU,
    _("账号的停用、恢复和重置只能由系统管理员办理。"),
    _("请联系区应急管理局的系统管理员。"),
)
NOT_ORGANISATION_KEEPER = Refusal(
    "organisation.not_keeper",
    RefusalKind.NOT_YOU,
    _("单位只能由系统管理员管理。"),
    _("请联系区应急管理局的系统管理员。"),
)
NOT_ONESELF = Refusal(
    "people.not_oneself",
    RefusalKind.NOT_NOW,
    _("不能对自己的账号这样做。"),
    _("请让另一位管理员办理。"),
)
LAST_KEEPER = Refusal(
    "people.last_keeper",
    RefusalKind.NOT_NOW,
    _("这是单位里最后一位能管理人员的人。"),
    _("请先邀请接替的人，再结束这个身份。"),
)
ROLE_NOT_OF_KIND = Refusal(
    "people.role_not_of_kind",
    RefusalKind.NOT_VALID,
    _("这类单位没有“%(role)s”这个角色。"),
    _("请选择与单位类型相符的角色。"),
)
ROLE_HELD = Refusal("people.role_held", RefusalKind.NOT_NOW, _("他已经有这个角色。"), _("不需要再增加。"))
MEMBERSHIP_ENDED = Refusal("people.membership_ended", RefusalKind.NOT_NOW, _("这个身份已经结束。"), _("请刷新页面。"))
ALREADY_DISABLED = Refusal("account.already_disabled", RefusalKind.NOT_NOW, _("账号已经停用。"), _("请刷新页面。"))
NOT_DISABLED = Refusal("account.not_disabled", RefusalKind.NOT_NOW, _("账号没有停用。"), _("请刷新页面。"))
INVITATION_OVER = Refusal(
    "invitation.over",
    RefusalKind.NOT_NOW,
    _("这个邀请已经用过、收回或者过期。"),
    _("请让邀请您的人重新发一个。"),
)
ORGANISATION_DISABLED = Refusal("organisation.disabled", RefusalKind.NOT_NOW, _("单位已经停用。"), _("请先恢复单位。"))
ORGANISATION_ENABLED = Refusal("organisation.enabled", RefusalKind.NOT_NOW, _("单位没有停用。"), _("请刷新页面。"))
ORGANISATION_NAME_TAKEN = Refusal(
    "organisation.name_taken",
    RefusalKind.NOT_NOW,
    _("同一属地已经有同类同名的单位。"),
    _("请在单位列表里查找。"),
)
