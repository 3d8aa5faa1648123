"""The rulebook: which rules are in force on a day, what they say, and whether the product may refuse because of one.

Every decision stores the identity of the edition that it was taken under, so that it can be judged again by that one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from anru.rulebook.codes import Confidence, RuleKind
from anru.rulebook.conditions import Facts, applies
from anru.rulebook.errors import RuleNotInForce, WrongType
from anru.rulebook.items import RequiredItemSpec
from anru.rulebook.loader import identity_of, read_instruments
from anru.rulebook.schema import Instrument, Rule, Value
from anru.rulebook.words import Text

FOLDER = Path(__file__).parent / "instruments"

"""Legal days begin at midnight here, whatever zone an instant is written in."""
LEGAL_ZONE = ZoneInfo("Asia/Shanghai")

DURATION_UNITS: Mapping[str, timedelta] = MappingProxyType(
    {
        "s": timedelta(seconds=1),
        "min": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "day": timedelta(days=1),
    }
)

Kind = TypeVar("Kind")


def may_block(rule: Rule, checked: Collection[str] = ()) -> bool:
    """Return whether the product may refuse somebody something because of the rule.

    True for an official text that was read (A), and for a third-party copy (B) once a person has compared it with the
    official page: the file then carries `checked_on`, or the deploying bureau names the rule id in `checked`.
    A paraphrase, a secondary source, a memory or a proposal of the product never blocks.
    """
    if rule.confidence is Confidence.A:
        return True
    return rule.confidence is Confidence.B and (rule.checked_on is not None or rule.id in checked)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The product's own settings on one day, read by type. Each read of a wrong type raises WrongType."""

    edition: str
    starts_on: date
    rules: Mapping[str, Rule]

    def rule(self, name: str) -> Rule:
        """Return the whole rule behind a parameter. Raises: RuleNotInForce."""
        if name not in self.rules:
            raise RuleNotInForce(name, self.starts_on.isoformat())
        return self.rules[name]

    def integer(self, name: str) -> int:
        """Return a whole number, in the rule's unit. Raises: RuleNotInForce, WrongType."""
        found = self.rule(name).value
        if isinstance(found, bool):
            raise WrongType(f"{name} is not int")
        return self._typed(name, int)

    def decimal(self, name: str) -> Decimal:
        """Return a number, in the rule's unit. Raises: RuleNotInForce, WrongType."""
        found = self.rule(name).value
        return Decimal(self.integer(name)) if isinstance(found, int) else self._typed(name, Decimal)

    def flag(self, name: str) -> bool:
        """Return true or false. Raises: RuleNotInForce, WrongType."""
        return self._typed(name, bool)

    def text(self, name: str) -> str:
        """Return a text. Raises: RuleNotInForce, WrongType."""
        return self._typed(name, str)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts. Raises: RuleNotInForce, WrongType."""
        found = self._typed(name, tuple)
        if not all(isinstance(entry, str) for entry in found):
            raise WrongType(f"{name} is not a list of texts")
        return cast("tuple[str, ...]", found)

    def duration(self, name: str) -> timedelta:
        """Return a length of time from a rule in s, min, h or day. Raises: RuleNotInForce, WrongType."""
        unit = self.rule(name).unit
        if unit not in DURATION_UNITS:
            raise WrongType(f"{name} is not a length of time: its unit is {unit!r}")
        return self.integer(name) * DURATION_UNITS[unit]

    def minutes(self, name: str) -> timedelta:
        """Return a length of time that the rule gives in minutes. Raises: RuleNotInForce, WrongType."""
        if self.rule(name).unit != "min":
            raise WrongType(f"{name} is not in minutes")
        return self.duration(name)

    def _typed(self, name: str, kind: type[Kind]) -> Kind:
        found = self.rule(name).value
        if not isinstance(found, kind):
            raise WrongType(f"{name} is not {kind.__name__}")
        return found


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that is in force from `starts_on` through `ends_on`. `identity` is what a decision stores."""

    starts_on: date
    ends_on: date | None
    instruments: tuple[Instrument, ...]
    rules: Mapping[str, Rule]
    items: tuple[RequiredItemSpec, ...]
    identity: str
    parameters: Parameters = field(repr=False)

    def rule(self, rule_id: str) -> Rule:
        """Return the rule. Raises: RuleNotInForce."""
        if rule_id not in self.rules:
            raise RuleNotInForce(rule_id, self.starts_on.isoformat())
        return self.rules[rule_id]

    def value(self, rule_id: str) -> Value:
        """Return the value of a rule that has one, in the rule's unit. Raises: RuleNotInForce, WrongType."""
        found = self.rule(rule_id).value
        if found is None:
            raise WrongType(f"{rule_id} has no value")
        return found

    def parameter(self, name: str) -> Value:
        """Return a product parameter as it stands in the file. Raises: RuleNotInForce; also for a rule of law."""
        found = self.parameters.rule(name).value
        if found is None:
            raise WrongType(f"{name} has no value")
        return found

    def of_kind(self, kind: RuleKind) -> tuple[Rule, ...]:
        """Return the rules of one kind, in the order of the files."""
        return tuple(rule for rule in self.rules.values() if rule.kind is kind)

    def applying(self, facts: Facts) -> tuple[Rule, ...]:
        """Return the rules that apply, or could apply, to what is known; product parameters left out."""
        return tuple(
            rule
            for rule in self.rules.values()
            if rule.kind is not RuleKind.PARAMETER and applies(rule.applies_when, facts)
        )

    def item(self, code: str) -> RequiredItemSpec:
        """Return the required item of that code. Raises: RuleNotInForce."""
        for item in self.items:
            if item.code == code:
                return item
        raise RuleNotInForce(code, self.starts_on.isoformat())

    def default_items(self) -> tuple[RequiredItemSpec, ...]:
        """Return the items that a new campaign begins with. Raises: RuleNotInForce when there are none that day."""
        found = tuple(item for item in self.items if item.default)
        if not found:
            raise RuleNotInForce("default items", self.starts_on.isoformat())
        return found

    def basis_of(self, item: RequiredItemSpec) -> tuple[Rule, ...]:
        """Return the rules that the item rests on, as far as they are in force: a repealed article is not cited."""
        return tuple(self.rules[rule_id] for rule_id in item.basis if rule_id in self.rules)

    def clause_of(self, item: RequiredItemSpec) -> Text:
        """Return the clauses in force that the item rests on, ready to show. Each clause stands once."""
        return citation(self.basis_of(item))


