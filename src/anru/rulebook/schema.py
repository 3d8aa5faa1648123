"""The shape of a rule and of the instrument that it stands in. All frozen: a rule never changes after it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from anru.rulebook.codes import Bearer, Confidence, RuleKind
from anru.rulebook.conditions import Condition
from anru.rulebook.items import RequiredItemSpec
from anru.rulebook.words import Text

Value: TypeAlias = "bool | int | Decimal | str | date | tuple[Value, ...] | Mapping[str, Value]"


"""Kinds that mean nothing without a number, a list or a table."""
KINDS_WITH_VALUE = frozenset(
    {RuleKind.LIMIT, RuleKind.INTERVAL, RuleKind.ISOLATION, RuleKind.PENALTY, RuleKind.PARAMETER}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one instrument, in force from `effective_from` through `effective_to`, both days included."""

    id: str
    instrument: str
    clause: str
    kind: RuleKind
    title: Text
    text: Text
    applies_when: Condition
    bearers: tuple[Bearer, ...]
    value: Value | None
    unit: str
    confidence: Confidence
    source: str
    effective_from: date
    effective_to: date | None
    supersedes: tuple[str, ...]
    examples: tuple[Text, ...]
    checked_on: date | None
    short: Text
    clause_words: Text

    @property
    def cite(self) -> Text:
        """How the rule is named on a screen: its instrument and its clause."""
        return Text(self.short.zh + self.clause_words.zh, self.short.en + self.clause_words.en)

    def in_force_on(self, day: date) -> bool:
        """Return whether the rule binds on that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One edition of a law, a standard, a campaign document or a set of product parameters: one file."""

    id: str
    file: str
    title: Text
    short: Text
    number: str
    issuer: Text
    effective_from: date
    effective_to: date | None
    supersedes: tuple[str, ...]
    rules: tuple[Rule, ...]
    items: tuple[RequiredItemSpec, ...]
    identity: str

    def in_force_on(self, day: date) -> bool:
        """Return whether the instrument is in force on that day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
