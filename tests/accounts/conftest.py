"""What the tests of people and organisations share."""

from __future__ import annotations

import pytest
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Return the cast, in a transaction that is open to every row."""
    return make_world()