class Rulebook:
    """All editions of all instruments. Answers which edition is in force on a day."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self.instruments = tuple(instruments)
        self.editions = _editions(self.instruments)
        self._starts = [edition.starts_on for edition in self.editions]
        self._by_identity = {edition.identity: edition for edition in self.editions}

    def on(self, moment: date | datetime) -> Edition:
        """Return the edition in force on a legal day or at an instant. Raises: RuleNotInForce; ValueError.

        An instant without a zone is refused with ValueError: near midnight it would name two days.
        """
        day = legal_day(moment)
        position = bisect_right(self._starts, day) - 1
        if position < 0 or not self.editions[position].rules:
            raise RuleNotInForce("", day.isoformat())
        return self.editions[position]

    def edition(self, identity: str) -> Edition:
        """Return the edition that a decision was taken under. Raises: RuleNotInForce when this build has none such."""
        if identity not in self._by_identity:
            raise RuleNotInForce(f"edition {identity}", "any day")
        return self._by_identity[identity]

    def newest(self) -> Edition:
        """Return the edition that begins last, whether or not its day has come."""
        return self.editions[-1]

    def rule_ids(self) -> frozenset[str]:
        """Return the ids of all rules of all times."""
        return frozenset(rule.id for one in self.instruments for rule in one.rules)


def citation(rules: Iterable[Rule]) -> Text:
    """Return the clauses of the rules in both languages, gathered by instrument, each clause once, in order."""
    gathered: dict[Text, dict[Text, None]] = {}
    for rule in rules:
        gathered.setdefault(rule.short, {})[rule.clause_words] = None
    return Text(
        "；".join(short.zh + "、".join(words.zh for words in clauses) for short, clauses in gathered.items()),
        "; ".join(short.en + ",".join(words.en for words in clauses) for short, clauses in gathered.items()),
    )


def legal_day(moment: date | datetime) -> date:
    """Return the legal day of an instant, or the day itself. Raises: ValueError for an instant without a zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(LEGAL_ZONE).date()


def load_rulebook(folder: Path) -> Rulebook:
    """Return the rulebook of a folder. Raises: RulebookInvalid with every fault that was found."""
    return Rulebook(read_instruments(folder))


@cache
def rulebook() -> Rulebook:
    """Return the rulebook that ships with the product, read once per process. Raises: RulebookInvalid."""
    return load_rulebook(FOLDER)


def edition_on(moment: date | datetime) -> Edition:
    """Return the edition in force. Raises: RuleNotInForce; ValueError for an instant without a zone."""
    return rulebook().on(moment)


def parameters_on(moment: date | datetime) -> Parameters:
    """Return the product parameters in force. Raises: RuleNotInForce; ValueError for an instant without a zone."""
    return edition_on(moment).parameters


def current_parameters() -> Parameters:
    """Return the product parameters of the newest edition, for settings that are fixed before there is any moment.

    A parameter that settings read therefore changes with the deployment of its file, not on its date.
    """
    return rulebook().newest().parameters


def _editions(instruments: tuple[Instrument, ...]) -> tuple[Edition, ...]:
    spans = [(one.effective_from, one.effective_to) for one in instruments]
    spans += [(rule.effective_from, rule.effective_to) for one in instruments for rule in one.rules]
    days = {first for first, _ in spans} | {last + timedelta(days=1) for _, last in spans if last is not None}
    starts = sorted(days)
    ends = [following - timedelta(days=1) for following in starts[1:]]
    return tuple(_edition(instruments, day, end) for day, end in zip(starts, [*ends, None], strict=True))


def _edition(instruments: tuple[Instrument, ...], starts_on: date, ends_on: date | None) -> Edition:
    here = tuple(one for one in instruments if one.in_force_on(starts_on))
    rules = {rule.id: rule for one in here for rule in one.rules if rule.in_force_on(starts_on)}
    identity = identity_of({"files": sorted(one.identity for one in here), "rules": sorted(rules)})
    parameters = {name: rule for name, rule in rules.items() if rule.kind is RuleKind.PARAMETER}
    return Edition(
        starts_on=starts_on,
        ends_on=ends_on,
        instruments=here,
        rules=MappingProxyType(rules),
        items=tuple(item for one in here for item in one.items),
        identity=identity,
        parameters=Parameters(identity, starts_on, MappingProxyType(parameters)),
    )
