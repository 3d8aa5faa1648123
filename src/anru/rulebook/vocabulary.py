"""The words for spaces, hazards, trades and isolation, read from `vocabulary/*.toml` and checked against the codes.

Nothing here is dated: a word does not come into force. What a regulator could change stands in `instruments`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from anru.rulebook.codes import Confidence, Hazard, IsolationKind, Sector, SpaceClass
from anru.rulebook.errors import Problem, RulebookInvalid
from anru.rulebook.reader import Table
from anru.rulebook.words import Text

__all__ = [
    "Confidence",
    "Hazard",
    "HazardTerm",
    "IsolationKind",
    "IsolationTerm",
    "Sector",
    "SectorTerm",
    "SpaceClass",
    "SubType",
    "Term",
    "Vocabulary",
    "Work",
    "code_of",
    "default_hazards",
    "load_vocabulary",
    "options",
    "sub_types_of",
    "suggested_consequences",
    "suggested_controls",
    "vocabulary",
]

FOLDER = Path(__file__).parent / "vocabulary"


@dataclass(frozen=True, slots=True)
class Term:
    """A code with its words in both languages and the other names that people write for it."""

    code: str
    label: Text
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HazardTerm(Term):
    """A hazard: whether it poisons, takes the breath or burns, what it can lead to and what is done against it."""

    poison: bool
    asphyxia: bool
    flammable: bool
    consequences: tuple[str, ...]
    controls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubType(Term):
    """A kind of space within a class, with the hazards to be expected there before anyone has looked."""

    space_class: SpaceClass
    hazards: tuple[Hazard, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Work(Term):
    """A kind of work that brings hazards of its own into a space."""

    hazards: tuple[Hazard, ...]
    mechanical_ventilation: bool


@dataclass(frozen=True, slots=True)
class SectorTerm(Term):
    """A trade, and whether Order 13 covers it."""

    in_order_13: bool


@dataclass(frozen=True, slots=True)
class IsolationTerm(Term):
    """A kind of physical isolation; `must_breathe` when closing it air-tight would make the space more dangerous."""

    must_breathe: bool
    needs_key_keeper: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every list of words, in the order in which a form shows them."""

    space_classes: Mapping[str, Term]
    sub_types: Mapping[str, SubType]
    works: Mapping[str, Work]
    hazards: Mapping[str, HazardTerm]
    consequences: Mapping[str, Term]
    controls: Mapping[str, Term]
    sectors: Mapping[str, SectorTerm]
    isolation_kinds: Mapping[str, IsolationTerm]


AnyTerm = TypeVar("AnyTerm", bound=Term)


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the product. Raises: RulebookInvalid."""
    return load_vocabulary(FOLDER)


def sub_types_of(space_class: str) -> tuple[SubType, ...]:
    """Return the kinds of space within a class, in the order of the list; none for an unknown class."""
    return tuple(sub for sub in vocabulary().sub_types.values() if sub.space_class == space_class)


def default_hazards(sub_type: str, works: Iterable[str] = ()) -> tuple[Hazard, ...]:
    """Return the hazards to be expected in that kind of space during those works; a proposal, never a finding.

    Unknown codes add nothing. The order is that of the hazard list.
    """
    words = vocabulary()
    found: set[Hazard] = set()
    if sub_type in words.sub_types:
        found.update(words.sub_types[sub_type].hazards)
    for work in works:
        if work in words.works:
            found.update(words.works[work].hazards)
    return tuple(hazard for hazard in Hazard if hazard in found)


def suggested_consequences(hazards: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of what the hazards can lead to, in the order of the list."""
    words = vocabulary()
    found = {code for hazard in hazards if hazard in words.hazards for code in words.hazards[hazard].consequences}
    return tuple(code for code in words.consequences if code in found)


