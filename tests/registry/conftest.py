"""The world in which the registry is tested."""

from __future__ import annotations

import pytest
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Return the cast, in a transaction that is rolled back after the test."""
    return make_world()
