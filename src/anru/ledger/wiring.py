"""Which fact triggers which reaction. The table itself stands in config/wiring.py; nothing reacts that is not in it.

Reactions run inside the transaction of the fact: when one fails the fact is undone with it, so no reaction can vanish
into a log line. Work that may wait is deferred to the task queue by the reaction, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from anru.kernel.actor import Actor


class Reaction(Protocol):
    """Answers a fact by calling one service."""

    def __call__(self, event: Any, *, actor: Actor, at: datetime) -> None: ...


_table: dict[type, tuple[Reaction, ...]] = {}


def wire(table: Mapping[type, Sequence[Reaction]]) -> None:
    """The given table, and only it, decides from now on which reactions answer which facts."""
    _table.clear()
    _table.update({event: tuple(reactions) for event, reactions in table.items()})


def announce(event: object, *, actor: Actor, at: datetime) -> None:
    """Every reaction wired to this kind of fact has run. Raises: whatever a reaction raises."""
    for reaction in _table.get(type(event), ()):
        reaction(event, actor=actor, at=at)


def wired() -> Mapping[type, Sequence[Callable[..., None]]]:
    """Return the table in force, for the page and the test that show it."""
    return dict(_table)
