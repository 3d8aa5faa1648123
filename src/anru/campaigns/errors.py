"""Every way in which this app refuses, with words that a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anru.kernel.decision import Refusal, RefusalKind

NOT_KEEPER = Refusal(
    "campaign.not_keeper",
    RefusalKind.NOT_YOU,
    _("只有应急管理局业务人员可以管理行动方案。"),
    _("请联系区应急管理局基础科。"),
)
NOT_DRAFT = Refusal(
    "campaign.not_draft",
    RefusalKind.NOT_NOW,
    _("行动已经下发，规定动作不能再改。"),
    _("如确需调整，请新建一次行动。"),
)
NOT_RUNNING = Refusal(
    "campaign.not_running",
    RefusalKind.NOT_NOW,
    _("行动没有在进行中。"),
    _("请等待行动下发，或查看已结束行动的结果。"),
)
NO_ITEMS = Refusal(
    "campaign.no_items", RefusalKind.NOT_VALID, _("没有规定动作，不能下发。"), _("请至少保留一项规定动作。")
)
PERIOD_WRONG = Refusal("campaign.period", RefusalKind.NOT_VALID, _("完成期限早于开始日期。"), _("请检查两个日期。"))
NO_RULEBOOK = Refusal(
    "campaign.no_rulebook",
    RefusalKind.NOT_VALID,
    _("%(day)s 没有有效的规则库，不能带出规定动作。"),
    _("请检查开始日期。"),
)
REGION_OUTSIDE = Refusal(
    "campaign.region_outside", RefusalKind.NOT_YOU, _("不能在辖区之外开展行动。"), _("请选择本辖区内的区域。")
)
ALREADY_NAMED = Refusal(
    "campaign.name_taken",
    RefusalKind.NOT_VALID,
    _("同一文号下已有同名行动。"),
    _("请换一个名称，或打开已有的行动。"),
)
ITEM_INVALID = Refusal(
    "item.invalid", RefusalKind.NOT_VALID, _("规定动作的内容不完整：%(problem)s"), _("请补全后再保存。")
)

NOT_PROVER = Refusal(
    "obligation.not_prover",
    RefusalKind.NOT_YOU,
    _("只有本企业主要负责人或安全管理人员可以填报。"),
    _("请用企业账号登录，或切换身份。"),
)
NOT_IN_STATE = Refusal(
    "obligation.not_in_state",
    RefusalKind.NOT_NOW,
    _("这一项现在是“%(state)s”，不能这样操作。"),
    _("请刷新页面，按当前状态继续。"),
)
INCOMPLETE = Refusal(
    "submission.incomplete",
    RefusalKind.NOT_VALID,
    _("还不能提交：%(missing)s"),
    _("请按提示补齐后再提交。"),
)
FILE_PENDING = Refusal(
    "submission.file_pending",
    RefusalKind.NOT_NOW,
    _("还有 %(count)s 个文件正在处理。"),
    _("稍等几秒钟再提交。"),
)
SLOT_UNKNOWN = Refusal(
    "submission.slot_unknown", RefusalKind.NOT_VALID, _("这一项没有“%(slot)s”这个位置。"), _("请刷新页面。")
)
SLOT_FULL = Refusal(
    "submission.slot_full",
    RefusalKind.NOT_VALID,
    _("“%(label)s”最多放 %(most)s 个文件。"),
    _("请先删掉一个再上传。"),
)
FIELD_INVALID = Refusal(
    "submission.field_invalid",
    RefusalKind.NOT_VALID,
    _("“%(label)s”填得不对：%(problem)s"),
    _("请改好后再保存。"),
)

NOT_REVIEWER = Refusal(
    "review.not_reviewer",
    RefusalKind.NOT_YOU,
    _("只有在有效审核委派期内的服务机构可以审核。"),
    _("请向区应急管理局确认委派范围和期限。"),
)
OWN_WORK = Refusal(
    "review.own_work",
    RefusalKind.NOT_LAWFUL,
    _("不能审核本单位或本人参与提交的材料。"),
    _("请由其他审核机构或人员审核。"),
)
TAKEN = Refusal(
    "review.taken",
    RefusalKind.NOT_NOW,
    _("这一项刚刚被另一位审核人员领走了。"),
    _("请审核下一项。"),
)
NOT_CLAIMED = Refusal(
    "review.not_claimed",
    RefusalKind.NOT_NOW,
    _("您没有领取这一项，或领取已超时。"),
    _("请重新领取后再作决定。"),
)
REASON_NEEDED = Refusal(
    "review.reason_needed",
    RefusalKind.NOT_VALID,
    _("退回必须选择原因并写明怎么改。"),
    _("请至少选一个原因，并用一句话告诉企业怎么改。"),
)
REASON_UNKNOWN = Refusal(
    "review.reason_unknown",
    RefusalKind.NOT_VALID,
    _("退回原因“%(reason)s”不在清单里。"),
    _("请刷新页面后重选。"),
)
REOPEN_REASON_NEEDED = Refusal(
    "review.reopen_reason_needed",
    RefusalKind.NOT_VALID,
    _("重审必须写明理由。"),
    _("请用一句话写明为什么要重审。"),
)
NOT_REOPENER = Refusal(
    "review.not_reopener",
    RefusalKind.NOT_YOU,
    _("只有应急管理局业务人员可以发起重审。"),
    _("请联系区应急管理局基础科。"),
)
ASSIGNEE_NOT_PROVIDER = Refusal(
    "assignment.not_provider", RefusalKind.NOT_VALID, _("只能委派服务机构审核。"), _("请选择一家服务机构。")
)
ASSIGNMENT_EXISTS = Refusal(
    "assignment.exists",
    RefusalKind.NOT_NOW,
    _("这家机构在该区域已有有效委派。"),
    _("请先结束原委派，或选择其他区域。"),
)

NOT_URGER = Refusal(
    "urge.not_urger", RefusalKind.NOT_YOU, _("只有应急管理局和镇街应急所可以催办。"), _("请联系属地应急所。")
)
URGED_TODAY = Refusal(
    "urge.today",
    RefusalKind.TOO_OFTEN,
    _("今天已经催办过这家企业了。"),
    _("每个单位每天对同一家企业只能催办一次，请明天再催，或电话联系。"),
)
NOTHING_OWED = Refusal(
    "urge.nothing_owed", RefusalKind.NOT_NOW, _("这家企业没有需要催办的事项。"), _("请刷新页面看最新进度。")
)
WAIVE_REASON_NEEDED = Refusal(
    "waive.reason_needed", RefusalKind.NOT_VALID, _("免除必须写明理由。"), _("请用一句话写明理由。")
)
NOT_FOUND = Refusal("not_found", RefusalKind.NOT_FOUND, _("没有找到。"), _("请从列表重新进入。"))

FIELD_PROBLEMS = {
    "too_long": _("太长"),
    "not_an_option": _("不在选项里"),
    "not_a_date": _("不是日期"),
    "not_a_number": _("不是数字"),
}
