"""What happens when several do the same thing at the same moment, in transactions that really commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.databases import TestDatabase
from tests.world import NOON, PASSWORD, later, make_member, make_world

from anru.accounts.models import Membership, Person
from anru.accounts.scope import acting_as, acting_as_system
from anru.accounts.services import invitation_accept, invitation_create, membership_end, totp_begin
from anru.accounts.states import Role
from anru.kernel.decision import Refused
from anru.ledger.models import Entry

PATIENCE_S = 30


def at_once(tries: Sequence[Callable[[Barrier], object]]) -> list[str]:
    """Return how each attempt ended: "done", the code of a refusal, or the name of an error.

    Each attempt waits at the barrier where it wants to meet the others.
    """
    barrier, outcome = Barrier(len(tries)), [""] * len(tries)

    def run(number: int) -> None:
        try:
            tries[number](barrier)
            outcome[number] = "done"
        except Refused as refused:
            outcome[number] = refused.refusal.code
        except Exception as error:
            outcome[number] = repr(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)
    return outcome


def test_two_who_take_up_one_invitation_are_one_member(fresh_database: TestDatabase) -> None:
    with acting_as_system():
        world = make_world()
        firm = world.enterprise.organisation
        _, token = invitation_create(
            actor=world.actor("principal"), at=NOON, organisation=firm, role=Role.WORKER, name="新来的"
        )
        world.system()

    def take(username: str) -> Callable[[Barrier], object]:
        def attempt(barrier: Barrier) -> None:
            barrier.wait(PATIENCE_S)
            invitation_accept(at=later(hours=1), token=token, username=username, name="新来的", password=PASSWORD)

        return attempt

    names = ["one", "two", "three"]
    outcome = at_once([take(name) for name in names])
    assert sorted(outcome) == ["done", "invitation.over", "invitation.over"]
    with acting_as_system():
        winner = names[outcome.index("done")]
        assert [row.username for row in Person.objects.filter(username__in=names)] == [winner]
        assert Membership.objects.filter(organisation=firm, person__username__in=names).count() == 1
        assert Entry.objects.filter(event="invitation.accepted").count() == 1


def test_two_who_want_one_login_name_are_told_at_the_field(fresh_database: TestDatabase) -> None:
    with acting_as_system():
        world = make_world()
        actor, firm = world.actor("principal"), world.enterprise.organisation
        tokens = [
            invitation_create(actor=actor, at=NOON, organisation=firm, role=Role.WORKER, name="新来的")[1]
            for _n in range(2)
        ]
        world.system()

    def take(token: str) -> Callable[[Barrier], object]:
        def attempt(barrier: Barrier) -> None:
            barrier.wait(PATIENCE_S)
            invitation_accept(at=later(hours=1), token=token, username="same", name="新来的", password=PASSWORD)

        return attempt

    outcome = sorted(at_once([take(token) for token in tokens]))
    assert outcome[1] == "done"
    assert outcome[0].startswith("ValidationError({'username'")
    with acting_as_system():
        assert Entry.objects.filter(event="invitation.accepted").count() == 1


@pytest.mark.parametrize("others", [True, False])
def test_of_two_keepers_who_end_each_other_one_stays(fresh_database: TestDatabase, others: bool) -> None:
    with acting_as_system():
        world = make_world()
        first = world.people["provider_manager"]
        second = make_member("second_manager", world.provider, Role.PROVIDER_MANAGER)
        if not others:
            Membership.objects.filter(organisation=world.provider, role=Role.REVIEWER).update(ended_at=NOON)

    def end(who: Membership, whom: Membership) -> Callable[[Barrier], object]:
        def attempt(barrier: Barrier) -> None:
            with acting_as(who.person_id, who.pk) as actor:
                barrier.wait(PATIENCE_S)
                membership_end(actor=actor, at=NOON, membership=whom)

        return attempt

    assert sorted(at_once([end(first, second), end(second, first)])) == ["done", "people.not_keeper"]
    with acting_as_system():
        assert Membership.objects.filter(pk__in=[first.pk, second.pk], ended_at__isnull=True).count() == 1


def test_pages_opened_at_once_wait_for_one_secret(fresh_database: TestDatabase) -> None:
    with acting_as_system():
        person = make_world().people["worker"].person
    found = []

    def open_page(barrier: Barrier) -> None:
        with transaction.atomic():
            barrier.wait(PATIENCE_S)
            found.append(totp_begin(person=person))

    assert at_once([open_page] * 4) == ["done"] * 4
    assert len(set(found)) == 1
    assert TOTPDevice.objects.filter(user=person).count() == 1
