"""How campaign facts are laid out for people: columns of a workbook, versions of a proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from anru.campaigns.spec import Slot, read_spec
from anru.web.shell.exports import Column
from anru.web.shell.vocab import sector_label

OBLIGATION_COLUMNS = [
    Column(_("企业名称"), lambda row: row.enterprise.name, 36),
    Column(_("统一社会信用代码"), lambda row: row.enterprise.credit_code, 22),
    Column(_("所属镇街"), lambda row: row.enterprise.town.name, 14),
    Column(_("规定动作"), lambda row: row.item.shown_title, 28),
    Column(_("有限空间"), lambda row: row.space.name if row.space else "", 24),
    Column(_("状态"), lambda row: row.get_state_display(), 10),
    Column(_("期限"), lambda row: row.due_on, 12),
    Column(_("提交时间"), lambda row: row.submitted_at, 18),
    Column(_("审核时间"), lambda row: row.decided_at, 18),
]
PARTICIPATION_COLUMNS = [
    Column(_("企业名称"), lambda row: row.enterprise.name, 36),
    Column(_("统一社会信用代码"), lambda row: row.enterprise.credit_code, 22),
    Column(_("所属镇街"), lambda row: row.enterprise.town.name, 14),
    Column(_("行业"), lambda row: sector_label(row.industry), 10),
    Column(_("应完成"), lambda row: row.total_n, 8),
    Column(_("已完成"), lambda row: row.done_n, 8),
    Column(_("是否全部完成"), lambda row: _("是") if row.complete else _("否"), 12),
]


@dataclass(frozen=True, slots=True)
class ShownSlot:
    """One slot of a version with what lies in it."""

    slot: Slot
    files: Sequence[Any]
    value: str


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version of a proof, slot by slot."""

    version: Any
    slots: Sequence[ShownSlot]

    @property
    def pictures(self) -> list[tuple[str, Any]]:
        """The attachments that can be looked at, each with what its slot asks for, in the order of the slots."""
        return [(slot.slot.label, held) for slot in self.slots for held in slot.files if held.file.display_sha256]


def shown_versions(obligation: Any, versions: Sequence[Any]) -> list[ShownVersion]:
    """Return the versions laid out by the slots of the obligation's item."""
    spec = read_spec(obligation.item.spec)
    return [ShownVersion(version, [_slot(version, slot) for slot in spec.slots]) for version in versions]


def _slot(version: Any, slot: Slot) -> ShownSlot:
    files = [held for held in version.files.all() if held.slot == slot.code]
    raw = version.fields.get(slot.code)
    value = "" if raw is None else str(raw)
    if slot.medium == "choice":
        value = next((choice.text for choice in slot.choices if choice.code == value), value)
    return ShownSlot(slot, files, value)
