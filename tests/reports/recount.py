"""The cockpit's figures once more, counted row by row in plain Python from the rows themselves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.stages import bring
from tests.world import NOON, World, make_enterprise, make_space, owed

from anru.accounts.models import Region
from anru.campaigns.models import Campaign, Obligation, Participation
from anru.campaigns.services.dispatch import enterprise_joined, enterprise_left
from anru.reports.cockpit import Cockpit


@dataclass
class Recount:
    """What a patient clerk would count."""

    whole: tuple[int, int] = (0, 0)
    items: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    industries: dict[str, tuple[int, int]] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)


def recount(world: World, campaign: Campaign, region: Region, places: list[Region]) -> Recount:
    """Count everything under a region; the transaction is left open to every row."""
    world.system()
    found = Recount()
    rows = [row for row in Obligation.objects.select_related("item") if row.scope_path.startswith(region.path)]
    rows = [row for row in rows if row.campaign_id == campaign.pk]
    found.states = dict(Counter(row.state for row in rows))
    for item in campaign.items.all():
        found.items[item.code] = dict(Counter(row.state for row in rows if row.item_id == item.pk))
    parts = []
    for part in Participation.objects.filter(campaign=campaign):
        if part.left_at is None and part.scope_path.startswith(region.path):
            counting = [row for row in rows if row.participation_id == part.pk and row.state != "waived"]
            parts.append((part, bool(counting) and all(row.state == "accepted" for row in counting)))
    found.whole = sum(done for _, done in parts), len(parts)
    for place in places:
        inside = [done for part, done in parts if part.scope_path.startswith(place.path)]
        found.places[place.name] = sum(inside), len(inside)
    for industry in sorted({part.industry for part, _ in parts}):
        inside = [done for part, done in parts if part.industry == industry]
        found.industries[industry] = sum(inside), len(inside)
    return found


def shown(figures: Cockpit) -> Recount:
    """Return what the cockpit says in the same shape."""
    return Recount(
        whole=(figures.whole.complete_n, figures.whole.total_n),
        items={row.item.code: row.states for row in figures.items},
        places={row.label: (row.complete_n, row.total_n) for row in figures.places},
        industries={row.key: (row.complete_n, row.total_n) for row in figures.industries},
        states=figures.states,
    )


def lively(world: World) -> Campaign:
    """A campaign in which everything has happened: each state, an enterprise that is done, one that left, one that is
    waived whole, several spaces, three trades, two towns."""
    world.system()
    campaign = Campaign.objects.get()
    states = ("draft", "submitted", "in_review", "returned", "accepted", "waived")
    for number, state in enumerate(states, start=1):
        bring(world, owed(world, f"I{number}"), state)
    for row in list(Obligation.objects.select_related("item").filter(enterprise=world.neighbour)):
        bring(world, row, "waived" if row.item.code == "I6" else "accepted")
    bring(world, owed(world, "I1", world.elsewhere), "reopened")
    bring(world, owed(world, "I3", world.elsewhere), "submitted")
    joined = {
        "textile": make_enterprise("宁波织造有限公司", 21, world.town, industry="textile"),
        "left": make_enterprise("宁波离开有限公司", 22, world.town, industry="commerce"),
        "waived": make_enterprise("宁波免除有限公司", 23, world.other_town, industry="textile"),
    }
    for firm in joined.values():
        make_space(firm, number="A-01")
        make_space(firm, number="A-02")
        enterprise_joined(actor=world.system(), at=NOON, enterprise_id=firm.pk)
    for row in list(Obligation.objects.select_related("item").filter(enterprise=joined["waived"])):
        bring(world, row, "waived")
    enterprise_left(actor=world.system(), at=NOON, enterprise_id=joined["left"].pk, reason="停产")
    return campaign
