"""The columns that a roster can have: their keys, their names, and what else people call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from anru.rulebook.words import Text


class Field(StrEnum):
    """One thing that a column can say about an enterprise or about a space."""

    NAME = "name"
    CREDIT_CODE = "credit_code"
    TOWN = "town"
    INDUSTRY = "industry"
    ADDRESS = "address"
    LON = "lon"
    LAT = "lat"
    COORDINATES = "coordinates"
    PRINCIPAL_NAME = "principal_name"
    PRINCIPAL_PHONE = "principal_phone"
    LEGAL_PERSON = "legal_person_name"
    CONTACT_NAME = "contact_name"
    CONTACT_PHONE = "contact_phone"
    HEADCOUNT = "headcount"
    CATEGORY = "category"
    SPACE_COUNT = "space_count"
    SITE_NAME = "site_name"
    SPACE_NAME = "space_name"
    SPACE_NUMBER = "space_number"
    SPACE_CLASS = "space_class"
    SPACE_SUB_TYPE = "space_sub_type"
    SPACE_OPENING = "space_opening"
    SPACE_LOCATION = "space_location"
    SPACE_LON = "space_lon"
    SPACE_LAT = "space_lat"
    SPACE_COORDINATES = "space_coordinates"
    SPACE_LENGTH = "space_length_m"
    SPACE_WIDTH = "space_width_m"
    SPACE_DEPTH = "space_depth_m"
    SPACE_SIZE = "space_size"
    SPACE_VOLUME = "space_volume_m3"
    SPACE_ENTRANCES = "space_entrances_n"
    SPACE_ENTRANCE_NOTE = "space_entrance_note"
    SPACE_HAZARDS = "space_hazards"
    SPACE_CONSEQUENCES = "space_consequences"
    SPACE_CONTROLS = "space_controls"
    SPACE_ISOLATION_KIND = "space_isolation_kind"
    SPACE_ISOLATION_STATE = "space_isolation_state"
    SPACE_ISOLATION_CHECKED_ON = "space_isolation_checked_on"
    SPACE_LOCK_KEEPER = "space_lock_keeper"

    @property
    def of_space(self) -> bool:
        """Whether the column speaks of one space and not of the enterprise."""
        return self in SPACE_FIELDS

    @property
    def attribute(self) -> str:
        """The name of the value in `EnterpriseRow` or `SpaceRow`."""
        return ATTRIBUTES[self]


# Looked up for every cell of a file: as tables they cost a tenth of working them out each time.
SPACE_FIELDS = frozenset(
    field for field in Field if field is not Field.SPACE_COUNT and field.value.startswith("space_")
)
ATTRIBUTES: Mapping[Field, str] = {
    field: field.value.removeprefix("space_") if field in SPACE_FIELDS - {Field.SPACE_CLASS} else field.value
    for field in Field
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """How a column is titled by us, what others call it, and how it is filled in."""

    title: Text
    also: tuple[str, ...] = ()
    about: str = ""
    example: str = ""
    width: float = 14


def _spec(zh: str, en: str, also: str = "", about: str = "", example: str = "", width: float = 14) -> FieldSpec:
    return FieldSpec(Text(zh, en), tuple(also.split()), about, example, width)


FIELDS: Mapping[Field, FieldSpec] = {
    Field.NAME: _spec(
        "企业名称",
        "Enterprise",
        "单位名称 企业全称 单位全称 公司名称 企业名 单位 企业 公司 厂名 生产经营单位名称 生产经营单位 "
        "企业(单位)名称 市场主体名称 主体名称",
        "营业执照上的全称。",
        "示例：宁波示例机械有限公司",
        30,
    ),
    Field.CREDIT_CODE: _spec(
        "统一社会信用代码",
        "Unified social credit code",
        "信用代码 社会信用代码 社会统一信用代码 统一信用代码 统一代码 统一社会信用码 机构代码 组织机构代码 "
        "企业代码 营业执照号 "
        "营业执照注册号 税号",
        "18 位，营业执照上的代码。请勿用数字格式填写。",
        "91330212MA2TE5T01L",
        24,
    ),
    Field.TOWN: _spec(
        "所属镇街",
        "Town",
        "镇街 镇街道 街道 乡镇 乡镇街道 街镇 镇乡街道 镇(街道) 所属街道 所属乡镇 所属乡镇街道 所属镇(街道) "
        "属地 属地镇街 属地街道 "
        "所在镇街 所在街道 所在乡镇 所属区域 行政区划 区域 辖区 属地乡镇街道 镇(乡、街道)",
        "从下拉列表选择镇或街道。",
        "",
        16,
    ),
    Field.INDUSTRY: _spec(
        "所属行业",
        "Industry",
        "行业 行业类别 行业类型 行业分类 行业领域 所属行业领域 所属行业类别 企业类型 企业类别 监管行业 "
        "工贸行业 国民经济行业 行业大类",
        "从下拉列表选择。",
        "机械",
    ),
    Field.ADDRESS: _spec(
        "详细地址",
        "Address",
        "地址 生产经营地址 经营地址 企业地址 单位地址 厂址 生产地址 注册地址 住所 通讯地址 实际地址 "
        "实际经营地址 公司地址",
        "实际生产经营的地点。",
        "示例路 1 号",
        30,
    ),
    Field.LON: _spec("经度", "Longitude", "东经 lng lon longitude x坐标 企业经度", "度，如 121.546821。", "121.546821"),
    Field.LAT: _spec("纬度", "Latitude", "北纬 lat latitude y坐标 企业纬度", "度，如 29.821553。", "29.821553"),
    Field.COORDINATES: _spec(
        "经纬度", "Coordinates", "坐标 地理坐标 经纬度坐标 位置坐标 gps gps坐标 企业坐标 定位 地理位置"
    ),
    Field.PRINCIPAL_NAME: _spec(
        "主要负责人",
        "Principal",
        "主要负责人姓名 企业主要负责人 企业负责人 负责人 单位负责人 负责人姓名 企业负责人姓名 "
        "企业主要负责人姓名 实际控制人 实际负责人 总经理",
        "对本单位安全生产全面负责的人。",
        "张三",
    ),
    Field.PRINCIPAL_PHONE: _spec(
        "主要负责人电话",
        "Principal's phone",
        "主要负责人联系电话 主要负责人手机 主要负责人手机号 负责人电话 负责人联系电话 负责人手机 "
        "负责人手机号 企业负责人电话 "
        "企业负责人联系电话 单位负责人电话 负责人联系方式 主要负责人联系方式 主要负责人手机号码 法人电话 "
        "法定代表人电话 法人联系电话",
        "手机号，或带区号的固定电话。",
        "13800005678",
        16,
    ),
    Field.LEGAL_PERSON: _spec("法定代表人", "Legal representative", "法人 法人代表 法人姓名 法定代表人姓名 企业法人"),
    Field.CONTACT_NAME: _spec(
        "安全管理人员",
        "Safety manager",
        "安全管理员 安全员 安全负责人 安全管理人员姓名 安全管理员姓名 安全管理负责人 安全主管 安全科长 "
        "专职安全员 专(兼)职安全员 "
        "联系人 联系人姓名 分管安全负责人 安全生产管理人员 有限空间负责人 企业联系人",
        "管安全的人，平时联系他。",
        "李四",
    ),
    Field.CONTACT_PHONE: _spec(
        "安全管理人员电话",
        "Safety manager's phone",
        "安全管理人员联系电话 安全管理员电话 安全管理员联系电话 安全员电话 安全员手机 安全员手机号 "
        "安全员联系电话 安全员联系方式 "
        "安全管理人员手机 安全管理人员手机号 安全负责人电话 安全负责人联系电话 安全负责人手机 联系人电话 "
        "联系人手机 联系人联系电话 联系人手机号 "
        "安全管理人员联系方式 安全管理员手机",
        "手机号，或带区号的固定电话。",
        "0574-88000000",
        16,
    ),
    Field.HEADCOUNT: _spec(
        "从业人数",
        "Headcount",
        "职工人数 员工数 员工人数 从业人员 从业人员数 从业人员人数 职工数 职工总数 员工总数 人数 用工人数 "
        "企业人数 从业人员数量 员工数量 总人数",
        "整数。",
        "120",
        10,
    ),
    Field.CATEGORY: _spec(
        "监管类别", "Category", "是否有限空间企业 是否涉及有限空间 有无有限空间 企业状态 生产状态 是否存在有限空间"
    ),
    Field.SPACE_COUNT: _spec(
        "有限空间数量",
        "Number of spaces",
        "有限空间个数 有限空间数 有限空间总数 有限空间总数量 有限空间(个) 涉及有限空间数量 空间数量 有限空间数量(个)",
    ),
    Field.SITE_NAME: _spec("厂区名称", "Site", "厂区 所属厂区 生产厂区"),
    Field.SPACE_NAME: _spec(
        "有限空间名称",
        "Space",
        "空间名称 有限空间 受限空间名称 受限空间 有限空间作业场所 有限空间场所 有限空间部位 "
        "有限空间作业部位 有限空间设施名称 场所名称 有限空间名",
        "企业内部叫法，能让人找到。",
        "1# 污水调节池",
        22,
    ),
    Field.SPACE_NUMBER: _spec(
        "有限空间编号",
        "Number",
        "空间编号 编号 有限空间编码 有限空间代码 受限空间编号 空间编码 有限空间序号 台账编号",
        "同一企业内不能重复。",
        "KJ-01",
        12,
    ),
    Field.SPACE_CLASS: _spec(
        "有限空间类型",
        "Class",
        "空间类型 类型 有限空间类别 空间类别 类别 有限空间分类 受限空间类型 空间种类 有限空间种类",
        "从下拉列表选择。",
        "",
        16,
    ),
    Field.SPACE_SUB_TYPE: _spec(
        "具体类型", "Kind", "空间具体类型 有限空间具体类型 设施类型 具体类别 小类 有限空间小类", "", "", 16
    ),
    Field.SPACE_OPENING: _spec(
        "敞开形式", "Opening", "敞开方式 封闭形式 封闭情况 开放形式 敞开情况 敞开程度 封闭程度 空间形式"
    ),
    Field.SPACE_LOCATION: _spec(
        "所在位置",
        "Place",
        "有限空间位置 位置 具体位置 空间位置 所处位置 有限空间所在位置 有限空间具体位置 部位 所在部位 "
        "所在区域 所在车间 场所位置 分布位置",
        "如：污水站东侧。",
        "污水站东侧",
        20,
    ),
    Field.SPACE_LON: _spec("有限空间经度", "Space longitude", "空间经度"),
    Field.SPACE_LAT: _spec("有限空间纬度", "Space latitude", "空间纬度"),
    Field.SPACE_COORDINATES: _spec("有限空间坐标", "Space coordinates", "有限空间经纬度 空间坐标 空间经纬度"),
    Field.SPACE_LENGTH: _spec(
        "长(米)", "Length (m)", "长 长度 空间长度 有限空间长度 有限空间长", "米；也可写 350cm。", "6", 9
    ),
    Field.SPACE_WIDTH: _spec(
        "宽或直径(米)",
        "Width or diameter (m)",
        "宽 宽度 直径 宽或直径 宽/直径 空间宽度 口径 内径 有限空间宽度",
        "米。",
        "4",
        12,
    ),
    Field.SPACE_DEPTH: _spec(
        "深或高(米)",
        "Depth or height (m)",
        "深 高 深度 高度 深或高 深/高 高/深 深(高) 高(深) 深度/高度 空间深度 有限空间深度",
        "米。",
        "3.5",
        12,
    ),
    Field.SPACE_SIZE: _spec(
        "尺寸",
        "Size",
        "规格 规格尺寸 空间尺寸 长宽高 长宽深 长×宽×高 长x宽x高 长*宽*深 长×宽×深 外形尺寸 有限空间尺寸 几何尺寸",
    ),
    Field.SPACE_VOLUME: _spec(
        "容积(立方米)", "Volume (m³)", "容积 体积 有效容积 空间容积 空间体积 有限空间容积", "立方米。", "84", 12
    ),
    Field.SPACE_ENTRANCES: _spec(
        "出入口数量",
        "Entrances",
        "出入口数 进出口数量 出入口个数 进出口数 出入口 进出口 人孔数量 入口数量 人孔数",
        "整数。",
        "1",
        11,
    ),
    Field.SPACE_ENTRANCE_NOTE: _spec(
        "出入口说明", "About entrances", "出入口情况 出入口尺寸 进出口情况 出入口形式 进出口形式", "", "", 18
    ),
    Field.SPACE_HAZARDS: _spec(
        "危险有害因素",
        "Hazards",
        "主要危险有害因素 危害因素 主要危害因素 危险因素 存在的危险有害因素 主要危险因素 有害因素 风险因素 "
        "可能存在的有毒有害气体 有毒有害气体 "
        "存在的危险因素 危险危害因素 辨识的危险有害因素",
        "几项之间用顿号隔开。",
        "硫化氢、缺氧",
        26,
    ),
    Field.SPACE_CONSEQUENCES: _spec(
        "可能后果",
        "Possible consequences",
        "可能的后果 可能导致的后果 事故后果 可能造成的后果 易导致的事故 易发事故类型 事故类型 可能事故类型 "
        "可能发生的事故 事故及后果 "
        "可能导致的事故类型 可能导致的事故 后果",
        "几项之间用顿号隔开。",
        "",
        22,
    ),
    Field.SPACE_CONTROLS: _spec(
        "防控措施",
        "Controls",
        "控制措施 管控措施 主要防控措施 防范措施 安全措施 防护措施 主要管控措施 风险管控措施 安全防控措施 "
        "主要防范措施 安全防范措施",
        "不超过 1000 字。",
        "先通风、再检测、后作业；专人监护",
        36,
    ),
    Field.SPACE_ISOLATION_KIND: _spec(
        "物理隔离方式",
        "Physical isolation",
        "隔离方式 物理隔离 隔离措施 物理隔离措施 隔离设施 物理隔离设施 隔离类型",
        "从下拉列表选择。",
        "",
        16,
    ),
    Field.SPACE_ISOLATION_STATE: _spec(
        "物理隔离状态",
        "Isolation state",
        "隔离状态 隔离情况 物理隔离情况 是否隔离 是否物理隔离 是否已隔离 是否落实物理隔离 物理隔离完成情况",
    ),
    Field.SPACE_ISOLATION_CHECKED_ON: _spec(
        "隔离检查日期",
        "Isolation checked on",
        "物理隔离检查日期 检查日期 隔离检查时间 最近检查日期",
        "如 2026-05-01。",
        "",
        14,
    ),
    Field.SPACE_LOCK_KEEPER: _spec(
        "钥匙保管人", "Key keeper", "钥匙管理人 锁具管理人 钥匙保管人员 锁具保管人", "", "", 12
    ),
}

REQUIRED_OF_ENTERPRISE = (Field.NAME, Field.CREDIT_CODE, Field.TOWN, Field.INDUSTRY)
REQUIRED_OF_SPACE = (Field.SPACE_NAME,)
PHONES = frozenset({Field.PRINCIPAL_PHONE, Field.CONTACT_PHONE})
# Titles that are understood and mean nothing to the register: they are never proposed for a field.
IGNORED_TITLES = frozenset(
    {
        "序号",
        "序",
        "no",
        "备注",
        "说明",
        "错误说明",
        "填报人",
        "填报日期",
        "填报时间",
        "填报单位",
        "照片",
        "图片",
        "审核意见",
        "县市区",
        "区县",
    }
)
# A title that says only "phone" belongs to the person on its left.
PHONE_TITLES = frozenset(
    {
        "联系电话",
        "电话",
        "手机",
        "手机号",
        "手机号码",
        "联系方式",
        "电话号码",
        "联系手机",
        "移动电话",
        "办公电话",
        "固定电话",
        "联系电话手机",
    }
)
PERSON_PHONES: Mapping[Field, Field] = {
    Field.PRINCIPAL_NAME: Field.PRINCIPAL_PHONE,
    Field.LEGAL_PERSON: Field.PRINCIPAL_PHONE,
    Field.CONTACT_NAME: Field.CONTACT_PHONE,
}
