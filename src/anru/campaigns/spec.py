"""The content of a required item as a campaign keeps it: a bureau may have edited what the rulebook proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

FILE_MEDIA = frozenset({"photo", "document"})
FIELD_MEDIA = frozenset({"text", "number", "date", "choice"})


def spoken(entry: Mapping[str, Any], key: str) -> str:
    """Return an entry's words in the active language; Chinese where no English was given."""
    if (get_language() or "").startswith("en"):
        return str(entry.get(f"{key}_en") or entry.get(key, ""))
    return str(entry.get(key, ""))


@dataclass(frozen=True, slots=True)
class Choice:
    """A code with its words: an option, an acceptance criterion or a reason to return."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for evidence. `least` and `most` count files; a field slot holds one value."""

    code: str
    label: str
    medium: str
    least: int
    most: int
    help: str
    choices: tuple[Choice, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether the slot takes files rather than a value."""
        return self.medium in FILE_MEDIA

    @property
    def required(self) -> bool:
        """Whether nothing can be submitted while the slot is empty."""
        return self.least > 0


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """A required item in one language, ready to show and to judge by."""

    slots: tuple[Slot, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    criteria: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    clause: str
    summary: str

    def slot(self, code: str) -> Slot | None:
        """Return the slot of that code, or None."""
        return next((slot for slot in self.slots if slot.code == code), None)


def read_spec(stored: Mapping[str, Any]) -> ItemSpec:
    """Return the stored content in the active language. Raises: KeyError or ValueError when it is malformed."""
    return ItemSpec(
        slots=tuple(_slot(entry) for entry in stored["slots"]),
        good=tuple(spoken(entry, "text") for entry in stored["good"]),
        bad=tuple(spoken(entry, "text") for entry in stored["bad"]),
        criteria=tuple(_choice(entry) for entry in stored["criteria"]),
        reasons=tuple(_choice(entry) for entry in stored["reasons"]),
        clause=spoken(stored, "clause"),
        summary=spoken(stored, "summary"),
    )


def problems_of(stored: Mapping[str, Any]) -> list[str]:
    """Return what is missing or wrong in a stored item's content, as field paths; empty when it can be dispatched."""
    wrong: list[str] = []
    slots = stored.get("slots") or []
    if not slots:
        wrong.append("slots")
    codes = [entry.get("code") for entry in slots]
    if len(set(codes)) != len(codes):
        wrong.append("slots.code")
    for number, entry in enumerate(slots, start=1):
        wrong += [f"slots.{number}.{name}" for name in _slot_problems(entry)]
    if not stored.get("criteria"):
        wrong.append("criteria")
    if not stored.get("reasons"):
        wrong.append("reasons")
    return wrong


def _slot_problems(entry: Mapping[str, Any]) -> list[str]:
    wrong = [name for name in ("code", "label", "medium") if not entry.get(name)]
    if entry.get("medium") not in FILE_MEDIA | FIELD_MEDIA:
        wrong.append("medium")
    least, most = entry.get("least", 0), entry.get("most", 1)
    if not (isinstance(least, int) and isinstance(most, int) and 0 <= least <= most and most >= 1):
        wrong.append("least")
    if entry.get("medium") == "choice" and not entry.get("choices"):
        wrong.append("choices")
    return wrong


def _choice(entry: Mapping[str, Any]) -> Choice:
    return Choice(code=str(entry["code"]), text=spoken(entry, "text"))


def _slot(entry: Mapping[str, Any]) -> Slot:
    return Slot(
        code=str(entry["code"]),
        label=spoken(entry, "label"),
        medium=str(entry["medium"]),
        least=int(entry["least"]),
        most=int(entry["most"]),
        help=spoken(entry, "help"),
        choices=tuple(_choice(choice) for choice in entry.get("choices", ())),
    )
