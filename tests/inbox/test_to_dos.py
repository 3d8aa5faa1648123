"""The one to-do list: what waits for each role at each state of what is owed, at a cost that does not grow."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.registry.rosterfiles import ENTERPRISE_TITLES, enterprise_line, write_roster
from tests.stages import STATES, bring
from tests.world import NOON, World, later, make_enterprise, make_space, owed

from anru.campaigns.models import Campaign, Obligation, Participation
from anru.campaigns.services.campaign import campaign_close
from anru.campaigns.services.dispatch import enterprise_joined, enterprise_left
from anru.inbox.selectors import MOST_SHOWN, ToDo, to_do_count, to_dos
from anru.registry.services.roster import roster_upload

WITH_ENTERPRISE = {"owed", "draft", "returned", "reopened"}
RETURNED = "被退回，请按审核意见修改后重新提交"


def waiting(world: World, who: str, minutes: int = 5) -> list[ToDo]:
    """Return a cast member's to-dos; the badge is asked for at the same moment."""
    return to_dos(world.actor(who), later(minutes=minutes))


def badge(world: World, who: str, minutes: int = 5) -> int:
    return to_do_count(world.actor(who), later(minutes=minutes))


def counted(rows: list[ToDo]) -> dict[str, int]:
    return {row.title: row.count for row in rows}


# The enterprise


@pytest.mark.parametrize("who", ["principal", "safety_manager"])
@pytest.mark.parametrize("state", STATES)
def test_an_enterprise_has_to_do_exactly_what_lies_with_it(world: World, state: str, who: str) -> None:
    row = bring(world, owed(world, "I1"), state)
    shown = [to_do for to_do in waiting(world, who) if to_do.url_args == (str(row.pk),)]
    assert len(shown) == (state in WITH_ENTERPRISE)
    expected = 6 if state in WITH_ENTERPRISE else 5
    assert len(waiting(world, who)) == expected
    assert badge(world, who) == expected
    for to_do in shown:
        assert (to_do.url_name, to_do.due_on) == ("my:obligation", date(2026, 6, 30))
        assert to_do.urgent == (state == "returned")
        assert to_do.detail == (RETURNED if state == "returned" else "有限空间专项整治")


def test_what_was_returned_comes_first_and_then_the_nearest_deadline(world: World) -> None:
    bring(world, owed(world, "I6"), "returned")
    soon = owed(world, "I5")
    Obligation.objects.filter(pk=soon.pk).update(due_on=date(2026, 6, 20))
    codes = [
        Obligation.objects.select_related("item").get(pk=to_do.url_args[0]).item.code
        for to_do in waiting(world, "principal")
    ]
    assert codes == ["I6", "I5", "I1", "I2", "I3", "I4"]


def test_an_item_of_a_space_names_the_space(world: World) -> None:
    row = owed(world, "I2")
    (shown,) = [to_do for to_do in waiting(world, "principal") if to_do.url_args == (str(row.pk),)]
    assert shown.title == f"{row.item.title} · 污水调节池"


@pytest.mark.parametrize("who", ["approver", "guardian", "worker", "administrator", "foreign_principal"])
def test_roles_that_prove_and_review_nothing_have_nothing_to_do(world: World, who: str) -> None:
    bring(world, owed(world, "I1"), "submitted")
    assert waiting(world, who) == []
    assert badge(world, who) == 0


@pytest.mark.parametrize(("spaces", "shown"), [(43, 49), (44, 50), (45, 50)])
def test_a_long_list_is_shown_up_to_its_limit_and_counted_beyond(world: World, spaces: int, shown: int) -> None:
    world.system()
    for number in range(2, spaces + 2):
        make_space(world.enterprise, number=f"B-{number}")
    assert Obligation.objects.filter(enterprise=world.enterprise).count() == 6 + spaces
    assert MOST_SHOWN == 50
    assert len(waiting(world, "principal")) == shown
    assert badge(world, "principal") == 6 + spaces


def test_an_enterprise_that_left_the_campaign_has_nothing_to_do(world: World) -> None:
    enterprise_left(actor=world.system(), at=NOON, enterprise_id=world.enterprise.pk, reason="停产")
    assert waiting(world, "principal") == []
    assert badge(world, "principal") == 0


# The reviewer

WAITING, HELD = "待审核材料", "已领取未决定"


@pytest.mark.parametrize(
    ("state", "own", "of_colleague", "of_other_provider"),
    [
        ("owed", {}, {}, {}),
        ("draft", {}, {}, {}),
        ("submitted", {WAITING: 1}, {WAITING: 1}, {}),
        ("in_review", {HELD: 1}, {}, {}),
        ("returned", {}, {}, {}),
        ("accepted", {}, {}, {}),
        ("reopened", {WAITING: 1}, {WAITING: 1}, {}),
        ("waived", {}, {}, {}),
    ],
)
def test_a_reviewer_has_to_do_what_waits_and_what_they_hold(
    world: World, state: str, own: dict[str, int], of_colleague: dict[str, int], of_other_provider: dict[str, int]
) -> None:
    bring(world, owed(world, "I1"), state)
    assert counted(waiting(world, "reviewer")) == own
    assert counted(waiting(world, "second_reviewer")) == of_colleague
    assert counted(waiting(world, "provider_manager")) == of_colleague
    assert counted(waiting(world, "other_reviewer")) == of_other_provider
    assert badge(world, "second_reviewer") == of_colleague.get(WAITING, 0)


