"""The cockpit's figures. Each is a sum over counts that triggers keep exact, so none grows with the tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Case, CharField, Func, IntegerField, Sum, Value, When
from django.db.models.functions import Cast, Concat, Substr

from anru.accounts.access import scope_regions
from anru.accounts.models import Region
from anru.campaigns.access import can_see_cockpit
from anru.campaigns.models import Campaign, RequiredItem, Snapshot, Tally
from anru.campaigns.rules import Light, LightThresholds, judge_light
from anru.campaigns.states import ObligationState
from anru.kernel.actor import Actor, path_range
from anru.kernel.clock import legal_date
from anru.rulebook.book import parameters_on


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of how many are done, and how that stands against the deadline."""

    key: str
    label: str
    complete_n: int
    total_n: int
    light: Light

    @property
    def pct(self) -> Decimal:
        """Done in percent, to one decimal, rounded down: 99.96 % is not shown as all."""
        if self.total_n == 0:
            return Decimal(0)
        return (Decimal(1000) * self.complete_n // self.total_n) / 10


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """One required item over the territory: how many obligations stand in each state."""

    item: RequiredItem
    states: dict[str, int]
    light: Light

    @property
    def total_n(self) -> int:
        """Obligations that count: all but the waived."""
        return sum(n for state, n in self.states.items() if state != ObligationState.WAIVED)

    @property
    def accepted_n(self) -> int:
        """Obligations that are done."""
        return self.states.get(ObligationState.ACCEPTED, 0)


@dataclass(frozen=True, slots=True)
class Day:
    """One point of the burn-up."""

    day: date
    complete_n: int
    total_n: int
    accepted_n: int
    owed_n: int


@dataclass(frozen=True, slots=True)
class Cockpit:
    """Everything on the cockpit of one campaign in one territory at one moment."""

    campaign: Campaign
    region: Region
    as_of: datetime
    days_left: int
    whole: Standing
    items: tuple[ItemStanding, ...]
    places: tuple[Standing, ...]
    industries: tuple[Standing, ...]
    states: dict[str, int]
    burn_up: tuple[Day, ...]


def cockpit(actor: Actor, campaign: Campaign, at: datetime, region_code: str = "") -> Cockpit | None:
    """Return the figures of a campaign in the actor's territory, or in one region of it; None if it is not theirs."""
    if not can_see_cockpit(actor):
        return None
    wanted = {"code": region_code} if region_code else {"path": actor.scope_path}
    region = scope_regions(actor).filter(**wanted).first()
    if region is None:
        return None
    low, high = path_range(region.path)
    judge = _Judge(campaign, at)
    groups = (
        Tally.objects.filter(campaign=campaign, scope_path__gte=low, scope_path__lt=high)
        # Added up in the database to the places that are shown: a province has far more towns than rows on its cockpit.
        .annotate(place=_place_below(region))
        .values_list("kind", "place", "item_id", "industry", "state")
        .annotate(sum_n=Sum(Cast("n", IntegerField())))
        # What came and went again: until the counts are merged it would show trades and states in which nothing stands.
        .exclude(sum_n=0)
    )
    sums = _Sums()
    for kind, path, item_id, industry, state, n in groups:
        sums.add(kind, path, item_id, industry, state, n)
    places = list(scope_regions(actor).filter(parent=region).order_by("path")) or [region]
    return Cockpit(
        campaign=campaign,
        region=region,
        as_of=at,
        days_left=(campaign.due_on - legal_date(at)).days,
        whole=judge.standing(region.code, region.name, *sums.under(region.path)),
        items=tuple(
            judge.item(item, sums.items.get(item.pk, {})) for item in RequiredItem.objects.filter(campaign=campaign)
        ),
        places=tuple(judge.standing(place.code, place.name, *sums.under(place.path)) for place in places),
        industries=tuple(
            judge.standing(code, code, done, total) for code, (done, total) in sorted(sums.industries.items())
        ),
        states=sums.states,
        burn_up=_burn_up(campaign, region),
    )


class _Sums:
    """Adds the tally's groups up along each axis of the cockpit."""

    def __init__(self) -> None:
        self.towns: dict[str, list[int]] = {}
        self.items: dict[object, dict[str, int]] = {}
        self.industries: dict[str, list[int]] = {}
        self.states: dict[str, int] = {}

    def add(self, kind: str, path: str, item_id: object, industry: str, state: str, n: int) -> None:
        if kind == "obligation":
            per_state = self.items.setdefault(item_id, {})
            per_state[state] = per_state.get(state, 0) + n
            self.states[state] = self.states.get(state, 0) + n
        elif state != "left":
            done = n if state == "complete" else 0
            for table, key in ((self.towns, path), (self.industries, industry)):
                sums = table.setdefault(key, [0, 0])
                sums[0] += done
                sums[1] += n

    def under(self, path: str) -> tuple[int, int]:
        low, high = path_range(path)
        inside = [sums for town, sums in self.towns.items() if low <= town < high]
        return sum(sums[0] for sums in inside), sum(sums[1] for sums in inside)


class _Judge:
    """Colours figures of one campaign on one day by the parameters in force."""

    def __init__(self, campaign: Campaign, at: datetime) -> None:
        self._campaign = campaign
        self._on = legal_date(at)
        parameters = parameters_on(at)
        self._thresholds = LightThresholds(
            yellow_lag_points=parameters.integer("campaign.light.yellow_lag_points"),
            red_lag_points=parameters.integer("campaign.light.red_lag_points"),
            yellow_days_left=parameters.integer("campaign.light.yellow_days_left"),
        )

    def light(self, done: int, total: int) -> Light:
        return judge_light(
            complete_n=done,
            total_n=total,
            starts_on=self._campaign.starts_on,
            due_on=self._campaign.due_on,
            on=self._on,
            thresholds=self._thresholds,
        )

    def standing(self, key: str, label: str, done: int, total: int) -> Standing:
        return Standing(key, label, done, total, self.light(done, total))

    def item(self, item: RequiredItem, states: dict[str, int]) -> ItemStanding:
        total = sum(n for state, n in states.items() if state != ObligationState.WAIVED)
        return ItemStanding(item, states, self.light(states.get(ObligationState.ACCEPTED, 0), total))


def _place_below(region: Region) -> Case:
    """Return the path of the place directly below a region in which enterprises lie; other rows are not told apart."""
    below = Substr("scope_path", len(region.path) + 1)
    first = Func(below, Value("/"), Value(1), function="split_part", output_field=CharField())
    place = Concat(Value(region.path), first, Value("/"), output_field=CharField())
    return Case(When(kind="enterprise", then=place), default=Value(""))


def _burn_up(campaign: Campaign, region: Region) -> tuple[Day, ...]:
    rows = Snapshot.objects.filter(campaign=campaign, region=region).order_by("day")
    return tuple(Day(row.day, row.complete_n, row.total_n, row.accepted_n, row.owed_n) for row in rows)
