"""The pages that everybody opens first cost the same however large the district is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.world import World, make_campaign, make_enterprise, make_space, make_world

from anru.campaigns.services.dispatch import enterprise_joined
from anru.kernel import clock

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
PAGES = [
    ("leader", "/cockpit/"),
    ("town_officer", "/cockpit/"),
    ("leader", "/todo/"),
    ("town_officer", "/todo/"),
    ("principal", "/todo/"),
    ("reviewer", "/todo/"),
    ("worker", "/todo/"),
    ("principal", "/my/"),
    ("reviewer", "/reviews/"),
]


@pytest.fixture
def world(db: None) -> World:
    made = make_world(clock.now())
    make_campaign(made, clock.now(), around=clock.legal_date(clock.now()))
    return made


def queries(world: World, who: str, address: str) -> list[str]:
    """Return the statements of one page as a person gets it, transaction frames left out."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(world.people[who].person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    frames = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [one["sql"] for one in captured.captured_queries if not one["sql"].startswith(frames)]


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_first_page_asks_at_most_twelve_times_and_no_more_when_the_district_grows(
    world: World, who: str, address: str
) -> None:
    before = queries(world, who, address)
    world.system()
    for number in range(10, 20):
        firm = make_enterprise(f"宁波增加{number}机械有限公司", number, world.town, clock.now())
        make_space(firm, clock.now())
        enterprise_joined(actor=world.system(), at=clock.now(), enterprise_id=firm.pk)
    world.system()
    for number in range(5):
        make_space(world.enterprise, clock.now(), number=f"B-{number}")
    after = queries(world, who, address)
    assert len(before) <= MOST_QUERIES, before
    assert len(after) == len(before), set(after) - set(before)
