"""Several people at the same moment: the database decides, and each of them is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connections
from tests.databases import TestDatabase
from tests.world import World, make_campaign, make_world, submit

from anru.accounts.scope import acting_as, acting_as_system
from anru.campaigns.models import Decision, Obligation, Participation, Urge
from anru.campaigns.services.review import review_accept, review_claim, review_next
from anru.campaigns.services.urging import enterprise_urge
from anru.kernel import clock
from anru.kernel.actor import Actor
from anru.kernel.decision import Refused

pytestmark = pytest.mark.faults


@pytest.fixture
def world(fresh_database: TestDatabase) -> World:
    with acting_as_system():
        now = clock.now()
        made = make_world(now)
        make_campaign(made, now, around=clock.legal_date(now))
        rows = list(Obligation.objects.select_related("item").filter(enterprise=made.enterprise))
        for row in rows:
            submit(made, row, at=now)
    return made


def race(world: World, names: list[str], act: Callable[[Actor], object]) -> list[object]:
    """Return what each of the people got who acted at the same moment: a result, or the code of a refusal."""
    gate, got = Barrier(len(names)), []

    def run(name: str) -> None:
        member = world.people[name]
        gate.wait()
        try:
            with acting_as(member.person_id, member.pk) as actor:
                got.append(act(actor))
        except Refused as refused:
            got.append(refused.refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == len(names)
    return got


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_reviewers_who_claim_one_proof_one_has_it_and_the_other_is_told(world: World, attempt: int) -> None:
    with acting_as_system():
        row = Obligation.objects.filter(enterprise=world.enterprise)[attempt]
    got = race(
        world,
        ["reviewer", "second_reviewer"],
        lambda actor: review_claim(actor=actor, at=clock.now(), obligation_id=row.pk).pk,
    )
    assert Counter(got) == {row.pk: 1, "review.taken": 1}


def test_reviewers_who_ask_for_the_next_proof_at_once_never_get_the_same_one(world: World) -> None:
    names = ["reviewer", "second_reviewer", "provider_manager"]

    def take(actor: Actor) -> object:
        found = review_next(actor=actor, at=clock.now())
        return found.pk if found else None

    got = race(world, names, take)
    assert None not in got
    assert len(set(got)) == len(names)


def test_a_decision_that_is_sent_twice_at_once_stands_once(world: World) -> None:
    with acting_as_system():
        row = Obligation.objects.filter(enterprise=world.enterprise)[0]
        now = clock.now()
        review_claim(actor=world.actor("reviewer"), at=now, obligation_id=row.pk)
    got = race(
        world,
        ["reviewer", "reviewer"],
        lambda actor: review_accept(actor=actor, at=clock.now(), obligation_id=row.pk).pk,
    )
    with acting_as_system():
        assert Decision.objects.filter(obligation=row).count() == 1
    assert sum(1 for one in got if isinstance(one, str)) == 1


def test_one_office_urges_a_firm_once_a_day_however_many_press_the_button(world: World) -> None:
    with acting_as_system():
        part = Participation.objects.get(enterprise=world.neighbour)
    got = race(
        world,
        ["town_head", "town_officer"],
        lambda actor: enterprise_urge(actor=actor, at=clock.now(), participation_id=part.pk).pk,
    )
    assert got.count("urge.today") == 1
    with acting_as_system():
        assert Urge.objects.count() == 1
