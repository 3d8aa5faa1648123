"""How a Chinese name is typed on a keyboard without Chinese: whole syllables, and first letters."""

from __future__ import annotations

import re

from pypinyin import Style, lazy_pinyin

LONGEST = 400
_KEPT = re.compile(r"[^0-9a-z]+")


def spelled(name: str) -> str:
    """Return the name's pinyin without tones, a space, and its initials: 宁波锚点 gives "ningbomaodian nbmd".

    Letters and digits of the name stay in both parts; everything else is left out.
    """
    whole = _joined(lazy_pinyin(name, style=Style.NORMAL, errors="default"))
    initials = _joined(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default"))
    return f"{whole} {initials}"[:LONGEST].strip()


def _joined(syllables: list[str]) -> str:
    return _KEPT.sub("", "".join(syllables).lower())
