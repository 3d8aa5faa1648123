"""How registry facts are laid out for people: columns of a workbook, and words beside codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anru.registry.labels import CATEGORY_LABELS, ISOLATION_STATE_LABELS, OPENING_LABELS
from anru.registry.selectors import shown_phone
from anru.registry.states import IsolationState, Opening
from anru.rulebook.book import edition_on
from anru.rulebook.isolation import isolation_demand
from anru.rulebook.vocabulary import vocabulary
from anru.web.shell.exports import Column
from anru.web.shell.vocab import label_of, labels_of, sector_label

ENTERPRISE_COLUMNS = [
    Column(gettext_lazy("企业名称"), lambda row: row.name, 36),
    Column(gettext_lazy("统一社会信用代码"), lambda row: row.credit_code, 22),
    Column(gettext_lazy("所属镇街"), lambda row: row.town.name, 14),
    Column(gettext_lazy("行业"), lambda row: sector_label(row.industry), 10),
    Column(gettext_lazy("监管类别"), lambda row: row.get_category_display(), 14),
    Column(gettext_lazy("地址"), lambda row: row.address, 36),
    Column(gettext_lazy("主要负责人"), lambda row: row.principal_name, 12),
    Column(gettext_lazy("主要负责人电话"), lambda row: shown_phone(row.principal_phone, masked=True), 16),
    Column(gettext_lazy("安全管理人员"), lambda row: row.contact_name, 14),
    Column(gettext_lazy("安全管理人员电话"), lambda row: shown_phone(row.contact_phone, masked=True), 16),
    Column(gettext_lazy("从业人数"), lambda row: row.headcount, 10),
    Column(gettext_lazy("有限空间数量"), lambda row: row.spaces_n, 12),
    Column(gettext_lazy("已隔离"), lambda row: row.isolated_n, 10),
]
SPACE_COLUMNS = [
    Column(gettext_lazy("企业名称"), lambda row: row.enterprise.name, 36),
    Column(gettext_lazy("统一社会信用代码"), lambda row: row.enterprise.credit_code, 22),
    Column(gettext_lazy("所属镇街"), lambda row: row.enterprise.town.name, 14),
    Column(gettext_lazy("厂区"), lambda row: row.site.name, 14),
    Column(gettext_lazy("编号"), lambda row: row.number, 14),
    Column(gettext_lazy("名称"), lambda row: row.name, 28),
    Column(gettext_lazy("类型"), lambda row: space_class_label(row.space_class), 16),
    Column(gettext_lazy("具体类型"), lambda row: sub_type_label(row.sub_type), 16),
    Column(gettext_lazy("敞开形式"), lambda row: row.get_opening_display(), 10),
    Column(gettext_lazy("位置"), lambda row: row.location, 28),
    Column(gettext_lazy("长(米)"), lambda row: row.length_m, 8),
    Column(gettext_lazy("宽或直径(米)"), lambda row: row.width_m, 8),
    Column(gettext_lazy("深或高(米)"), lambda row: row.depth_m, 8),
    Column(gettext_lazy("容积(立方米)"), lambda row: row.volume_m3, 10),
    Column(gettext_lazy("出入口数量"), lambda row: row.entrances_n, 10),
    Column(gettext_lazy("危险有害因素"), lambda row: "、".join(hazard_labels(row.hazards)), 40),
    Column(gettext_lazy("可能后果"), lambda row: "、".join(consequence_labels(row.consequences)), 24),
    Column(gettext_lazy("防控措施"), lambda row: row.controls, 40),
    Column(gettext_lazy("物理隔离方式"), lambda row: isolation_kind_label(row.isolation_kind), 14),
    Column(gettext_lazy("物理隔离状态"), lambda row: row.get_isolation_state_display(), 12),
    Column(gettext_lazy("隔离检查日期"), lambda row: row.isolation_checked_on, 12),
    Column(gettext_lazy("钥匙保管人"), lambda row: row.lock_keeper, 12),
]


@dataclass(frozen=True, slots=True)
class IsolationWords:
    """What the rulebook asks of a space's isolation, and whether what stands there answers it."""

    kinds: list[str]
    clause: str
    fits: bool


def isolation_words(space: Any, at: datetime) -> IsolationWords:
    """Return which kinds of isolation the space needs one of, under which clause, and whether it has one of them."""
    language_free = isolation_demand(
        space.space_class, space.opening == Opening.OPEN, space.hazards, edition=edition_on(at)
    )
    stands = space.isolation_state == IsolationState.IN_PLACE
    return IsolationWords(
        kinds=[isolation_kind_label(kind) for kind in language_free.kinds],
        clause=str(language_free.clause),
        fits=stands and space.isolation_kind in language_free.kinds,
    )


def space_class_label(code: str) -> str:
    """Return the words of a class of space."""
    return label_of(vocabulary().space_classes, code)


