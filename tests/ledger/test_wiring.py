"""Facts reach exactly the reactions of the table, inside the transaction of the fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from tests.world import NOON

from anru.accounts.scope import begin_system
from anru.kernel.actor import SYSTEM, Actor
from anru.ledger.events import Fact, SubjectRef
from anru.ledger.models import Entry
from anru.ledger.services import record
from anru.ledger.wiring import announce, wire, wired


@dataclass(frozen=True)
class Rang:
    """A bell rang."""

    times: int


@dataclass(frozen=True)
class RangLouder(Rang):
    """A special bell rang."""


@pytest.fixture(autouse=True)
def _table_as_before() -> Iterator[None]:
    before = dict(wired())
    yield
    wire(before)


def test_every_wired_reaction_runs_once_in_the_order_of_the_table() -> None:
    heard: list[tuple[str, int, Actor, datetime]] = []
    first = _listener("first", heard)
    second = _listener("second", heard)
    wire({Rang: [first, second]})
    announce(Rang(3), actor=SYSTEM, at=NOON)
    assert heard == [("first", 3, SYSTEM, NOON), ("second", 3, SYSTEM, NOON)]


def test_a_fact_without_reactions_is_no_error_and_a_kind_is_not_its_parent() -> None:
    heard: list[tuple[str, int, Actor, datetime]] = []
    wire({Rang: [_listener("first", heard)]})
    announce(RangLouder(1), actor=SYSTEM, at=NOON)
    announce(object(), actor=SYSTEM, at=NOON)
    assert heard == []


def test_wiring_again_replaces_the_table() -> None:
    heard: list[tuple[str, int, Actor, datetime]] = []
    wire({Rang: [_listener("old", heard)]})
    wire({Rang: [_listener("new", heard)]})
    announce(Rang(1), actor=SYSTEM, at=NOON)
    assert [name for name, *_ in heard] == ["new"]


@pytest.mark.django_db
def test_a_failing_reaction_undoes_the_fact_that_it_answers() -> None:
    def refuse(event: Any, *, actor: Actor, at: datetime) -> None:
        raise RuntimeError("the bell is broken")

    wire({Rang: [refuse]})
    begin_system()

    def ring() -> None:
        with transaction.atomic():
            record(Fact("bell.rang", SubjectRef("bell", "1"), ""), actor=SYSTEM, at=NOON)
            announce(Rang(1), actor=SYSTEM, at=NOON)

    with pytest.raises(RuntimeError, match="broken"):
        ring()
    assert not Entry.objects.filter(event="bell.rang").exists()


def _listener(name: str, heard: list[tuple[str, int, Actor, datetime]]) -> Any:
    def hear(event: Rang, *, actor: Actor, at: datetime) -> None:
        heard.append((name, event.times, actor, at))

    return hear
