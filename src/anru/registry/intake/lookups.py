"""Words of the file to codes of ours: towns, sectors, classes, hazards. The caller brings the lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from anru.registry.states import IsolationState, Opening, ScopeCategory

_MARKS = re.compile(r"[\s/\\|>·,，、。;；:：\-—_()（）\[\]【】\"'“”.]+")
_TOWN_TAIL = re.compile(r"(?:街道办事处|街道办|街道|镇人民政府|镇政府|乡人民政府|镇|乡)$")
_AREA_TAIL = re.compile(r"(?:特别行政区|自治区|自治州|省|市|区|县)$")
_WORD_TAIL = re.compile(r"(?:行业企业|行业|企业|制造业|产业|类|业|等)$")
_SPLIT = re.compile(r"[、，,;；/|\n\r\t\s。+＋&]+")
_NUMBERING = re.compile(r"^(?:[(（]?\d{1,2}[.、)）:：]|[①-⑳])\s*")
_INSIDE = re.compile(r"^(.*?)[(（]([^()（）]*)[)）]$")
_REMEMBERED = 2_000
_Found = TypeVar("_Found")
_AND = re.compile(r"[和及与]")


def word_key(text: str) -> str:
    """Return a word without width, case, spaces and marks, so that two spellings become one."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).lower())


@dataclass(frozen=True, slots=True)
class Town:
    """A town or street as the register knows it; `above` are the names over it, the widest first."""

    code: str
    name: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TownFound:
    """What a text says about the town: one code, several names to choose from, or suggestions."""

    code: str = ""
    name: str = ""
    several: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    by_beginning: bool = False


