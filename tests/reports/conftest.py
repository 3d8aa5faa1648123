"""The world in which the reports are tested."""

from __future__ import annotations

import pytest
from tests.world import World, make_campaign, make_world


@pytest.fixture
def world(db: None) -> World:
    """Return the cast with a running campaign, in a transaction that is rolled back after the test."""
    made = make_world()
    make_campaign(made)
    return made
