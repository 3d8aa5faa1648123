"""Every page can be read by everybody: axe finds nothing serious, in both themes and with large text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from anru.accounts.scope import acting_as_system
from anru.campaigns.models import Campaign, Obligation
from tests.journeys.stage import DESK, PHONE, Stage, fits, problems_of
from tests.world import submit

PAGES = {
    "leader": (
        "/cockpit/", "/cockpit/wall/", "/todo/", "/notices/", "/enterprises/", "/enterprises/{enterprise}/", "/spaces/",
        "/spaces/{space}/", "/campaigns/", "/campaigns/{campaign}/", "/campaigns/{campaign}/enterprises/",
        "/campaigns/obligations/", "/campaigns/obligations/{submitted}/", "/campaigns/new/", "/imports/", "/imports/new/",
        "/enterprises/new/", "/enterprises/{enterprise}/spaces/new/", "/spaces/{space}/isolation/", "/jobs/", "/ledger/",
        "/campaigns/{campaign}/assignments/",
    ),
    "administrator": (
        "/people/", "/people/invitations/", "/people/invitations/new/", "/organisations/", "/organisations/new/",
        "/organisations/{bureau}/", "/accounts/memberships/", "/accounts/password/", "/accounts/totp/", "/people/{person}/",
    ),
    "safety_manager": ("/my/", "/my/{owed}/", "/my/{submitted}/", "/todo/", "/spaces/{space}/"),
    "reviewer": ("/reviews/", "/reviews/{submitted}/"),
}  # fmt: skip


@pytest.mark.parametrize("role", list(PAGES))
@pytest.mark.parametrize("look", ["light", "dark-large-phone"])
def test_axe_finds_nothing_serious(stage: Stage, role: str, look: str) -> None:
    names = scene(stage)
    page = stage.enter(role, PHONE if "phone" in look else DESK)
    if look.startswith("dark"):
        page.context.add_cookies(
            [{"name": name, "value": text, "url": stage.server.url} for name, text in
             (("anru_theme", "dark"), ("anru_text", "large"))]
        )  # fmt: skip
    wrong = {}
    for address in PAGES[role]:
        answer = page.goto(address.format(**names))
        assert answer is not None
        assert answer.status == 200, address
        found = problems_of(page)
        if not page.url.endswith("/wall/") and not fits(page):
            found.append("lies beside the screen")
        if page.locator("h1").count() != 1:
            found.append("not one h1")
        if found:
            wrong[address] = found
    assert wrong == {}


@pytest.mark.parametrize("address", ["/accounts/login/", "/q/{token}", "/no-such-page/"])
def test_axe_finds_nothing_serious_where_nobody_is_signed_in(stage: Stage, address: str) -> None:
    names = scene(stage)
    page = stage.context(PHONE).new_page()
    page.goto(address.format(**names))
    assert problems_of(page) == []
    assert fits(page)


def test_the_keyboard_alone_signs_in_and_decides(stage: Stage) -> None:
    scene(stage)
    page = stage.context().new_page()
    page.goto("/accounts/login/")
    page.keyboard.type("reviewer")
    page.keyboard.press("Tab")
    page.keyboard.type("correct-horse-battery-安入")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="待审核材料")).to_be_visible()
    start = page.get_by_role("button", name="开始审核")
    for _step in range(40):
        page.keyboard.press("Tab")
        if start.evaluate("(button) => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#desk")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("z")
    page.keyboard.press("?")
    expect(page.locator(".review-keys")).to_have_attribute("open", "")
    page.keyboard.press("a")
    expect(page.get_by_text("没有待审核的材料")).not_to_have_count(0)


def test_english_is_one_press_away_and_stays(stage: Stage) -> None:
    page = stage.enter("safety_manager")
    page.locator("header .menu summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", level=1)).to_have_text("My tasks")
    page.goto("/todo/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def scene(stage: Stage) -> dict[str, str]:
    """One proof waits for review; return the identifiers that the addresses name."""
    world = stage.world
    with acting_as_system():
        rows = list(
            Obligation.objects.select_related("item").filter(enterprise=world.enterprise).order_by("item__code")
        )
        submit(world, rows[0])
        world.system()
        campaign = Campaign.objects.get()
    return {
        "enterprise": str(world.enterprise.pk),
        "space": str(world.space.pk),
        "token": world.space.card_token,
        "campaign": str(campaign.pk),
        "submitted": str(rows[0].pk),
        "owed": str(rows[1].pk),
        "bureau": str(world.bureau.pk),
        "person": str(world.people["worker"].person_id),
    }
