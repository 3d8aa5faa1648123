"""Turns the files of `instruments` into typed rules and items, or into a list of everything that is wrong with them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from anru.rulebook.codes import Bearer, Confidence, IsolationKind, RuleKind
from anru.rulebook.conditions import Condition
from anru.rulebook.errors import Problem, RulebookInvalid
from anru.rulebook.items import FILE_MEDIA, EvidenceSlot, Medium, Per, RequiredItemSpec
from anru.rulebook.reader import Table
from anru.rulebook.schema import KINDS_WITH_VALUE, Instrument, Rule
from anru.rulebook.words import Text

RULE_ID = r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+"
INSTRUMENT_ID = r"[A-Z][A-Z0-9_]*(\.[A-Z0-9_]+)*"


def read_instruments(folder: Path) -> tuple[Instrument, ...]:
    """Return every instrument of a folder. Raises: RulebookInvalid with every fault that was found."""
    problems: list[Problem] = []
    instruments = [
        instrument for path in sorted(folder.glob("*.toml")) if (instrument := _read_file(path, problems)) is not None
    ]
    if not instruments and not problems:
        problems.append(Problem(folder.name, "", "", "has no instruments"))
    ended = ended_by_successors(instruments)
    problems = problems or _cross_faults(ended)
    if problems:
        raise RulebookInvalid(problems)
    return ended


def ended_by_successors(instruments: Sequence[Instrument]) -> tuple[Instrument, ...]:
    """Return the instruments with the last day that their successors leave them, for each rule likewise.

    A later file of the same id, or one that names an instrument or a rule in `supersedes`, ends it on the day before.
    The old file stays as it is, and so do its identity and the decisions that were taken under it.
    """
    successors: dict[str, list[date]] = {}
    for one in instruments:
        for name in (one.id, *one.supersedes):
            successors.setdefault(name, []).append(one.effective_from)
        for rule in one.rules:
            for name in rule.supersedes:
                successors.setdefault(name, []).append(rule.effective_from)
    return tuple(_ended(one, successors) for one in instruments)


def _ended(one: Instrument, successors: Mapping[str, Sequence[date]]) -> Instrument:
    last = _last_day(one.effective_from, one.effective_to, successors.get(one.id, ()))
    rules = []
    for rule in one.rules:
        own = _last_day(rule.effective_from, rule.effective_to, successors.get(rule.id, ()))
        rules.append(replace(rule, effective_to=min((day for day in (own, last) if day), default=None)))
    return replace(one, effective_to=last, rules=tuple(rules))


def _last_day(starts: date, ends: date | None, successors: Sequence[date]) -> date | None:
    days = [day - timedelta(days=1) for day in successors if day > starts]
    return min(days + ([ends] if ends else []), default=None)


def identity_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the content in one canonical form: the order of keys and the layout do not count."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> dict[str, str]:
    # A bare string would let the text "10.0" and the number 10.0 share a hash.
    return {f"${type(value).__name__.lower()}": str(value)}


def _read_file(path: Path, problems: list[Problem]) -> Instrument | None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(path.name, "", "", f"is not TOML: {error}"))
        return None
    for unknown in sorted(set(content) - {"instrument", "rule", "item"}):
        problems.append(Problem(path.name, "", unknown, "unknown table"))
    head = content.get("instrument")
    if not isinstance(head, dict):
        problems.append(Problem(path.name, "instrument", "", "is missing"))
        return None
    return _read_instrument(Table(head, file=path.name, entry="instrument", problems=problems), content, path, problems)


def _read_instrument(head: Table, content: dict[str, Any], path: Path, problems: list[Problem]) -> Instrument | None:
    starts = head.day("effective_from", required=True)
    ends = head.day("effective_to")
    if starts is None:
        return None
    if ends is not None and ends < starts:
        head.fault("effective_to", "is before effective_from")
    frame = _Frame(
        instrument=head.text("id", pattern=INSTRUMENT_ID),
        short=head.both("short"),
        clause_form=head.both("clause_form", default=Text("", "")),
        applies_when=head.condition("applies_when"),
        confidence=head.code("confidence", Confidence, default=Confidence.P) if head.has("confidence") else None,
        source=head.text("source", default=""),
        starts=starts,
        ends=ends,
    )
    instrument = Instrument(
        id=frame.instrument,
        file=path.name,
        title=head.both("title"),
        short=frame.short,
        number=head.text("number", default=""),
        issuer=head.both("issuer"),
        effective_from=starts,
        effective_to=ends,
        supersedes=head.names("supersedes"),
        rules=tuple(_read_rule(table, frame) for table in _entries(content, "rule", "id", path, problems)),
        items=tuple(_read_item(table, frame) for table in _entries(content, "item", "code", path, problems)),
        identity=identity_of(content),
    )
    head.done()
    return instrument


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the rules of a file share with their instrument unless they say otherwise."""

    instrument: str
    short: Text
    clause_form: Text
    applies_when: Condition
    confidence: Confidence | None
    source: str
    starts: date
    ends: date | None

    def clause_words(self, clause: str) -> Text:
        """Return how the clause is named behind the instrument's short title; nothing when there is no clause."""
        if not clause:
            return Text("", "")
        return Text(self.clause_form.zh.replace("{}", clause), self.clause_form.en.replace("{}", clause))

    def narrowed(self, own: Condition) -> Condition:
        """Return the instrument's condition with each part that the rule gives in place of the instrument's."""
        return Condition(
            space_class_in=own.space_class_in or self.applies_when.space_class_in,
            open_pool=self.applies_when.open_pool if own.open_pool is None else own.open_pool,
            hazards_any=own.hazards_any or self.applies_when.hazards_any,
            sector_in=own.sector_in or self.applies_when.sector_in,
        )


