"""The cockpit: every figure is what a recount of the rows gives, nobody sees beyond their territory, and it costs the
same in a larger world."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.reports.recount import lively, recount, shown
from tests.stages import STATES, bring
from tests.world import NOON, World, later, make_campaign, make_enterprise, make_member, make_space, owed

from anru.accounts.models import Region
from anru.accounts.services import organisation_create
from anru.campaigns.models import Campaign, Obligation, Snapshot
from anru.campaigns.rules import Light
from anru.campaigns.services.dispatch import enterprise_joined, enterprise_left
from anru.campaigns.services.snapshot import snapshot_take, tally_compact
from anru.campaigns.services.urging import obligation_restore, obligation_waive
from anru.kernel.actor import SYSTEM
from anru.reports.cockpit import Cockpit, Standing, cockpit
from anru.rulebook.book import parameters_on


def figures_of(world: World, who: str = "officer", region: str = "", at: datetime = NOON) -> Cockpit:
    world.system()
    campaign = Campaign.objects.get()
    figures = cockpit(world.actor(who), campaign, at, region)
    assert figures is not None
    return figures


# Figures

PLACES = {"district": ["town", "other_town"], "town": ["town"], "other_town": ["other_town"]}


def expect_recount(world: World, who: str, region: str, asked: str = "") -> None:
    places: list[Region] = [getattr(world, name) for name in PLACES[region]]
    figures = figures_of(world, who, asked)
    assert shown(figures) == recount(world, figures.campaign, getattr(world, region), places)


@pytest.mark.parametrize(
    ("who", "region", "asked"),
    [
        ("leader", "district", ""),
        ("officer", "district", "330212"),
        ("officer", "town", "330212110"),
        ("officer", "other_town", "330212105"),
        ("town_head", "town", ""),
        ("town_officer", "town", "330212110"),
        ("other_town_officer", "other_town", ""),
    ],
)
def test_every_figure_equals_a_recount_of_the_rows(world: World, who: str, region: str, asked: str) -> None:
    lively(world)
    expect_recount(world, who, region, asked)


def test_the_figures_of_the_lively_world_are_these(world: World) -> None:
    # A recount that counted nothing would agree with a cockpit that counts nothing.
    lively(world)
    figures = shown(figures_of(world))
    assert figures.whole == (1, 5)
    assert figures.places == {"姜山镇": (1, 3), "五乡镇": (0, 2)}
    assert figures.industries == {"machinery": (1, 3), "textile": (0, 2)}
    assert set(figures.states) == set(STATES)
    assert figures.states["accepted"] == 6
    assert figures.items["I2"]["owed"] == 3


def test_merging_the_counts_changes_no_figure(world: World) -> None:
    campaign = lively(world)
    before = [shown(figures_of(world, who)) for who in ("officer", "town_officer")]
    world.system()
    assert tally_compact(campaign) > 0
    assert [shown(figures_of(world, who)) for who in ("officer", "town_officer")] == before


@pytest.mark.parametrize("state", STATES)
def test_one_obligation_is_counted_once_in_its_state_and_not_at_all_when_waived(world: World, state: str) -> None:
    bring(world, owed(world, "I1"), state)
    figures = figures_of(world)
    item = next(row for row in figures.items if row.item.code == "I1")
    assert item.states == ({"owed": 3} if state == "owed" else {"owed": 2, state: 1})
    assert item.total_n == (2 if state == "waived" else 3)
    assert item.accepted_n == (state == "accepted")
    assert figures.states == ({"owed": 18} if state == "owed" else {"owed": 17, state: 1})


@pytest.mark.parametrize(
    ("last", "complete"),
    [("owed", 0), ("draft", 0), ("submitted", 0), ("returned", 0), ("reopened", 0), ("accepted", 1), ("waived", 1)],
)
def test_an_enterprise_is_complete_when_its_last_item_is_accepted_or_waived(
    world: World, last: str, complete: int
) -> None:
    for number in range(1, 6):
        bring(world, owed(world, f"I{number}"), "accepted")
    bring(world, owed(world, "I6"), last)
    assert figures_of(world).whole.complete_n == complete
    expect_recount(world, "officer", "district")


def test_an_enterprise_with_nothing_to_prove_is_not_complete_and_a_restored_item_counts_again(
    world: World,
) -> None:
    for number in range(1, 7):
        bring(world, owed(world, f"I{number}"), "waived")
    assert shown(figures_of(world)).whole == (0, 3)
    obligation_restore(actor=world.actor("officer"), at=NOON, obligation_id=owed(world, "I1").pk)
    bring(world, owed(world, "I1"), "accepted")
    assert shown(figures_of(world)).whole == (1, 3)
    obligation_waive(actor=world.actor("officer"), at=NOON, obligation_id=owed(world, "I1").pk, reason="合并")
    assert shown(figures_of(world)).whole == (0, 3)
    expect_recount(world, "officer", "district")


def test_who_joins_and_who_leaves_moves_the_figures_and_a_trade_without_enterprises_is_not_shown(world: World) -> None:
    world.system()
    firm = make_enterprise("宁波织造有限公司", 21, world.town, industry="textile")
    enterprise_joined(actor=world.system(), at=NOON, enterprise_id=firm.pk)
    assert shown(figures_of(world)).industries == {"machinery": (0, 3), "textile": (0, 1)}
    enterprise_left(actor=world.system(), at=NOON, enterprise_id=firm.pk, reason="停产")
    assert shown(figures_of(world)).industries == {"machinery": (0, 3)}
    expect_recount(world, "officer", "district")
    enterprise_joined(actor=world.system(), at=NOON, enterprise_id=firm.pk)
    assert shown(figures_of(world)).whole == (0, 4)
    expect_recount(world, "officer", "district")


def test_a_second_campaign_does_not_mix_into_the_first(world: World) -> None:
    first = lively(world)
    before = shown(figures_of(world))
    Campaign.objects.filter(pk=first.pk).update(name="第一次", document_number="1")
    second = make_campaign(world)
    figures = [cockpit(world.actor("officer"), campaign, NOON) for campaign in (first, second)]
    assert figures[0] is not None
    assert figures[1] is not None
    assert shown(figures[0]) == before
    assert shown(figures[1]).whole == (0, 6)
    assert shown(figures[1]) == recount(world, second, world.district, [world.town, world.other_town])


@pytest.mark.parametrize(
    ("done", "total", "pct"),
    [(0, 0, "0"), (0, 3, "0"), (1, 3, "33.3"), (2, 3, "66.6"), (3, 3, "100"), (9999, 10000, "99.9"), (1, 1001, "0")],
)
def test_a_share_is_rounded_down_so_that_nearly_all_is_not_all(done: int, total: int, pct: str) -> None:
    assert Standing("", "", done, total, Light.GREEN).pct == Decimal(pct)


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime.fromisoformat("2026-06-29T15:59:59.999999+00:00"), 1),
        (datetime.fromisoformat("2026-06-29T16:00:00+00:00"), 0),
        (datetime.fromisoformat("2026-06-30T15:59:59.999999+00:00"), 0),
        (datetime.fromisoformat("2026-06-30T16:00:00+00:00"), -1),
    ],
)
def test_days_are_counted_to_the_deadline_in_shanghai(world: World, at: datetime, days: int) -> None:
    figures = figures_of(world, at=at)
    assert (figures.days_left, figures.as_of) == (days, at)


# Who sees what


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("town_officer", "330212"),
        ("town_officer", "330212105"),
        ("town_head", "3302"),
        ("officer", "330203"),
        ("officer", "330203001"),
        ("officer", "33"),
        ("officer", "000000"),
        ("administrator", ""),
        ("principal", ""),
        ("worker", ""),
        ("reviewer", ""),
        ("reviewer", "330212"),
    ],
)
def test_there_are_no_figures_of_a_place_that_is_not_ones_own_nor_for_other_roles(
    world: World, who: str, asked: str
) -> None:
    world.system()
    campaign = Campaign.objects.get()
    assert cockpit(world.actor(who), campaign, NOON, asked) is None


def test_a_town_sees_nothing_of_its_neighbour(world: World) -> None:
    before = shown(figures_of(world, "town_officer"))
    world.system()
    rows = list(Obligation.objects.select_related("item").filter(enterprise=world.elsewhere))
    assert len(rows) == 6
    for row in rows:
        bring(world, row, "accepted")
    assert shown(figures_of(world)).whole == (1, 3)
    world.system()
    snapshot_take(campaign=Campaign.objects.get(), day=date(2026, 6, 10), at=NOON)
    figures = figures_of(world, "town_officer")
    assert shown(figures) == before
    assert [place.label for place in figures.places] == ["姜山镇"]
    assert [(day.complete_n, day.total_n) for day in figures.burn_up] == [(0, 2)]


def test_an_office_of_another_district_finds_nothing_in_the_campaign(world: World) -> None:
    lively(world)
    snapshot_take(campaign=Campaign.objects.get(), day=date(2026, 6, 10), at=NOON)
    figures = figures_of(world, "foreign_officer")
    assert (figures.whole.total_n, figures.items, figures.industries, figures.states) == (0, (), (), {})
    assert figures.burn_up == ()


def test_a_city_sees_its_districts_and_goes_down_to_a_town(world: World) -> None:
    lively(world)
    city = Region.objects.get(code="3302")
    office = organisation_create(actor=SYSTEM, at=NOON, kind="bureau", name="宁波市应急管理局", region=city)
    world.people["city_officer"] = make_member("city_officer", office, "bureau_officer")
    figures = figures_of(world, "city_officer")
    assert shown(figures).places == {"海曙区": (0, 0), "鄞州区": (1, 5)}
    assert figures.whole.total_n == 5
    expect_recount(world, "city_officer", "district", "330212")
    expect_recount(world, "city_officer", "town", "330212110")


# What it costs

MOST_QUERIES = 5


@pytest.mark.parametrize("who", ["officer", "town_officer"])
def test_the_figures_cost_the_same_when_the_world_is_twice_as_large(world: World, who: str) -> None:
    campaign = lively(world)
    snapshot_take(campaign=campaign, day=date(2026, 6, 9), at=NOON)

    def queries() -> int:
        actor = world.actor(who)
        with CaptureQueriesContext(connection) as asked:
            figures = cockpit(actor, campaign, NOON)
            assert figures is not None
            assert all(row.item.title for row in figures.items)
        return len(asked)

    before = queries()
    world.system()
    for number in range(30, 37):
        firm = make_enterprise(f"宁波新增{number}有限公司", number, world.town, industry="commerce")
        make_space(firm)
        enterprise_joined(actor=world.system(), at=NOON, enterprise_id=firm.pk)
    for day in range(10, 20):
        snapshot_take(campaign=campaign, day=date(2026, 6, day), at=NOON)
    assert queries() == before
    assert before <= MOST_QUERIES


# Burn-up


def test_the_burn_up_shows_each_day_as_it_was_kept_in_order(world: World) -> None:
    campaign = Campaign.objects.get()
    rows = list(Obligation.objects.select_related("item").filter(enterprise=world.enterprise))
    kept = []
    for number, day in enumerate((date(2026, 6, 10), date(2026, 6, 11), date(2026, 6, 12))):
        for row in rows[number * 2 : number * 2 + 2]:
            bring(world, row, "accepted", at=later(days=number))
        figures = figures_of(world, at=later(days=number))
        owed_n = sum(item.total_n for item in figures.items)
        kept.append((day, figures.whole.complete_n, figures.whole.total_n, figures.states.get("accepted", 0), owed_n))
        world.system()
        snapshot_take(campaign=campaign, day=day, at=later(days=number))
    # What happens afterwards does not change what was kept, and days are shown in order whenever they were taken.
    bring(world, owed(world, "I1", world.neighbour), "accepted", at=later(days=3))
    snapshot_take(campaign=campaign, day=date(2026, 6, 9), at=NOON)
    Snapshot.objects.filter(day=date(2026, 6, 9)).update(complete_n=0, accepted_n=0)
    shown_days = [
        (day.day, day.complete_n, day.total_n, day.accepted_n, day.owed_n) for day in figures_of(world).burn_up
    ]
    assert shown_days == [(date(2026, 6, 9), 0, 3, 0, 18), *kept]
    assert [row[1:4] for row in kept] == [(0, 3, 2), (0, 3, 4), (1, 3, 6)]


@pytest.mark.parametrize(
    ("who", "asked", "expected"),
    [
        ("officer", "", (1, 5)),
        ("officer", "330212110", (1, 3)),
        ("town_officer", "", (1, 3)),
        ("other_town_officer", "", (0, 2)),
    ],
)
def test_the_last_point_of_the_burn_up_is_the_place_itself_and_equals_its_figure(
    world: World, who: str, asked: str, expected: tuple[int, int]
) -> None:
    campaign = lively(world)
    snapshot_take(campaign=campaign, day=date(2026, 6, 10), at=NOON)
    figures = figures_of(world, who, asked)
    (point,) = figures.burn_up
    assert (point.complete_n, point.total_n) == (figures.whole.complete_n, figures.whole.total_n) == expected
    assert point.accepted_n == figures.states.get("accepted", 0)
    assert point.owed_n == sum(item.total_n for item in figures.items)


def test_a_day_that_is_taken_again_is_one_point_with_the_later_figures(world: World) -> None:
    campaign = Campaign.objects.get()
    snapshot_take(campaign=campaign, day=date(2026, 6, 10), at=NOON)
    bring(world, owed(world, "I1"), "accepted")
    snapshot_take(campaign=campaign, day=date(2026, 6, 10), at=later(hours=3))
    assert [day.accepted_n for day in figures_of(world).burn_up] == [1]


# Lights

STARTS = date(2026, 6, 1)
DUE = date(2026, 6, 20)


def planned(world: World, done: int) -> Campaign:
    """Twenty days for three enterprises, of which `done` are complete: a day is worth five points."""
    world.system()
    Campaign.objects.update(starts_on=STARTS, due_on=DUE)
    for enterprise in (world.enterprise, world.neighbour, world.elsewhere)[:done]:
        for row in list(Obligation.objects.select_related("item").filter(enterprise=enterprise)):
            bring(world, row, "accepted")
    return Campaign.objects.get()


def noon_of(day: int) -> datetime:
    """Return noon in Shanghai of a day after the first."""
    return datetime.fromisoformat("2026-06-01T04:00:00+00:00") + timedelta(days=day)


def test_the_thresholds_that_the_boundaries_below_are_made_for_are_in_force() -> None:
    parameters = parameters_on(noon_of(0))
    names = ("yellow_lag_points", "red_lag_points", "yellow_days_left")
    assert [parameters.integer(f"campaign.light.{name}") for name in names] == [10, 25, 7]


@pytest.mark.parametrize(
    ("done", "lights"),
    [
        # Day: light from that day on. None done: 10 points behind on day 2, 25 on day 5.
        (0, {-5: "green", 0: "green", 1: "green", 2: "yellow", 4: "yellow", 5: "red", 19: "red", 20: "red"}),
        # A third done: 6.7 points behind on day 8, 11.7 on day 9; 21.7 on day 11, 26.7 on day 12.
        (1, {0: "green", 8: "green", 9: "yellow", 11: "yellow", 12: "red", 20: "red"}),
        # Two thirds done: ahead of the line, but from seven days before the end on that is yellow; over is red.
        (2, {0: "green", 11: "green", 12: "yellow", 18: "yellow", 19: "red", 20: "red"}),
        (3, {-5: "green", 0: "green", 12: "green", 19: "green", 20: "green", 400: "green"}),
    ],
)
def test_the_light_changes_on_the_day_of_its_boundary(world: World, done: int, lights: dict[int, str]) -> None:
    planned(world, done)
    seen = {day: str(figures_of(world, at=noon_of(day)).whole.light) for day in lights}
    assert seen == lights


@pytest.mark.parametrize(
    ("at", "light"),
    [
        ("2026-06-20T15:59:59.999999+00:00", Light.YELLOW),
        ("2026-06-20T16:00:00+00:00", Light.RED),
    ],
)
def test_the_deadline_is_over_at_midnight_in_shanghai(world: World, at: str, light: Light) -> None:
    # A plan of one day: before its end nobody can be behind, so that only the deadline can turn the light red.
    world.system()
    Campaign.objects.update(starts_on=DUE, due_on=DUE)
    assert figures_of(world, at=datetime.fromisoformat(at)).whole.light is light


def test_each_place_trade_and_item_has_a_light_of_its_own(world: World) -> None:
    planned(world, 2)
    figures = figures_of(world, at=noon_of(6))
    assert figures.whole.light is Light.GREEN
    assert {place.label: str(place.light) for place in figures.places} == {"五乡镇": "red", "姜山镇": "green"}
    assert {row.key: str(row.light) for row in figures.industries} == {"machinery": "green"}
    assert {str(row.light) for row in figures.items} == {"green"}
    bring(world, owed(world, "I1", world.elsewhere), "accepted")
    late = figures_of(world, at=noon_of(20))
    assert {row.item.code: str(row.light) for row in late.items} == {
        "I1": "green", "I2": "red", "I3": "red", "I4": "red", "I5": "red", "I6": "red",
    }  # fmt: skip


def test_a_place_without_enterprises_is_green(world: World) -> None:
    for name in ("enterprise", "neighbour"):
        enterprise_left(actor=world.system(), at=NOON, enterprise_id=getattr(world, name).pk, reason="停产")
    figures = figures_of(world, at=later(days=100))
    assert {place.label: (place.total_n, str(place.light)) for place in figures.places} == {
        "五乡镇": (1, "red"),
        "姜山镇": (0, "green"),
    }
