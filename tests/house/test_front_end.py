"""Templates and the front end speak of the same things."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT

TEMPLATES = sorted((ROOT / "src" / "anru" / "web").glob("*/templates/**/*.html"))
FRONT_END = ROOT / "frontend"
NAVIGATION = ROOT / "src" / "anru" / "web" / "shell" / "navigation.py"


def found(pattern: str, paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for name in re.findall(pattern, path.read_text(encoding="utf-8")):
            yield name, path.name


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    drawn = set(json.loads((FRONT_END / "icons.json").read_text(encoding="utf-8")))
    named = {*found(r'\{% icon "([a-z0-9-]+)"', TEMPLATES), *found(r'_\("[^"]+"\), "([a-z-]+)"\)', [NAVIGATION])}
    assert len(named) > 40
    assert [use for use in named if use[0] not in drawn] == []


def test_every_island_that_a_page_asks_for_is_there() -> None:
    source = (FRONT_END / "src" / "main.ts").read_text(encoding="utf-8")
    listed = re.search(r"ISLANDS[^=]*= \{(.*?)\}", source, re.DOTALL)
    assert listed is not None
    there = {part.split(":")[0].strip() for part in listed.group(1).split(",")}
    asked = set(found(r'data-island="([a-z-]+)"', TEMPLATES))
    assert len(asked) > 6
    assert [use for use in asked if use[0] not in there] == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"<script(?![^>]*type=\"application/json\")", "a script of its own"),
        (r"<[a-z][^>]*\sstyle=", "an inline style"),
        (r"<[a-z][^>]*\son[a-z]+=", "an inline handler"),
        (r"\|safe\b(?!_json)", "text that is trusted unseen"),
        (r"hx-on", "a handler in an attribute"),
        (r"https?://", "an address of somebody else's server"),
    ],
)
def test_no_template_holds_what_the_pages_policy_forbids(pattern: str, why: str) -> None:
    assert [use for use in found(f"({pattern})", TEMPLATES) if "www.w3.org" not in use[0]] == [], why


def test_the_search_for_forbidden_things_finds_them() -> None:
    bad = '<p style="color:red" onclick="x()">{{ text|safe }}</p><script>1</script>'
    for pattern in (r"<[a-z][^>]*\sstyle=", r"<[a-z][^>]*\son[a-z]+=", r"\|safe\b", r"<script"):
        assert re.search(pattern, bad)
