"""Which physical isolation a space needs. The table is data; the strictest of the rules that apply decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from anru.rulebook.book import Edition, citation, edition_on, may_block, rulebook
from anru.rulebook.codes import IsolationKind, RuleKind
from anru.rulebook.conditions import applies, facts_of
from anru.rulebook.errors import RuleNotInForce
from anru.rulebook.schema import Rule
from anru.rulebook.vocabulary import vocabulary
from anru.rulebook.words import Text


@dataclass(frozen=True, slots=True)
class IsolationDemand:
    """What a space needs: one of `kinds` suffices. `by_law` when a rule that may block asks for an isolation at all."""

    kinds: tuple[IsolationKind, ...]
    rules: tuple[Rule, ...]
    by_law: bool
    clause: Text


def isolation_demand(
    space_class: str, open_pool: bool | None, hazards: Iterable[str] | None, *, edition: Edition
) -> IsolationDemand:
    """Return the isolation that a space needs under an edition.

    A kind is accepted only when every isolation rule that applies accepts it. An unknown class or an unknown opening
    makes more rules apply and so leaves fewer kinds; when none is left, nobody can say which is right yet and `kinds`
    is empty.
    Raises: RuleNotInForce when the edition has no isolation rule for the space.
    """
    facts = facts_of(space_class=space_class, open_pool=open_pool, hazards=hazards)
    rules = tuple(rule for rule in edition.of_kind(RuleKind.ISOLATION) if applies(rule.applies_when, facts))
    if not rules:
        raise RuleNotInForce("isolation", edition.starts_on.isoformat())
    kinds = tuple(kind for kind in IsolationKind if all(kind in _kinds(rule) for rule in rules))
    return IsolationDemand(kinds, rules, any(may_block(rule) for rule in rules), citation(rules))


def required_isolation(
    space_class: str,
    open_pool: bool | None,
    hazards: Iterable[str] | None = None,
    *,
    at: date | datetime | None = None,
) -> tuple[IsolationKind, ...]:
    """Return the isolation kinds of which the space needs one; empty when too little is known of the space.

    `at` is the day or instant to judge by; without it the newest edition decides. Raises: RuleNotInForce.
    """
    edition = rulebook().newest() if at is None else edition_on(at)
    return isolation_demand(space_class, open_pool, hazards, edition=edition).kinds


def must_breathe(kind: str) -> bool:
    """Return whether an isolation of that kind must let air through; closing it air-tight is the fault COVER_SEALED."""
    term = vocabulary().isolation_kinds.get(kind)
    return term is not None and term.must_breathe


def _kinds(rule: Rule) -> tuple[object, ...]:
    return rule.value if isinstance(rule.value, tuple) else ()