def sub_type_label(code: str) -> str:
    """Return the words of a kind of space, nothing for none."""
    return label_of(vocabulary().sub_types, code) if code else ""


def isolation_kind_label(code: str) -> str:
    """Return the words of a kind of isolation, nothing for none."""
    return label_of(vocabulary().isolation_kinds, code) if code else ""


def hazard_labels(codes: list[str]) -> list[str]:
    """Return the words of hazards."""
    return labels_of(vocabulary().hazards, codes)


def consequence_labels(codes: list[str]) -> list[str]:
    """Return the words of consequences."""
    return labels_of(vocabulary().consequences, codes)


FIELD_WORDS: dict[str, Any] = {
    "name": gettext_lazy("名称"),
    "number": gettext_lazy("编号"),
    "credit_code": gettext_lazy("统一社会信用代码"),
    "industry": gettext_lazy("行业"),
    "address": gettext_lazy("地址"),
    "lat": gettext_lazy("纬度"),
    "lon": gettext_lazy("经度"),
    "principal_name": gettext_lazy("主要负责人"),
    "principal_phone": gettext_lazy("主要负责人电话"),
    "contact_name": gettext_lazy("安全管理人员"),
    "contact_phone": gettext_lazy("安全管理人员电话"),
    "headcount": gettext_lazy("从业人数"),
    "category": gettext_lazy("监管类别"),
    "town": gettext_lazy("所属镇街"),
    "site_id": gettext_lazy("厂区"),
    "space_class": gettext_lazy("类型"),
    "sub_type": gettext_lazy("具体类型"),
    "opening": gettext_lazy("敞开形式"),
    "location": gettext_lazy("位置"),
    "length_m": gettext_lazy("长(米)"),
    "width_m": gettext_lazy("宽或直径(米)"),
    "depth_m": gettext_lazy("深或高(米)"),
    "volume_m3": gettext_lazy("容积(立方米)"),
    "entrances_n": gettext_lazy("出入口数量"),
    "entrance_note": gettext_lazy("出入口说明"),
    "hazards": gettext_lazy("危险有害因素"),
    "consequences": gettext_lazy("可能后果"),
    "controls": gettext_lazy("防控措施"),
    "isolation_kind": gettext_lazy("物理隔离方式"),
    "isolation_state": gettext_lazy("物理隔离状态"),
    "isolation_checked_on": gettext_lazy("隔离检查日期"),
    "lock_keeper": gettext_lazy("钥匙保管人"),
}
EVENT_WORDS: dict[str, Any] = {
    "enterprise.created": gettext_lazy("建档"),
    "enterprise.imported": gettext_lazy("名册导入建档"),
    "enterprise.changed": gettext_lazy("修改档案"),
    "enterprise.moved_away": gettext_lazy("迁出镇街"),
    "enterprise.moved_in": gettext_lazy("迁入镇街"),
    "enterprise.categorised": gettext_lazy("调整监管类别"),
    "site.created": gettext_lazy("新增厂区"),
    "site.changed": gettext_lazy("修改厂区"),
    "space.registered": gettext_lazy("建立台账"),
    "space.changed": gettext_lazy("修改台账"),
    "space.isolation_checked": gettext_lazy("记录物理隔离"),
    "space.retired": gettext_lazy("停用"),
}
CODE_WORDS: dict[str, Any] = {
    "industry": sector_label,
    "space_class": space_class_label,
    "sub_type": sub_type_label,
    "isolation_kind": isolation_kind_label,
    "hazards": lambda codes: "、".join(hazard_labels(codes)),
    "consequences": lambda codes: "、".join(consequence_labels(codes)),
    "opening": lambda code: str(dict(OPENING_LABELS).get(code, code)),
    "isolation_state": lambda code: str(dict(ISOLATION_STATE_LABELS).get(code, code)),
    "category": lambda code: str(dict(CATEGORY_LABELS).get(code, code)),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field's change in words."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry of the ledger in words."""

    at: datetime
    title: str
    reason: str
    changes: list[ShownChange]


def shown_history(entries: Any) -> list[ShownEntry]:
    """Return ledger entries as people read them, newest first."""
    return [
        ShownEntry(
            at=entry.at,
            title=str(EVENT_WORDS.get(entry.event, entry.event)),
            reason=str(entry.facts.get("reason", "")),
            changes=[shown_change(change) for change in entry.facts.get("changes", [])],
        )
        for entry in entries
    ]


def shown_change(change: dict[str, Any]) -> ShownChange:
    """Return a recorded change with its field and its codes in words."""
    field = change["field"]
    return ShownChange(str(FIELD_WORDS.get(field, field)), _shown(field, change["old"]), _shown(field, change["new"]))


def _shown(field: str, content: Any) -> str:
    if content is None or content == "" or content == []:
        return str(_("（空）"))
    words = CODE_WORDS.get(field)
    return str(words(content)) if words else str(content)
