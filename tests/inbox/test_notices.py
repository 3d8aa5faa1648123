"""Notices: who hears of a verdict or an urging, in which words, how often an office urges, and when they are read."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.stages import bring
from tests.world import NOON, World, later, make_member, owed

from anru.accounts.models import Membership, Person
from anru.accounts.services import membership_create
from anru.campaigns.models import Campaign, Obligation, Participation, Urge
from anru.campaigns.selectors import MOST_COUNTED
from anru.campaigns.services.campaign import campaign_close
from anru.campaigns.services.dispatch import enterprise_left
from anru.campaigns.services.urging import enterprise_urge, obligation_waive
from anru.inbox.models import Notice
from anru.inbox.selectors import notices, unread_count, words_of
from anru.inbox.services import notices_read, notify
from anru.inbox.tasks import KEPT, forget
from anru.kernel import clock
from anru.kernel.decision import Refused
from anru.kernel.ids import new_id
from anru.ledger.events import SubjectRef
from anru.ledger.models import Entry

MANAGERS = {"测试principal", "测试safety_manager"}


def part_of(world: World, enterprise: str = "enterprise") -> Participation:
    world.system()
    return Participation.objects.select_related("campaign").get(enterprise=getattr(world, enterprise))


def urge(world: World, who: str = "town_officer", at: datetime = NOON, words: str = "", of: str = "enterprise") -> Urge:
    part = part_of(world, of)
    return enterprise_urge(actor=world.actor(who), at=at, participation_id=part.pk, words=words)


def refused(world: World, who: str, at: datetime = NOON, of: str = "enterprise") -> str:
    """Return the code with which urging is refused; the refusal must have written nothing."""
    part = part_of(world, of)
    before = traces(world)
    actor = world.actor(who)
    with pytest.raises(Refused) as caught:
        enterprise_urge(actor=actor, at=at, participation_id=part.pk)
    assert traces(world) == before
    return caught.value.refusal.code


def traces(world: World) -> tuple[int, int, int]:
    world.system()
    urged = Entry.objects.filter(event="campaign.enterprise_urged")
    return Urge.objects.count(), Notice.objects.count(), urged.count()


def told(world: World, kind: str) -> Counter[str]:
    """Return how many notices of a kind each person has."""
    world.system()
    return Counter(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))


def some_notices(world: World, who: str, n: int, at: datetime = NOON) -> list[Notice]:
    """That many notices for a cast member stand, each a second after the other."""
    member = world.people[who]
    world.system()
    return Notice.objects.bulk_create(
        Notice(
            id=new_id(),
            person_id=member.person_id,
            membership_id=member.pk,
            kind="obligation_accepted",
            subject_kind="obligation",
            subject_id=str(number),
            facts={"item": "标志", "words": ""},
            created_at=at + timedelta(seconds=number),
        )
        for number in range(n)
    )


# Who hears


@pytest.mark.parametrize("verdict", ["accepted", "returned", "reopened"])
def test_a_verdict_is_told_to_the_managers_of_that_enterprise_and_to_nobody_else(world: World, verdict: str) -> None:
    bring(world, owed(world, "I2"), verdict)
    assert told(world, f"obligation_{verdict}") == Counter(MANAGERS)


@pytest.mark.parametrize("state", ["draft", "submitted", "in_review", "waived"])
def test_what_is_no_verdict_is_not_told(world: World, state: str) -> None:
    bring(world, owed(world, "I2"), state)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("who", ["town_officer", "town_head", "officer", "leader"])
def test_an_urging_is_told_to_the_managers_of_that_enterprise_whoever_urges(world: World, who: str) -> None:
    urge(world, who, words="请抓紧")
    assert told(world, "enterprise_urged") == Counter(MANAGERS)
    notice = notices(world.actor("principal"))[0]
    assert (notice.subject_kind, notice.subject_id) == ("participation", str(part_of(world).pk))
    assert notice.created_at == NOON
    assert notice.read_at is None


def test_who_has_left_or_is_disabled_hears_nothing_and_who_came_later_does(world: World) -> None:
    world.system()
    Membership.objects.filter(pk=world.people["principal"].pk).update(ended_at=NOON)
    Person.objects.filter(pk=world.people["safety_manager"].person_id).update(is_active=False)
    make_member("newcomer", world.enterprise.organisation, "safety_manager")
    make_member("helper", world.enterprise.organisation, "worker")
    urge(world)
    assert told(world, "enterprise_urged") == Counter({"测试newcomer": 1})


def test_an_enterprise_without_managers_can_be_urged_all_the_same(world: World) -> None:
    world.system()
    Membership.objects.filter(organisation=world.enterprise.organisation).update(ended_at=NOON)
    urge(world)
    assert told(world, "enterprise_urged") == Counter()
    assert Urge.objects.count() == 1


# In which words


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("accepted", "“{title}”审核通过。"),
        ("returned", "“{title}”被退回：请补拍标志"),
        ("reopened", "“{title}”需要重审：现场与材料不符"),
    ],
)
def test_a_verdict_is_told_in_a_sentence_with_the_reviewers_words(world: World, state: str, sentence: str) -> None:
    row = bring(world, owed(world, "I2"), state, words="请补拍标志")
    with translation.override("zh-hans"):
        latest = words_of(notices(world.actor("principal"))[0])
    assert latest == sentence.format(title=row.item.title)


def test_an_urging_says_who_urges_how_much_is_owed_and_until_when(world: World) -> None:
    bring(world, owed(world, "I1"), "accepted")
    bring(world, owed(world, "I2"), "submitted")
    bring(world, owed(world, "I3"), "returned")
    bring(world, owed(world, "I4"), "draft")
    bring(world, owed(world, "I5"), "waived")
    urge(world, words="  请抓紧  ")
    with translation.override("zh-hans"):
        notice = notices(world.actor("principal")).filter(kind="enterprise_urged")[0]
        assert words_of(notice) == "姜山镇应急管理所催办：还有 3 项没有完成，请在 2026-06-30 前完成。请抓紧"


@pytest.mark.parametrize("words", ["100%", "%(item)s", "{owed}", "<script>"])
def test_words_that_look_like_a_pattern_are_told_as_they_were_written(world: World, words: str) -> None:
    urge(world, words=words)
    assert words_of(notices(world.actor("principal"))[0]).endswith(f"完成。{words}")


@pytest.mark.parametrize(("length", "kept"), [(299, 299), (300, 300), (301, 300)])
def test_words_of_an_urging_are_kept_up_to_their_length(world: World, length: int, kept: int) -> None:
    made = urge(world, words="抓" * length)
    assert made.words == "抓" * kept
    assert notices(world.actor("principal"))[0].facts["words"] == "抓" * kept


def test_a_kind_without_words_yet_is_shown_by_its_name(world: World) -> None:
    world.system()
    member = world.people["worker"]
    assert notify(members=[member], kind="new_kind", subject=SubjectRef("x", "1"), facts={}, at=NOON) == 1
    assert words_of(notices(world.actor("worker"))[0]) == "new_kind"


# How often, and whom, an office may urge


@pytest.mark.parametrize(
    ("second", "allowed"),
    [
        # Noon in UTC terms is 04:00; the calendar day is Shanghai's and ends at 16:00 UTC.
        (timedelta(hours=12) - timedelta(microseconds=1), False),
        (timedelta(hours=12), True),
        (timedelta(hours=20), True),
        (timedelta(0), False),
        (-timedelta(hours=12), False),
        (-timedelta(hours=12, microseconds=1), True),
    ],
)
def test_an_office_urges_an_enterprise_once_a_calendar_day_of_shanghai(
    world: World, second: timedelta, allowed: bool
) -> None:
    urge(world, "town_officer")
    if allowed:
        urge(world, "town_head", NOON + second)
        assert told(world, "enterprise_urged") == Counter(dict.fromkeys(MANAGERS, 2))
    else:
        assert refused(world, "town_head", NOON + second) == "urge.today"


def test_two_offices_urge_on_the_same_day_and_each_enterprise_counts_by_itself(world: World) -> None:
    urge(world, "town_officer")
    urge(world, "officer", later(minutes=1))
    urge(world, "town_officer", later(minutes=2), of="neighbour")
    assert told(world, "enterprise_urged") == Counter({**dict.fromkeys(MANAGERS, 2), "测试stranger": 1})
    assert refused(world, "leader", later(minutes=3)) == "urge.today"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("principal", "urge.not_urger"),
        ("worker", "urge.not_urger"),
        ("reviewer", "urge.not_urger"),
        ("administrator", "not_found"),
        ("stranger", "not_found"),
        ("other_town_officer", "not_found"),
        ("foreign_officer", "not_found"),
        ("other_reviewer", "not_found"),
    ],
)
def test_only_the_offices_above_urge_and_to_others_it_is_refused_or_unknown(world: World, who: str, code: str) -> None:
    assert refused(world, who) == code


def test_a_participation_that_does_not_exist_is_refused_like_a_foreign_one(world: World) -> None:
    with pytest.raises(Refused) as caught:
        enterprise_urge(actor=world.actor("officer"), at=NOON, participation_id=uuid.uuid4())
    assert caught.value.refusal.code == "not_found"


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ("owed", ""),
        ("draft", ""),
        ("returned", ""),
        ("reopened", ""),
        ("submitted", "urge.nothing_owed"),
        ("in_review", "urge.nothing_owed"),
        ("accepted", "urge.nothing_owed"),
        ("waived", "urge.nothing_owed"),
    ],
)
def test_an_enterprise_is_urged_only_while_something_lies_with_it(world: World, last: str, code: str) -> None:
    for number in range(1, 6):
        row = owed(world, f"I{number}")
        obligation_waive(actor=world.actor("officer"), at=NOON, obligation_id=row.pk, reason="合并")
    bring(world, owed(world, "I6"), last)
    if code:
        assert refused(world, "officer") == code
    else:
        urge(world, "officer")
        assert notices(world.actor("principal")).filter(kind="enterprise_urged")[0].facts["owed"] == 1


def test_an_enterprise_that_left_and_one_of_a_closed_campaign_are_not_urged(world: World) -> None:
    enterprise_left(actor=world.system(), at=NOON, enterprise_id=world.enterprise.pk, reason="停产")
    assert refused(world, "officer") == "urge.nothing_owed"
    campaign_close(actor=world.actor("officer"), at=NOON, campaign_id=Campaign.objects.get().pk)
    assert refused(world, "officer", of="neighbour") == "campaign.not_running"


def test_an_urging_stands_in_the_ledger_with_what_was_owed(world: World) -> None:
    urge(world)
    world.system()
    entry = Entry.objects.get(event="campaign.enterprise_urged")
    assert (entry.facts["enterprise"], entry.facts["owed"]) == (str(world.enterprise.pk), 6)
    assert entry.actor_role == "town_officer"


# Reading them


def test_notices_are_the_persons_own_newest_first(world: World) -> None:
    made = some_notices(world, "principal", 3)
    some_notices(world, "safety_manager", 2)
    assert [row.pk for row in notices(world.actor("principal"))] == [row.pk for row in reversed(made)]
    assert unread_count(world.actor("principal")) == 3
    assert unread_count(world.actor("worker")) == 0


@pytest.mark.parametrize("who", ["safety_manager", "town_officer", "officer", "administrator", "stranger"])
def test_the_database_alone_hides_a_notice_from_everybody_else(world: World, who: str) -> None:
    (made,) = some_notices(world, "principal", 1)
    world.actor(who)
    assert not Notice.objects.exists()
    assert Notice.objects.filter(pk=made.pk).update(read_at=NOON) == 0
    assert Notice.objects.filter(pk=made.pk).delete()[0] == 0
    world.system()
    assert Notice.objects.get(pk=made.pk).read_at is None


def test_one_notice_is_marked_read_and_marking_again_keeps_the_first_moment(world: World) -> None:
    first, second = some_notices(world, "principal", 2)
    actor = world.actor("principal")
    assert notices_read(actor=actor, at=later(hours=1), notice_id=first.pk) == 1
    assert unread_count(actor) == 1
    assert notices_read(actor=actor, at=later(hours=2), notice_id=first.pk) == 0
    reads = dict(notices(actor).values_list("pk", "read_at"))
    assert reads == {first.pk: later(hours=1), second.pk: None}


def test_all_are_marked_read_but_those_of_others(world: World) -> None:
    some_notices(world, "principal", 3)
    some_notices(world, "safety_manager", 2)
    assert notices_read(actor=world.actor("principal"), at=later(hours=1)) == 3
    assert unread_count(world.actor("principal")) == 0
    assert unread_count(world.actor("safety_manager")) == 2


def test_another_persons_notice_is_not_marked_read(world: World) -> None:
    (made,) = some_notices(world, "principal", 1)
    assert notices_read(actor=world.actor("safety_manager"), at=NOON, notice_id=made.pk) == 0
    assert unread_count(world.actor("principal")) == 1


@pytest.mark.parametrize(("n", "shown"), [(0, 0), (1, 1), (999, 999), (1000, 1000), (1001, 1000)])
def test_unread_ones_are_counted_no_further_than_the_limit(world: World, n: int, shown: int) -> None:
    assert MOST_COUNTED == 1000
    some_notices(world, "principal", n)
    actor = world.actor("principal")
    with CaptureQueriesContext(connection) as asked:
        assert unread_count(actor) == shown
    assert len(asked) == 1


def test_an_urging_costs_the_same_for_one_manager_and_for_ten(world: World) -> None:
    part = part_of(world)
    with CaptureQueriesContext(connection) as few:
        enterprise_urge(actor=world.actor("town_officer"), at=NOON, participation_id=part.pk)
    world.system()
    for number in range(8):
        make_member(f"manager{number}", world.enterprise.organisation, "safety_manager")
    with CaptureQueriesContext(connection) as many:
        enterprise_urge(actor=world.actor("town_officer"), at=later(days=1), participation_id=part.pk)
    assert told(world, "enterprise_urged").total() == 2 + 10
    # One message to the open pages of each person is the only thing that grows.
    assert len(many) == len(few) + 8


def test_a_manager_of_two_enterprises_reads_both_in_one_list(world: World) -> None:
    world.system()
    principal = world.people["principal"].person
    membership_create(
        actor=world.system(), at=NOON, person=principal, organisation=world.neighbour.organisation, role="principal"
    )
    urge(world)
    urge(world, at=later(minutes=1), of="neighbour")
    assert told(world, "enterprise_urged")["测试principal"] == 2
    assert unread_count(world.actor("principal")) == 2


@pytest.mark.parametrize(
    ("age", "read", "stays"),
    [
        (KEPT - timedelta(minutes=5), True, True),
        (KEPT + timedelta(minutes=5), True, False),
        (KEPT * 3, True, False),
        (KEPT * 3, False, True),
    ],
)
def test_read_notices_are_forgotten_after_a_year_and_unread_ones_are_not(
    world: World, age: timedelta, read: bool, stays: bool
) -> None:
    (made,) = some_notices(world, "principal", 1, clock.now() - age)
    if read:
        notices_read(actor=world.actor("principal"), at=clock.now(), notice_id=made.pk)
    world.actor("stranger")
    forget(timestamp=0)
    world.system()
    assert Notice.objects.filter(pk=made.pk).exists() == stays


def test_forgetting_leaves_the_scope_of_a_running_transaction_as_it_was(world: World) -> None:
    some_notices(world, "principal", 1)
    world.actor("stranger")
    forget(timestamp=0)
    assert not Notice.objects.exists()
    assert not Obligation.objects.filter(enterprise=world.enterprise).exists()