class TownIndex:
    """Finds a town by name with or without 街道 or 镇, by the full path, or by its code."""

    def __init__(self, towns: Iterable[Town]) -> None:
        self._towns = tuple(towns)
        self._by_key: dict[str, list[Town]] = {}
        self._above: list[tuple[str, str]] = []
        for town in self._towns:
            name = word_key(town.name)
            # The statistical code of a town has nine digits, the full one three noughts more.
            keys = {name, _TOWN_TAIL.sub("", name) or name, town.code, f"{town.code}000", f"{name}办事处"}
            keys.update((f"{name}人民政府", f"{_TOWN_TAIL.sub('', name)}街道办"))
            for key in keys:
                self._by_key.setdefault(key, []).append(town)
        for name in sorted({name for town in self._towns for name in town.above}, key=len, reverse=True):
            key = word_key(name)
            self._above.append((key, name))
            if len(_AREA_TAIL.sub("", key)) > 1:
                self._above.append((_AREA_TAIL.sub("", key), name))
        self._above.sort(key=lambda pair: len(pair[0]), reverse=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, for a drop-down list."""
        return tuple(town.name for town in self._towns)

    def find(self, text: str) -> TownFound:
        """Return the town that the text means."""
        rest, above = word_key(text), set[str]()
        while True:
            found = [town for town in self._by_key.get(rest, ()) if above.issubset(town.above)]
            if len(found) == 1:
                return TownFound(found[0].code, found[0].name)
            if found:
                return TownFound(several=tuple("".join((*town.above, town.name)) for town in found))
            prefix = next(
                ((key, name) for key, name in self._above if len(rest) > len(key) and rest.startswith(key)), None
            )
            if prefix is None:
                break
            rest = rest[len(prefix[0]) :]
            above.add(prefix[1])
        starts = [t for t in self._towns if rest.startswith(word_key(t.name)) and above.issubset(t.above)]
        if len(starts) == 1:
            return TownFound(starts[0].code, starts[0].name, by_beginning=True)
        return TownFound(alike=tuple(get_close_matches(rest, [word_key(town.name) for town in self._towns], 3, 0.5)))


class WordIndex:
    """Finds a code by any of its words; built from word → code with every synonym a word of its own."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._codes: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self._listed: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for word, code in words.items():
            self._codes.setdefault(word_key(word), str(code))
            self._codes.setdefault(word_key(code), str(code))
            self._words.setdefault(str(code), word)

    def __bool__(self) -> bool:
        return bool(self._codes)

    @property
    def first_words(self) -> tuple[str, ...]:
        """The first word of each code, for a drop-down list."""
        return tuple(self._words.values())

    def word_of(self, code: str) -> str:
        """Return the first word of a code."""
        return self._words.get(code, code)

    def find(self, text: str) -> str:
        """Return the code of a text, "" when it is unknown; notes in brackets and 行业 at the end do not matter."""
        found = self._found.get(text)
        if found is None:
            codes = (self._codes.get(word_key(spelling), "") for spelling in _spellings(text))
            found = next(filter(None, codes), "")
            _remember(self._found, text, found)
        return found

    def inside(self, text: str) -> str:
        """Return the code whose word stands in the text; the longest word wins; "" when none does."""
        key = word_key(text)
        matches = [word for word in self._codes if len(word) > 1 and word in key]
        return self._codes[max(matches, key=len)] if matches else ""

    def suggested(self, text: str) -> dict[str, str]:
        """Return up to three words that look like the text as `alike`, or else the first words that are `known`."""
        keys = get_close_matches(word_key(text), list(self._codes), 3, 0.5)
        alike = dict.fromkeys(self._words[self._codes[key]] for key in keys)
        return {"alike": "、".join(alike)} if alike else {"known": "、".join(self.first_words[:12])}

    def find_many(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the codes of a list of words, and the words that are unknown."""
        found = self._listed.get(text)
        if found is None:
            found = self._looked_up(text)
            _remember(self._listed, text, found)
        return found

    def _looked_up(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        whole = self.find(text)
        if whole:
            return (whole,), ()
        codes: dict[str, None] = {}
        unknown: list[str] = []
        for piece in _pieces(text):
            code = self.find(piece)
            if code:
                codes[code] = None
                continue
            halves = [self.find(half) for half in _AND.split(piece)]
            if len(halves) > 1 and all(halves):
                codes.update(dict.fromkeys(halves))
            else:
                unknown.append(piece)
        return tuple(codes), tuple(unknown)


def _remember(memory: dict[str, _Found], text: str, found: _Found) -> None:
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[text] = found


def _spellings(text: str) -> Iterable[str]:
    cleaned = _NUMBERING.sub("", text.strip())
    yield cleaned
    bracket = _INSIDE.match(cleaned)
    if bracket:
        yield bracket.group(1)
        yield bracket.group(2)
    short = _WORD_TAIL.sub("", cleaned)
    if short and short != cleaned:
        yield short


def _pieces(text: str) -> Sequence[str]:
    pieces = (_NUMBERING.sub("", piece.strip()) for piece in _SPLIT.split(text))
    return [piece for piece in pieces if piece and not piece.isdigit() and piece not in ("等", "无", "其他等")]


OPENING_WORDS: Mapping[str, str] = {
    "敞开": Opening.OPEN, "开放": Opening.OPEN, "敞开式": Opening.OPEN, "开放式": Opening.OPEN, "露天": Opening.OPEN,
    "半封闭": Opening.SEMI_CLOSED, "半敞开": Opening.SEMI_CLOSED, "半封闭式": Opening.SEMI_CLOSED,
    "部分封闭": Opening.SEMI_CLOSED, "半开放": Opening.SEMI_CLOSED, "封闭": Opening.CLOSED, "全封闭": Opening.CLOSED,
    "封闭式": Opening.CLOSED, "密闭": Opening.CLOSED, "密封": Opening.CLOSED,
}  # fmt: skip
ISOLATION_STATE_WORDS: Mapping[str, str] = {
    "未隔离": IsolationState.NONE, "否": IsolationState.NONE, "无": IsolationState.NONE, "没有": IsolationState.NONE,
    "未落实": IsolationState.NONE, "未完成": IsolationState.NONE, "部分隔离": IsolationState.PARTIAL,
    "部分": IsolationState.PARTIAL, "部分完成": IsolationState.PARTIAL, "已隔离": IsolationState.IN_PLACE,
    "是": IsolationState.IN_PLACE, "有": IsolationState.IN_PLACE, "已落实": IsolationState.IN_PLACE,
    "已完成": IsolationState.IN_PLACE, "全部隔离": IsolationState.IN_PLACE,
}  # fmt: skip
CATEGORY_WORDS: Mapping[str, str] = {
    "有限空间企业": ScopeCategory.IN_SCOPE, "是": ScopeCategory.IN_SCOPE, "有": ScopeCategory.IN_SCOPE,
    "涉及": ScopeCategory.IN_SCOPE, "正常": ScopeCategory.IN_SCOPE, "在产": ScopeCategory.IN_SCOPE,
    "生产": ScopeCategory.IN_SCOPE, "正常生产": ScopeCategory.IN_SCOPE, "无有限空间": ScopeCategory.NO_SPACE,
    "否": ScopeCategory.NO_SPACE, "无": ScopeCategory.NO_SPACE, "不涉及": ScopeCategory.NO_SPACE,
    "没有": ScopeCategory.NO_SPACE, "停产关闭": ScopeCategory.CLOSED_DOWN, "停产": ScopeCategory.CLOSED_DOWN,
    "关闭": ScopeCategory.CLOSED_DOWN, "关停": ScopeCategory.CLOSED_DOWN, "注销": ScopeCategory.CLOSED_DOWN,
    "搬迁": ScopeCategory.CLOSED_DOWN,
}  # fmt: skip


def _no_words() -> WordIndex:
    return WordIndex({})


@dataclass(frozen=True, slots=True)
class Lookups:
    """Every list that rows are judged against. `sub_type_class` says the class of each kind of space."""

    towns: TownIndex
    sectors: WordIndex
    classes: WordIndex = field(default_factory=_no_words)
    sub_types: WordIndex = field(default_factory=_no_words)
    sub_type_class: Mapping[str, str] = field(default_factory=dict)
    hazards: WordIndex = field(default_factory=_no_words)
    consequences: WordIndex = field(default_factory=_no_words)
    isolation_kinds: WordIndex = field(default_factory=_no_words)
    openings: WordIndex = field(default_factory=lambda: WordIndex(OPENING_WORDS))
    isolation_states: WordIndex = field(default_factory=lambda: WordIndex(ISOLATION_STATE_WORDS))
    categories: WordIndex = field(default_factory=lambda: WordIndex(CATEGORY_WORDS))
