"""What can be wrong with the rulebook itself, and what is said when a rule is asked for that is not in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a rulebook file: where it is and what is wrong. `entry` is a rule id, an item code or a table."""

    file: str
    entry: str
    field: str
    what: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.entry, self.field, self.what) if part)


class RulebookInvalid(ValueError):
    """The files cannot be used. Holds every fault that was found, so that one look is enough to mend them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class ConditionInvalid(ValueError):
    """A condition names a key or a code that does not exist."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")
        self.field = field
        self.what = what


class RuleNotInForce(LookupError):
    """No rule of that id is in force on the day, or no edition at all. Never read this as "allowed"."""

    def __init__(self, rule_id: str, day: str) -> None:
        super().__init__(f"{rule_id or 'any rule'} is not in force on {day}")
        self.rule_id = rule_id
        self.day = day


class WrongType(TypeError):
    """A parameter is read as something that it is not: a duration as a whole number, a text as a flag."""
