"""The label at the mouth of each space, eight on an A4 page: no entry without a permit, what harms, and a QR code."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from anru.registry.models import ConfinedSpace
from anru.rulebook.vocabulary import suggested_consequences, vocabulary

TEMPLATE = Path(__file__).parent / "typst" / "labels.typ"
FONTS = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "DejaVu Sans")
MOST_MARKS = 4
QR_ERROR_LEVEL = "q"


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label; `address` is what its QR code opens."""

    enterprise: str
    number: str
    name: str
    space_class: str
    sub_type: str
    hazards: tuple[str, ...]
    consequences: tuple[str, ...]
    address: str


def labels_of(spaces: Iterable[ConfinedSpace], address_of: Callable[[str], str]) -> list[Label]:
    """Return a label for each space; `address_of` makes the full address of a risk card from its token."""
    return [
        Label(
            enterprise=space.enterprise.name,
            number=space.number,
            name=space.name,
            space_class=space.space_class,
            sub_type=space.sub_type,
            hazards=tuple(space.hazards),
            consequences=tuple(space.consequences),
            address=address_of(space.card_token),
        )
        for space in spaces
    ]


def label_sheet(labels: Sequence[Label], *, fonts: Path) -> bytes:
    """Return the PDF of the labels in the active language, with selectable text.

    `fonts` is the folder that holds the Chinese font; fonts of the machine are left out, so that the sheet looks the
    same wherever it is made. Raises: ValueError without labels; typst.TypstError when the sheet cannot be set.
    """
    if not labels:
        raise ValueError("no labels")
    sheet = {
        "title": _("有限空间风险标签"),
        "fonts": list(FONTS),
        "headline": _("未经审批 严禁进入"),
        "kind": _("有限空间"),
        "headline_en": "CONFINED SPACE · NO ENTRY WITHOUT PERMIT",
        "scan": _("扫码查看风险告知"),
        "hazards_word": _("危险有害因素："),
        "order": _("先通风、再检测、后作业　监护人员不得离开"),
        "rescue": _("有人倒下：严禁盲目施救，立即拨打 119 和 120"),
        "labels": [_laid_out(label) for label in labels],
    }
    return typst.compile(
        str(TEMPLATE),
        format="pdf",
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
    )


def _laid_out(label: Label) -> dict[str, object]:
    words, language = vocabulary(), get_language()
    space_class = words.space_classes.get(label.space_class)
    sub_type = words.sub_types.get(label.sub_type)
    kinds = [term.label.spoken(language) for term in (space_class, sub_type) if term is not None]
    hazards = [words.hazards[code].label.spoken(language) for code in label.hazards if code in words.hazards]
    return {
        "enterprise": label.enterprise,
        "number": label.number,
        "name": label.name,
        "class": " · ".join(kinds),
        "hazards": hazards,
        "marks": [{"mark": mark, "words": text} for mark, text in _marks(label)[:MOST_MARKS]],
        "qr": _qr_svg(label.address),
    }


def _marks(label: Label) -> list[tuple[str, str]]:
    """Return the warning triangles of a label, the deadliest first."""
    found = {*label.consequences, *suggested_consequences(label.hazards)}
    table = (
        ({"poisoning"}, "毒", _("当心中毒")),
        ({"asphyxia"}, "窒", _("当心窒息")),
        ({"explosion", "fire"}, "爆", _("当心燃爆")),
        ({"drowning"}, "溺", _("当心淹溺")),
        ({"burial"}, "埋", _("当心掩埋")),
        ({"electrocution"}, "电", _("当心触电")),
        ({"fall"}, "坠", _("当心坠落")),
        ({"mechanical_injury", "struck"}, "伤", _("当心伤害")),
        ({"burn"}, "烫", _("当心灼烫")),
    )
    return [(mark, text) for codes, mark, text in table if codes & found]


def _qr_svg(address: str) -> str:
    # A quarter of the code may be scratched or muddy and it still reads.
    out = io.BytesIO()
    segno.make(address, error=QR_ERROR_LEVEL, micro=False).save(out, kind="svg", border=2, xmldecl=False, svgns=True)
    return out.getvalue().decode()
