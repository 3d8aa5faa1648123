"""The stage for journeys: a real server, a real worker, a real browser, and the cast with passwords."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from anru.accounts.models import Person
from anru.accounts.scope import acting_as_system
from anru.kernel import clock
from tests.servers import LiveAnru
from tests.world import PASSWORD, World, make_campaign, make_world

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
# The browser itself reports every answer that is an error; a journey says which ones it expects.
EXPECTED_NOISE = ("Failed to load resource",)


@dataclass
class Stage:
    """One story's scene."""

    server: LiveAnru
    browser: Browser
    world: World
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def context(self, size: dict[str, int] = DESK, **more: Any) -> BrowserContext:
        """Return a fresh browser of its own, watched for script errors and for what the page's policy blocked."""
        made = self.browser.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=self.server.url,
            has_touch=size is PHONE,
            is_mobile=size is PHONE,
            **more,
        )
        made.set_default_timeout(15_000)
        made.add_init_script(WATCH)
        made.on("page", self._watch)
        self.contexts.append(made)
        return made

    def enter(self, name: str, size: dict[str, int] = DESK) -> Page:
        """Return the first page that this cast member sees after signing in by the login page."""
        page = self.context(size).new_page()
        sign_in(page, name)
        return page

    def close(self) -> None:
        """Every browser is closed, after what the pages' policy blocked was collected."""
        for context in self.contexts:
            for page in context.pages:
                if page.url.startswith("http"):
                    self.complaints += page.evaluate("window.violations || []")
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_NOISE):
            self.complaints.append(message.text)


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """The person is signed in, as anybody would do it."""
    page.goto("/accounts/login/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="登录安入")).to_have_count(0)


def make_stage_world(*, campaign: bool = True) -> World:
    """The cast stands with the tests' password, and a running campaign whose days are around today."""
    with acting_as_system():
        now = clock.now()
        world = make_world(now)
        if campaign:
            today = clock.legal_date(now)
            make_campaign(world, now, around=today)
        Person.objects.update(password=make_password(PASSWORD))
    return world


def problems_of(page: Page) -> list[str]:
    """Return what axe finds wrong with the page that is serious or worse, in words."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{rule['id']} ({rule['impact']}): {json.dumps(node['target'], ensure_ascii=False)} {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def fits(page: Page) -> bool:
    """Return whether nothing of the page lies beside the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