def _entries(content: dict[str, Any], name: str, key: str, path: Path, problems: list[Problem]) -> list[Table]:
    entries = content.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problems.append(Problem(path.name, "", name, "must be a list of tables"))
        return []
    return [
        Table(entry, file=path.name, entry=str(entry.get(key, f"{name}.{number}")), problems=problems)
        for number, entry in enumerate(entries, start=1)
    ]


def _read_rule(table: Table, frame: _Frame) -> Rule:
    kind = table.code("kind", RuleKind)
    clause = table.text("clause", default="")
    rule = Rule(
        id=table.text("id", pattern=RULE_ID),
        instrument=frame.instrument,
        clause=clause,
        kind=kind,
        title=table.both("title"),
        text=table.both("text"),
        applies_when=frame.narrowed(table.condition("applies_when")),
        bearers=table.codes("bearers", Bearer),
        value=table.value("value"),
        unit=table.text("unit", default=""),
        confidence=table.code("confidence", Confidence, default=frame.confidence),
        source=table.text("source", default=frame.source or None),
        effective_from=table.day("effective_from", default=frame.starts) or frame.starts,
        effective_to=table.day("effective_to", default=frame.ends),
        supersedes=table.names("supersedes"),
        examples=table.texts("examples"),
        checked_on=table.day("checked_on"),
        short=frame.short,
        clause_words=frame.clause_words(clause),
    )
    _judge_rule(table, rule, frame)
    table.done()
    return rule


def _judge_rule(table: Table, rule: Rule, frame: _Frame) -> None:
    if rule.kind in KINDS_WITH_VALUE and rule.value is None:
        table.fault("value", f"a rule of kind {rule.kind.value} needs one")
    if rule.kind in {RuleKind.LIMIT, RuleKind.INTERVAL} and not rule.unit:
        table.fault("unit", f"a rule of kind {rule.kind.value} needs one")
    if rule.kind is RuleKind.PARAMETER and rule.confidence is not Confidence.P:
        table.fault("confidence", "a product parameter is not law: it must be P")
    if rule.kind is RuleKind.ISOLATION:
        known = {kind.value for kind in IsolationKind}
        kinds = rule.value if isinstance(rule.value, tuple) else ()
        if not kinds or not all(isinstance(kind, str) and kind in known for kind in kinds):
            table.fault("value", "must be a list of isolation kinds")
    if table.has("effective_from") or table.has("effective_to"):
        _judge_days(table, rule, frame)


