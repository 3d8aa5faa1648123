"""What a journey may ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.stage import Stage, make_stage_world
from tests.servers import LiveAnru

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journey"))


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A real Chromium or Chrome."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, headless=True, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def stage(live_anru: LiveAnru, browser: Browser) -> Iterator[Stage]:
    """The cast and a running campaign, served for real; at the end no page may have complained."""
    made = Stage(live_anru, browser, make_stage_world())
    live_anru.start_worker()
    yield made
    made.close()
    assert made.complaints == []
