"""Every figure of the cockpit opens into its rows: the list behind a link is as long as the figure says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.reports.recount import lively
from tests.world import NOON, World, make_campaign

from anru.campaigns.models import Campaign
from anru.campaigns.selectors import ObligationFilter, ParticipationFilter, obligations, participations
from anru.campaigns.states import ObligationState
from anru.reports.cockpit import Cockpit, cockpit

DONE_OR_GONE = {ObligationState.ACCEPTED.value, ObligationState.WAIVED.value}


class Links(HTMLParser):
    """Collects the addresses of the links inside the figures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id") == "figures":
            self._depth = 1
        elif self._depth and tag == "div":
            self._depth += 1
        if self._depth and tag == "a":
            self.found.append(named.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag == "div":
            self._depth -= 1


def page_of(world: World, who: str, query: str = "") -> tuple[Client, Cockpit, list[str]]:
    """Open the cockpit as a cast member; return the browser, the figures on the page and the links in them."""
    client = Client()
    client.force_login(world.people[who].person)
    answer = client.get(f"/cockpit/{query}")
    assert answer.status_code == 200
    links = Links()
    links.feed(answer.content.decode())
    return client, answer.context["figures"], links.found


def behind(figures: Cockpit, address: str) -> int | None:
    """Return the figure that a link stands on, or None for a link that opens no list."""
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if "item" in asked:
        (item,) = (row for row in figures.items if row.item.code == asked["item"])
        return item.total_n - item.accepted_n
    if "industry" in asked:
        (trade,) = (row for row in figures.industries if row.key == asked["industry"])
        return trade.total_n
    if "standing" in asked:
        whole = figures.whole
        return whole.complete_n if asked["standing"] == "complete" else whole.total_n - whole.complete_n
    if "state" in asked:
        return figures.states.get(asked["state"], 0)
    return None


def followed(client: Client, figures: Cockpit, links: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield (address, figure, rows of the list behind it) for each link that opens a list."""
    for address in links:
        figure = behind(figures, address)
        if figure is not None:
            answer = client.get(address)
            assert answer.status_code == 200, address
            yield address, figure, answer.context["page"].paginator.count


@pytest.mark.parametrize(
    ("who", "query", "lists"),
    [
        ("officer", "", 1 + 3 + 6 + 2),
        ("town_officer", "", 1 + 3 + 1 + 6 + 2),
        ("other_town_officer", "", 1 + 3 + 1 + 6 + 2),
        ("officer", "?region=330212110", 1 + 3 + 1 + 6 + 2),
        ("officer", "?region=330212105", 1 + 3 + 1 + 6 + 2),
    ],
)
def test_the_list_behind_each_link_is_as_long_as_its_figure(world: World, who: str, query: str, lists: int) -> None:
    lively(world)
    client, figures, links = page_of(world, who, query)
    seen = list(followed(client, figures, links))
    assert len(seen) == lists
    assert sum(figure for _, figure, _ in seen) > 0
    assert [(address, figure, rows) for address, figure, rows in seen if figure != rows] == []


def test_each_places_tile_opens_the_figures_of_that_place(world: World) -> None:
    lively(world)
    client, figures, links = page_of(world, "officer")
    tiles = {parse_qs(urlsplit(link).query)["region"][0]: link for link in links if link.startswith("?region=")}
    assert set(tiles) == {place.key for place in figures.places}
    for place in figures.places:
        below = client.get(f"/cockpit/{tiles[place.key]}").context["figures"]
        assert (below.whole.complete_n, below.whole.total_n) == (place.complete_n, place.total_n)
        assert below.whole.light == place.light


def test_links_of_another_campaign_than_the_current_one_open_the_lists_of_that_campaign(world: World) -> None:
    other = lively(world)
    Campaign.objects.filter(pk=other.pk).update(name="上一次", due_on=date(2026, 7, 31))
    current = make_campaign(world)
    assert page_of(world, "officer")[1].campaign.pk == current.pk
    client, figures, links = page_of(world, "officer", f"?campaign={other.pk}")
    assert figures.campaign.pk == other.pk
    seen = list(followed(client, figures, links))
    assert len(seen) == 12
    assert [(address, figure, rows) for address, figure, rows in seen if figure != rows] == []
    tiles = [link for link in links if link.startswith("?")]
    assert [client.get(f"/cockpit/{tile}").context["campaign"].pk for tile in tiles] == [other.pk, other.pk]


@pytest.mark.parametrize(
    ("who", "region", "path"),
    [
        ("officer", "", ""),
        ("officer", "330212110", "town"),
        ("officer", "330212105", "other_town"),
        ("town_head", "", ""),
        ("other_town_officer", "", ""),
    ],
)
def test_the_selectors_behind_the_lists_count_as_the_cockpit_does(
    world: World, who: str, region: str, path: str
) -> None:
    campaign = lively(world)
    actor = world.actor(who)
    figures = cockpit(actor, campaign, NOON, region)
    assert figures is not None
    town = getattr(world, path).path if path else ""

    def owed_rows(**narrowed: str) -> int:
        return obligations(actor, ObligationFilter(campaign_id=campaign.pk, town_path=town, **narrowed)).count()

    def firms(**narrowed: str) -> int:
        return participations(actor, campaign.pk, ParticipationFilter(town_path=town, **narrowed)).count()

    assert firms() == figures.whole.total_n > 0
    assert firms(standing="complete") == figures.whole.complete_n
    assert firms(standing="open") == figures.whole.total_n - figures.whole.complete_n
    for state in ObligationState:
        assert owed_rows(state=state.value) == figures.states.get(state.value, 0), state
    for item in figures.items:
        still_open = sum(n for state, n in item.states.items() if state not in DONE_OR_GONE)
        assert owed_rows(item_code=item.item.code, state="open") == still_open == item.total_n - item.accepted_n
        assert owed_rows(item_code=item.item.code, state="accepted") == item.accepted_n
    for trade in figures.industries:
        assert firms(industry=trade.key) == trade.total_n
        assert firms(industry=trade.key, standing="complete") == trade.complete_n


def test_the_pages_of_a_town_do_not_open_its_neighbours_figures(world: World) -> None:
    world.system()
    assert Campaign.objects.count() == 1
    client, _, _ = page_of(world, "town_officer")
    for query in ("?region=330212105", "?region=330212", "?region=330203"):
        assert client.get(f"/cockpit/{query}").status_code == 404
    stranger = Client()
    stranger.force_login(world.people["principal"].person)
    assert stranger.get("/cockpit/").status_code == 403
