"""State machines are tables: reading the moves is reading the procedure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: from any of `sources` to `target`, by any of `roles`."""

    verb: str
    sources: frozenset[str]
    target: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Machine:
    """A table of moves over named states. `initial` is where a thing is born; `finals` have no way out."""

    states: tuple[str, ...]
    initial: str
    finals: frozenset[str]
    moves: tuple[Move, ...]

    def move(self, verb: str) -> Move:
        """Return the move named `verb`. Raises: KeyError when the table has no such verb."""
        for move in self.moves:
            if move.verb == verb:
                return move
        raise KeyError(verb)

    def allows(self, state: str, verb: str) -> bool:
        """Return whether `verb` may be done in `state`."""
        return state in self.move(verb).sources

    def verbs_for(self, role: str) -> tuple[str, ...]:
        """Return the verbs that a role may do in some state."""
        return tuple(move.verb for move in self.moves if role in move.roles)

    def transitions(self) -> Iterable[tuple[str, str]]:
        """Return each legal (from, to) pair once, in table order, for the database's own check."""
        seen: dict[tuple[str, str], None] = {}
        for move in self.moves:
            for source in sorted(move.sources):
                if source != move.target:
                    seen.setdefault((source, move.target))
        return tuple(seen)


def move(verb: str, sources: Iterable[str], target: str, roles: Iterable[str]) -> Move:
    """Return one row of a state table."""
    return Move(verb, frozenset(sources), target, frozenset(roles))
