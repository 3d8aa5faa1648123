"""The tree around Yinzhou."""

from __future__ import annotations

from pathlib import Path

import pytest

from anru.rulebook.errors import RulebookInvalid
from anru.rulebook.regions import FOLDER, load_regions, yinzhou


def test_the_district_has_its_fifteen_streets_and_ten_towns() -> None:
    towns = yinzhou().towns()
    assert len(towns) == 25
    assert sum(town.name.zh.endswith("街道") for town in towns) == 15
    assert sum(town.name.zh.endswith("镇") for town in towns) == 10
    assert len({town.name.zh for town in towns}) == 25
    assert {"330212003", "330212107"}.isdisjoint(yinzhou().regions)


def test_four_towns_are_managed_by_others() -> None:
    others = {town.name.zh: town.managed_by.zh for town in yinzhou().towns() if town.managed_by}
    assert others == {
        "梅墟街道": "宁波国家高新区",
        "新明街道": "宁波国家高新区",
        "聚贤街道": "宁波国家高新区",
        "东钱湖镇": "东钱湖旅游度假区",
    }


@pytest.mark.parametrize(
    ("code", "path", "level"),
    [
        ("33", "33/", 1),
        ("3302", "33/3302/", 2),
        ("330212", "33/3302/330212/", 3),
        ("330212001", "33/3302/330212/330212001/", 4),
        ("330282", "33/3302/330282/", 3),
    ],
)
def test_a_path_names_every_ancestor(code: str, path: str, level: int) -> None:
    assert yinzhou().path(code) == path
    assert yinzhou().regions[code].level == level


def test_the_neighbours_are_the_other_districts_of_the_city() -> None:
    book = yinzhou()
    districts = {code for code, region in book.regions.items() if region.parent == "3302"}
    assert set(book.neighbours) == districts - {book.home}
    assert len(book.neighbours) == 9


def test_parents_stand_before_their_children() -> None:
    seen: set[str] = set()
    for code, region in yinzhou().regions.items():
        assert not region.parent or region.parent in seen
        seen.add(code)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('home = "330212"', 'home = "330299"', "home: unknown region '330299'"),
        ('code = "330212110"', 'code = "330212109"', "330212109: code: '330212109' stands twice"),
        ('code = "330212110"', 'code = "330203110"', "330203110: parent: '330203110' does not lie in '330212'"),
        ('code = "3302"\nparent = "33"', 'code = "3302"\nparent = "34"', "3302: parent: '34' is not named above"),
    ],
)
def test_a_fault_in_the_tree_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = (FOLDER / "yinzhou.toml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "yinzhou.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulebookInvalid) as caught:
        load_regions(path)
    assert f"yinzhou.toml: {message}" in [str(problem) for problem in caught.value.problems]
