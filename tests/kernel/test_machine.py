"""Every state table obeys the same rules."""

from __future__ import annotations

import pytest

from anru.campaigns.states import CAMPAIGN_MACHINE, OBLIGATION_MACHINE
from anru.kernel.machine import Machine, move
from anru.registry.states import IMPORT_MACHINE

TABLES = {"campaign": CAMPAIGN_MACHINE, "obligation": OBLIGATION_MACHINE, "import": IMPORT_MACHINE}


def faults(machine: Machine) -> list[str]:
    """Return what is wrong with a table."""
    wrong = []
    states = set(machine.states)
    reached, frontier = {machine.initial}, [machine.initial]
    while frontier:
        state = frontier.pop()
        for row in machine.moves:
            if state in row.sources and row.target not in reached:
                reached.add(row.target)
                frontier.append(row.target)
    wrong += [f"orphan {state}" for state in sorted(states - reached)]
    dead = {state for state in states if not any(state in row.sources for row in machine.moves)}
    wrong += [f"dead end {state}" for state in sorted(dead - machine.finals)]
    wrong += [f"final with a way out {state}" for state in sorted(machine.finals - dead)]
    for row in machine.moves:
        if not row.sources <= states or row.target not in states:
            wrong.append(f"{row.verb} names an unknown state")
        if not row.roles:
            wrong.append(f"{row.verb} is nobody's")
    verbs = [row.verb for row in machine.moves]
    wrong += [f"verb twice {verb}" for verb in sorted({verb for verb in verbs if verbs.count(verb) > 1})]
    return wrong


@pytest.mark.parametrize("name", TABLES)
def test_table_has_no_orphan_no_dead_end_and_no_unknown_state(name: str) -> None:
    assert faults(TABLES[name]) == []


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_of_the_table_is_decided(name: str) -> None:
    machine = TABLES[name]
    for state in machine.states:
        for row in machine.moves:
            assert machine.allows(state, row.verb) in {True, False}


def test_the_checks_catch_a_planted_orphan_and_a_planted_dead_end() -> None:
    planted = Machine(
        states=("a", "b", "c"),
        initial="a",
        finals=frozenset(),
        moves=(move("go", {"a"}, "b", {"x"}),),
    )
    assert faults(planted) == ["orphan c", "dead end b", "dead end c"]


def test_transitions_list_each_pair_once() -> None:
    pairs = list(OBLIGATION_MACHINE.transitions())
    assert len(pairs) == len(set(pairs))
    assert ("submitted", "in_review") in pairs
    assert ("owed", "accepted") not in pairs