def _judge_days(table: Table, rule: Rule, frame: _Frame) -> None:
    if rule.effective_from < frame.starts:
        table.fault("effective_from", "is before its instrument's")
    if rule.effective_to is not None and rule.effective_to < rule.effective_from:
        table.fault("effective_to", "is before effective_from")
    if frame.ends is not None and rule.effective_to is not None and rule.effective_to > frame.ends:
        table.fault("effective_to", "is after its instrument's")


def _read_item(table: Table, frame: _Frame) -> RequiredItemSpec:
    item = RequiredItemSpec(
        code=table.text("code", pattern=r"[A-Z][A-Z0-9]{0,19}"),
        instrument=frame.instrument,
        title=table.both("title"),
        summary=table.both("summary"),
        per=table.code("per", Per),
        default=table.flag("default", default=False),
        applies_when=table.condition("applies_when"),
        slots=tuple(_read_slot(slot) for _, slot in table.tables("slots")),
        good=table.texts("good"),
        bad=table.texts("bad"),
        criteria=table.choices("criteria"),
        reason_codes=table.choices("reason_codes"),
        basis=table.names("basis"),
        confidence=table.code("confidence", Confidence, default=Confidence.P),
    )
    for field in ("slots", "good", "bad", "criteria", "reason_codes", "basis"):
        if not getattr(item, field):
            table.fault(field, "must not be empty")
    codes = [slot.code for slot in item.slots]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        table.fault("slots", f"{code!r} stands twice")
    if not any(slot.required for slot in item.slots):
        table.fault("slots", "none is required, so an empty submission would pass")
    table.done()
    return item


def _read_slot(table: Table) -> EvidenceSlot:
    slot = EvidenceSlot(
        code=table.text("code", pattern=r"[a-z][a-z0-9_]{0,39}"),
        label=table.both("label"),
        medium=table.code("medium", Medium),
        least=table.count("least", default=1),
        most=table.count("most", default=1),
        help=table.both("help"),
        choices=table.choices("choices"),
    )
    if slot.most < max(slot.least, 1):
        table.fault("most", "must be at least 1 and not below least")
    if slot.medium not in FILE_MEDIA and slot.most != 1:
        table.fault("most", "a typed value stands once")
    if (slot.medium is Medium.CHOICE) != bool(slot.choices):
        table.fault("choices", "a choice needs options, and nothing else has them")
    table.done()
    return slot


def _cross_faults(instruments: Sequence[Instrument]) -> list[Problem]:
    """Return what is wrong between files: ids in force twice, references to nothing."""
    problems: list[Problem] = []
    spans: dict[str, list[tuple[date, date | None, str]]] = {}
    for one in instruments:
        own = [(rule.id, "id", rule.effective_from, rule.effective_to) for rule in one.rules]
        own += [(item.code, "code", one.effective_from, one.effective_to) for item in one.items]
        own += [(one.id, "id", one.effective_from, one.effective_to)]
        for name, field, starts, ends in own:
            for other_starts, other_ends, other_file in spans.get(name, []):
                if starts <= (other_ends or date.max) and other_starts <= (ends or date.max):
                    problems.append(Problem(one.file, name, field, f"is in force at the same time in {other_file}"))
            spans.setdefault(name, []).append((starts, ends, one.file))
    rule_ids = {rule.id for one in instruments for rule in one.rules}
    instrument_ids = {one.id for one in instruments}
    for one in instruments:
        references = [(rule.id, "supersedes", name, rule_ids) for rule in one.rules for name in rule.supersedes]
        references += [(item.code, "basis", name, rule_ids) for item in one.items for name in item.basis]
        references += [("instrument", "supersedes", name, instrument_ids) for name in one.supersedes]
        problems += [
            Problem(
                one.file,
                entry,
                field,
                f"unknown rule {name!r}" if known is rule_ids else f"unknown instrument {name!r}",
            )
            for entry, field, name, known in references
            if name not in known
        ]
    return problems
