"""The world in which the registry is tested."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """Return the cast, in a transaction that is rolled back after the test."""
    return make_world()


@pytest.fixture(autouse=True)
def _own_upload_folder(settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_DIR = tmp_path / "uploads"