def suggested_controls(hazards: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of the usual measures against the hazards, in the order of the list."""
    words = vocabulary()
    found = {code for hazard in hazards if hazard in words.hazards for code in words.hazards[hazard].controls}
    return tuple(code for code in words.controls if code in found)


def options(terms: Mapping[str, Term], language: str | None = None) -> list[tuple[str, str]]:
    """Return (code, words) pairs for a form field, in the order of the list."""
    return [(code, term.label.spoken(language)) for code, term in terms.items()]


def code_of(terms: Mapping[str, Term], words: str) -> str | None:
    """Return the code for what somebody wrote: the code, the Chinese or English word, or another name; else None."""
    wanted = words.strip().casefold()
    for code, term in terms.items():
        names = (code, term.label.zh, term.label.en, *term.also)
        if wanted and wanted in {name.casefold() for name in names}:
            return code
    return None


def load_vocabulary(folder: Path) -> Vocabulary:
    """Return the vocabulary of a folder. Raises: RulebookInvalid with every fault: words missing, codes unknown."""
    problems: list[Problem] = []
    content: dict[str, tuple[str, list[Any]]] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            parsed = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            problems.append(Problem(path.name, "", "", f"is not TOML: {error}"))
            continue
        content.update({name: (path.name, entries) for name, entries in parsed.items()})
    words = Vocabulary(
        space_classes=_listed(content, "space_class", problems, _term, SpaceClass),
        sub_types=_listed(content, "sub_type", problems, _sub_type),
        works=_listed(content, "work", problems, _work),
        hazards=_listed(content, "hazard", problems, _hazard, Hazard),
        consequences=_listed(content, "consequence", problems, _term),
        controls=_listed(content, "control", problems, _term),
        sectors=_listed(content, "sector", problems, _sector, Sector),
        isolation_kinds=_listed(content, "isolation_kind", problems, _isolation, IsolationKind),
    )
    file = content.get("hazard", ("", []))[0]
    for hazard in words.hazards.values():
        for field, codes, known in (
            ("consequences", hazard.consequences, words.consequences),
            ("controls", hazard.controls, words.controls),
        ):
            problems += [
                Problem(file, hazard.code, field, f"unknown code {code!r}") for code in codes if code not in known
            ]
    if problems:
        raise RulebookInvalid(problems)
    return words


def _listed(
    content: Mapping[str, tuple[str, list[Any]]],
    name: str,
    problems: list[Problem],
    read: Callable[[Table, str, Text, tuple[str, ...]], AnyTerm],
    codes: type[StrEnum] | None = None,
) -> Mapping[str, AnyTerm]:
    file, entries = content.get(name, ("", []))
    found: dict[str, AnyTerm] = {}
    for number, entry in enumerate(entries, start=1):
        table = Table(entry, file=file, entry=str(entry.get("code", f"{name}.{number}")), problems=problems)
        code = table.text("code", pattern=r"[a-z][a-z0-9_]*")
        if code in found:
            table.fault("code", f"{code!r} stands twice")
        found[code] = read(table, code, Text(table.text("zh"), table.text("en")), table.names("also"))
        table.done()
    if codes is not None:
        known = {str(code.value) for code in codes}
        problems += [Problem(file, name, code, "has no words") for code in sorted(known - set(found))]
        problems += [Problem(file, name, code, "is not a code") for code in sorted(set(found) - known)]
    elif not found:
        problems.append(Problem(file, name, "", "has no entries"))
    return MappingProxyType(found)


def _term(_table: Table, code: str, label: Text, also: tuple[str, ...]) -> Term:
    return Term(code, label, also)


def _hazard(table: Table, code: str, label: Text, also: tuple[str, ...]) -> HazardTerm:
    return HazardTerm(
        code,
        label,
        also,
        poison=table.flag("poison", default=False),
        asphyxia=table.flag("asphyxia", default=False),
        flammable=table.flag("flammable", default=False),
        consequences=table.names("consequences"),
        controls=table.names("controls"),
    )


def _sub_type(table: Table, code: str, label: Text, also: tuple[str, ...]) -> SubType:
    return SubType(
        code,
        label,
        also,
        space_class=table.code("class", SpaceClass),
        hazards=table.codes("hazards", Hazard),
        confidence=table.code("confidence", Confidence),
    )


def _work(table: Table, code: str, label: Text, also: tuple[str, ...]) -> Work:
    return Work(
        code,
        label,
        also,
        hazards=table.codes("hazards", Hazard),
        mechanical_ventilation=table.flag("mechanical_ventilation", default=False),
    )


def _sector(table: Table, code: str, label: Text, also: tuple[str, ...]) -> SectorTerm:
    return SectorTerm(code, label, also, in_order_13=table.flag("in_order_13", default=False))


def _isolation(table: Table, code: str, label: Text, also: tuple[str, ...]) -> IsolationTerm:
    return IsolationTerm(
        code,
        label,
        also,
        must_breathe=table.flag("must_breathe", default=False),
        needs_key_keeper=table.flag("needs_key_keeper", default=False),
    )
