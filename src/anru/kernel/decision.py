"""Refusals and verdicts: what a judgement says, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RefusalKind(StrEnum):
    """Why something is refused. *Not you*, *not now* and *not lawful* are never the same answer."""

    NOT_YOU = "not_you"
    NOT_NOW = "not_now"
    NOT_LAWFUL = "not_lawful"
    NOT_VALID = "not_valid"
    NOT_FOUND = "not_found"
    TOO_OFTEN = "too_often"


HTTP_STATUS: Mapping[RefusalKind, int] = {
    RefusalKind.NOT_YOU: 403,
    RefusalKind.NOT_NOW: 409,
    RefusalKind.NOT_LAWFUL: 422,
    RefusalKind.NOT_VALID: 400,
    RefusalKind.NOT_FOUND: 404,
    RefusalKind.TOO_OFTEN: 429,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way to be refused: a stable code, its kind, the words, what to do next, and the clause if there is one.

    `text` and `act` are lazy translations with optional `%(name)s` places that the facts fill.
    """

    code: str
    kind: RefusalKind
    text: Any
    act: Any = ""
    clause: str = ""


class Refused(Exception):
    """A service refuses. Nothing was written; the edge records the attempt and renders the refusal."""

    def __init__(self, refusal: Refusal, **facts: Any) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.facts: dict[str, Any] = facts

    @property
    def words(self) -> str:
        """The refusal's sentence in the active language, with its places filled."""
        return _fill(self.refusal.text, self.facts)

    @property
    def next_step(self) -> str:
        """What the person can do about it, in the active language."""
        return _fill(self.refusal.act, self.facts)


def _fill(text: Any, facts: Mapping[str, Any]) -> str:
    words = str(text)
    return words % facts if "%(" in words else words


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a pure rule: the refusals that apply, each with its facts. Empty means lawful."""

    refusals: tuple[tuple[Refusal, Mapping[str, Any]], ...] = field(default=())

    def __bool__(self) -> bool:
        return not self.refusals

    def enforce(self) -> None:
        """Return when the verdict is lawful. Raises: Refused with the first refusal otherwise."""
        for refusal, facts in self.refusals:
            raise Refused(refusal, **facts)
