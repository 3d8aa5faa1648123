"""Every way in which this app refuses, with words that a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anru.kernel.decision import Refusal, RefusalKind

NOT_FOUND = Refusal("not_found", RefusalKind.NOT_FOUND, _("没有找到。"), _("请从列表重新进入。"))

NOT_EDITOR = Refusal(
    "enterprise.not_editor",
    RefusalKind.NOT_YOU,
    _("您不能修改这家企业的档案。"),
    _("档案由属地监管人员，或本企业主要负责人、安全管理人员修改。"),
)
NOT_OFFICIAL = Refusal(
    "enterprise.not_official",
    RefusalKind.NOT_YOU,
    _("这一项只能由监管人员修改。"),
    _("请联系属地镇街应急管理所。"),
)
NOT_MOVER = Refusal(
    "enterprise.not_mover",
    RefusalKind.NOT_YOU,
    _("企业换镇街由区应急管理局办理。"),
    _("请联系区应急管理局业务科室。"),
)
TOWN_OUTSIDE = Refusal(
    "enterprise.town_outside",
    RefusalKind.NOT_VALID,
    _("所选镇街不在您的辖区。"),
    _("请选择您辖区内的镇街。"),
)
ALREADY_THERE = Refusal(
    "enterprise.already_there",
    RefusalKind.NOT_NOW,
    _("企业已经在%(town)s。"),
    _("请选择另一个镇街。"),
)
CREDIT_CODE_INVALID = Refusal(
    "enterprise.credit_code_invalid",
    RefusalKind.NOT_VALID,
    _("统一社会信用代码“%(credit_code)s”不正确。"),
    _("请对照营业执照核对 18 位代码，注意不含字母 I、O、S、V、Z。"),
)
CREDIT_CODE_TAKEN = Refusal(
    "enterprise.credit_code_taken",
    RefusalKind.NOT_NOW,
    _("这个统一社会信用代码已经登记过。"),
    _("请先在企业名单里查找；查不到说明登记在其他镇街，请联系区应急管理局办理迁移。"),
)
NAME_MISSING = Refusal(
    "enterprise.name_missing", RefusalKind.NOT_VALID, _("企业名称不能为空。"), _("请按营业执照填写。")
)
INDUSTRY_UNKNOWN = Refusal(
    "enterprise.industry_unknown", RefusalKind.NOT_VALID, _("没有“%(industry)s”这个行业。"), _("请从列表中选择行业。")
)
PHONE_INVALID = Refusal(
    "enterprise.phone_invalid",
    RefusalKind.NOT_VALID,
    _("电话“%(phone)s”不正确。"),
    _("请填写 11 位手机号，或带区号的固定电话。"),
)
PLACE_HALF = Refusal(
    "place.half_known",
    RefusalKind.NOT_VALID,
    _("经度和纬度要么都填，要么都不填。"),
    _("请补上另一个坐标，或者都清空。"),
)
PLACE_IMPOSSIBLE = Refusal(
    "place.impossible",
    RefusalKind.NOT_VALID,
    _("坐标超出范围。"),
    _("纬度在 -90 到 90 之间，经度在 -180 到 180 之间；宁波大约是北纬 29.8、东经 121.5。"),
)
REASON_MISSING = Refusal("reason.missing", RefusalKind.NOT_VALID, _("请写明理由。"), _("理由会记入台账，供日后核对。"))
CATEGORY_SAME = Refusal(
    "enterprise.category_same", RefusalKind.NOT_NOW, _("监管类别没有变化。"), _("请选择另一个类别。")
)
CATEGORY_UNKNOWN = Refusal(
    "enterprise.category_unknown", RefusalKind.NOT_VALID, _("没有这个监管类别。"), _("请从列表中选择。")
)

SITE_NAME_TAKEN = Refusal("site.name_taken", RefusalKind.NOT_NOW, _("已有同名厂区“%(name)s”。"), _("请换一个名称。"))
SITE_NAME_MISSING = Refusal("site.name_missing", RefusalKind.NOT_VALID, _("厂区名称不能为空。"), _("例：东厂区。"))

SPACE_NUMBER_TAKEN = Refusal(
    "space.number_taken",
    RefusalKind.NOT_NOW,
    _("编号“%(number)s”已经用过。"),
    _("同一企业内编号不能重复，停用的编号也不再使用。"),
)
SPACE_INCOMPLETE = Refusal(
    "space.incomplete",
    RefusalKind.NOT_LAWFUL,
    _("台账不完整：缺少%(missing)s。"),
    _("有限空间管理台账必须写明编号、位置和危险有害因素。"),
    "CN.MEM13.A06.1",
)
SPACE_CODE_UNKNOWN = Refusal(
    "space.code_unknown", RefusalKind.NOT_VALID, _("%(field)s里没有“%(code)s”。"), _("请从列表中选择。")
)
SPACE_SIZE_IMPOSSIBLE = Refusal(
    "space.size_impossible", RefusalKind.NOT_VALID, _("尺寸和数量不能是负数。"), _("请核对后重新填写。")
)
SPACE_RETIRED = Refusal(
    "space.retired", RefusalKind.NOT_NOW, _("这个有限空间已经停用。"), _("停用后不再修改；如重新启用，请新建档案。")
)
ISOLATION_KIND_MISSING = Refusal(
    "isolation.kind_missing",
    RefusalKind.NOT_VALID,
    _("已隔离或部分隔离时要写明隔离方式。"),
    _("请选择隔离方式。"),
    "CN.MEM13.A12.1",
)
ISOLATION_KEEPER_MISSING = Refusal(
    "isolation.keeper_missing",
    RefusalKind.NOT_VALID,
    _("上锁的空间要写明钥匙由谁保管。"),
    _("请填写钥匙保管人。"),
    "CN.MEM13.A12.1",
)
ISOLATION_IN_FUTURE = Refusal(
    "isolation.in_future", RefusalKind.NOT_VALID, _("检查日期不能晚于今天。"), _("请填写实际检查的日期。")
)

NOT_IMPORTER = Refusal(
    "import.not_importer",
    RefusalKind.NOT_YOU,
    _("名册由监管人员导入。"),
    _("请联系属地镇街应急管理所。"),
)
NOT_YOUR_IMPORT = Refusal(
    "import.not_yours",
    RefusalKind.NOT_YOU,
    _("这次导入由其他单位发起。"),
    _("只有发起导入的单位可以继续或放弃。"),
)
IMPORT_UNREADABLE = Refusal(
    "import.unreadable", RefusalKind.NOT_VALID, _("文件不能读取：%(reason)s"), _("请用模板另存为 xlsx 后重新上传。")
)
IMPORT_TOO_LARGE = Refusal(
    "import.too_large",
    RefusalKind.NOT_VALID,
    _("文件超过 %(most_mb)s MB。"),
    _("请删去图片和多余的工作表，或拆成几个文件。"),
)
IMPORT_COLUMNS_MISSING = Refusal(
    "import.columns_missing",
    RefusalKind.NOT_VALID,
    _("还没有指定：%(columns)s。"),
    _("请为每个必填项选择文件里的一列。"),
)
IMPORT_NOT_NOW = Refusal(
    "import.not_now",
    RefusalKind.NOT_NOW,
    _("名册现在是“%(stage)s”，不能这样做。"),
    _("请刷新页面，按当前步骤继续。"),
)
IMPORT_HAS_ERRORS = Refusal(
    "import.has_errors",
    RefusalKind.NOT_NOW,
    _("还有 %(errors)s 行有错误，整份名册没有写入。"),
    _("请下载错误表改好后重新上传，或者选择“跳过错误行”。"),
)
IMPORT_NOTHING = Refusal(
    "import.nothing_to_do",
    RefusalKind.NOT_NOW,
    _("没有需要写入的行。"),
    _("名册内容与档案一致，或者全部有错误。"),
)