def test_what_is_held_leads_and_is_urgent(world: World) -> None:
    bring(world, owed(world, "I1"), "in_review")
    bring(world, owed(world, "I3"), "submitted")
    held, queue = waiting(world, "reviewer")
    assert [(row.title, row.count, row.urgent, row.url_name) for row in (held, queue)] == [
        (HELD, 1, True, "reviews:desk"),
        (WAITING, 1, False, "reviews:desk"),
    ]


@pytest.mark.parametrize(
    ("seconds", "own", "of_colleague"),
    [
        (15 * 60 - 1, {HELD: 1}, {}),
        (15 * 60, {WAITING: 1}, {WAITING: 1}),
        (15 * 60 + 1, {WAITING: 1}, {WAITING: 1}),
    ],
)
def test_a_claim_that_ran_out_waits_for_everybody_and_is_held_by_nobody(
    world: World, seconds: int, own: dict[str, int], of_colleague: dict[str, int]
) -> None:
    bring(world, owed(world, "I1"), "in_review")
    at = NOON + timedelta(seconds=seconds)
    assert counted(to_dos(world.actor("reviewer"), at)) == own
    assert counted(to_dos(world.actor("second_reviewer"), at)) == of_colleague


# The offices

BEHIND, IMPORT = "未完成企业", "名册待确认"


@pytest.mark.parametrize(
    ("who", "open_n"),
    [("leader", 3), ("officer", 3), ("town_head", 2), ("town_officer", 2), ("other_town_officer", 1)],
)
def test_an_office_has_to_do_the_open_enterprises_of_its_own_territory(world: World, who: str, open_n: int) -> None:
    (row,) = waiting(world, who)
    campaign = Campaign.objects.get()
    assert (row.title, row.count, row.due_on) == (BEHIND, open_n, campaign.due_on)
    assert (row.url_name, row.url_args, row.query) == (
        "campaigns:participations",
        (str(campaign.pk),),
        "standing=open",
    )


def test_an_office_of_another_district_has_nothing_to_do(world: World) -> None:
    assert waiting(world, "foreign_officer") == []


def test_an_enterprise_that_is_complete_or_has_left_is_no_longer_among_the_open_ones(world: World) -> None:
    world.system()
    for row in Obligation.objects.select_related("item").filter(enterprise=world.enterprise):
        bring(world, row, "accepted")
    assert counted(waiting(world, "town_officer")) == {BEHIND: 1}
    enterprise_left(actor=world.system(), at=NOON, enterprise_id=world.neighbour.pk, reason="停产")
    assert waiting(world, "town_officer") == []
    assert counted(waiting(world, "officer")) == {BEHIND: 1}


def test_when_a_campaign_is_closed_nobody_has_anything_to_do_in_it(world: World) -> None:
    bring(world, owed(world, "I1"), "submitted")
    bring(world, owed(world, "I3"), "in_review")
    assert all(waiting(world, who) for who in ("principal", "reviewer", "town_officer", "officer"))
    campaign_close(actor=world.actor("officer"), at=NOON, campaign_id=Campaign.objects.get().pk)
    for who in ("principal", "reviewer", "town_officer", "officer"):
        assert waiting(world, who) == [], who
        assert badge(world, who) == 0


@pytest.mark.parametrize(("files", "shown"), [(0, 0), (1, 1), (5, 5), (6, 5)])
def test_rosters_that_wait_for_the_own_office_are_listed_and_counted_on_the_badge(
    world: World, tmp_path: Path, files: int, shown: int
) -> None:
    path = write_roster(tmp_path / "名册.xlsx", ENTERPRISE_TITLES, [enterprise_line(10)])
    for number in range(files):
        roster_upload(actor=world.actor("town_officer"), at=later(minutes=number), content=path, file_name="名册.xlsx")
    rosters = [row for row in waiting(world, "town_head", 60) if row.title == IMPORT]
    assert [(row.detail, row.url_name) for row in rosters] == [("名册.xlsx", "registry:import-detail")] * shown
    assert badge(world, "town_head", 60) == shown
    for who in ("other_town_officer", "officer", "principal"):
        assert [row for row in waiting(world, who, 60) if row.title == IMPORT] == [], who


# What it costs

MOST_QUERIES = {"principal": 1, "reviewer": 4, "town_officer": 3, "officer": 3, "worker": 0}
MOST_BADGE_QUERIES = {"principal": 1, "reviewer": 3, "town_officer": 1, "officer": 1, "worker": 0}


def queries(world: World, who: str) -> tuple[int, int]:
    actor = world.actor(who)
    with CaptureQueriesContext(connection) as listed:
        found = to_dos(actor, later(minutes=5))
        # Reading what a page shows of a row must not ask again.
        assert all(isinstance(row.title, str) and row.detail for row in found)
    with CaptureQueriesContext(connection) as counted_by_badge:
        to_do_count(actor, later(minutes=5))
    return len(listed), len(counted_by_badge)


@pytest.mark.parametrize("who", MOST_QUERIES)
def test_the_list_costs_the_same_when_the_world_is_twice_as_large(world: World, who: str) -> None:
    bring(world, owed(world, "I1"), "submitted")
    bring(world, owed(world, "I3"), "in_review")
    before = queries(world, who)
    world.system()
    for number in range(30, 34):
        firm = make_enterprise(f"宁波新增{number}有限公司", number, world.town)
        make_space(firm)
        enterprise_joined(actor=world.system(), at=NOON, enterprise_id=firm.pk)
    make_space(world.enterprise, number="C-1")
    for row in Obligation.objects.select_related("item").filter(enterprise=world.neighbour):
        bring(world, row, "submitted")
    assert Participation.objects.count() == 7
    assert queries(world, who) == before
    assert before[0] <= MOST_QUERIES[who]
    assert before[1] <= MOST_BADGE_QUERIES[who]
