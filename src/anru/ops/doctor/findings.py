"""What a look at the set-up found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from anru.ops.words import Words


class Level(StrEnum):
    """How much a finding matters: only BAD keeps Anru from working."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


MARKS = {Level.GOOD: "✓", Level.WARN: "!", Level.BAD: "✗"}
SUMMARY = Words("{bad} 个问题，{warn} 个提醒。", "{bad} problem(s), {warn} warning(s).")
ALL_GOOD = Words("一切正常。", "Everything is in order.")
NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do."""

    code: str
    level: Level
    words: Words
    act: Words = NOTHING
    facts: Mapping[str, Any] = field(default_factory=dict)


def good(code: str, words: Words, **facts: Any) -> Finding:
    """Return a finding of something in order."""
    return Finding(code, Level.GOOD, words, facts=facts)


def warn(code: str, words: Words, act: Words, **facts: Any) -> Finding:
    """Return a finding that somebody should look at some time."""
    return Finding(code, Level.WARN, words, act, facts)


def bad(code: str, words: Words, act: Words, **facts: Any) -> Finding:
    """Return a finding that keeps Anru from working."""
    return Finding(code, Level.BAD, words, act, facts)


def render(findings: Sequence[Finding], lang: str) -> str:
    """Return the report: one line for each finding, what to do below it, and the sum at the end."""
    lines = []
    for found in findings:
        lines.append(f" {MARKS[found.level]} {found.words.say(lang, **found.facts)}")
        if found.act is not NOTHING:
            lines.append(f"     → {found.act.say(lang, **found.facts)}")
    counted = {level: sum(found.level is level for found in findings) for level in Level}
    if counted[Level.BAD] or counted[Level.WARN]:
        lines.append(SUMMARY.say(lang, bad=counted[Level.BAD], warn=counted[Level.WARN]))
    else:
        lines.append(ALL_GOOD.say(lang))
    return "\n".join(lines)
