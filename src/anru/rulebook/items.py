"""What a campaign can ask an enterprise to prove: the evidence, what good looks like, how a reviewer decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anru.rulebook.codes import Confidence
from anru.rulebook.conditions import Condition
from anru.rulebook.words import Choice, Text


class Medium(StrEnum):
    """What a slot takes: files that somebody looks at, or one typed value."""

    PHOTO = "photo"
    DOCUMENT = "document"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"


FILE_MEDIA = frozenset({Medium.PHOTO, Medium.DOCUMENT})


class Per(StrEnum):
    """Whether an item is owed once by the enterprise or once for each space."""

    ENTERPRISE = "enterprise"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class EvidenceSlot:
    """One place for evidence. `least` and `most` count files; a value slot has `most` 1."""

    code: str
    label: Text
    medium: Medium
    least: int
    most: int
    help: Text
    choices: tuple[Choice, ...] = ()

    @property
    def required(self) -> bool:
        """Whether nothing can be submitted while the slot is empty."""
        return self.least > 0

    def stored(self) -> dict[str, Any]:
        """Return the slot as JSON can hold it, Chinese under the plain key and English under `_en`."""
        return {
            "code": self.code,
            **_pair("label", self.label),
            "medium": self.medium.value,
            "least": self.least,
            "most": self.most,
            **_pair("help", self.help),
            "choices": [_choice(choice) for choice in self.choices],
        }


@dataclass(frozen=True, slots=True)
class RequiredItemSpec:
    """One item as the rulebook proposes it. A campaign keeps a copy, which its bureau may edit before dispatch."""

    code: str
    instrument: str
    title: Text
    summary: Text
    per: Per
    default: bool
    applies_when: Condition
    slots: tuple[EvidenceSlot, ...]
    good: tuple[Text, ...]
    bad: tuple[Text, ...]
    criteria: tuple[Choice, ...]
    reason_codes: tuple[Choice, ...]
    basis: tuple[str, ...]
    confidence: Confidence

    def slot(self, code: str) -> EvidenceSlot | None:
        """Return the slot of that code, or None."""
        return next((slot for slot in self.slots if slot.code == code), None)

    def stored(self, *, clause: Text) -> dict[str, Any]:
        """Return the item's content as a campaign keeps it, with the clauses that are in force named in `clause`."""
        return {
            "applies_when": self.applies_when.stored(),
            **_pair("summary", self.summary),
            "slots": [slot.stored() for slot in self.slots],
            "good": [_pair("text", text) for text in self.good],
            "bad": [_pair("text", text) for text in self.bad],
            "criteria": [_choice(choice) for choice in self.criteria],
            "reasons": [_choice(choice) for choice in self.reason_codes],
            "basis": list(self.basis),
            **_pair("clause", clause),
        }


def _pair(key: str, text: Text) -> dict[str, str]:
    return {key: text.zh, f"{key}_en": text.en}


def _choice(choice: Choice) -> dict[str, str]:
    return {"code": choice.code, **_pair("text", choice.text)}
