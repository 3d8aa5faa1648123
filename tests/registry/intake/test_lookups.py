"""Words of the file to codes of ours: towns with or without their tail, sectors, lists of hazards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.intake.rosters import HAZARDS, SECTORS, TOWNS

from anru.registry.intake.lookups import TownIndex, WordIndex

INDEX = TownIndex(TOWNS)


@pytest.mark.parametrize(
    "text",
    [
        "下应街道",
        "下应",
        " 下应 街道 ",
        "鄞州区下应街道",
        "鄞州下应",
        "宁波市鄞州区下应街道",
        "浙江省宁波市鄞州区下应街道",
        "宁波市/鄞州区/下应",
        "浙江 > 宁波 > 鄞州 > 下应",
        "330212001",
        "330212001000",
        "下应街道办事处",
        "下应街道办",
    ],
)
def test_towns_by_name_path_and_code(text: str) -> None:
    assert INDEX.find(text).code == "330212001"


def test_towns_of_one_name_need_their_district() -> None:
    assert INDEX.find("东郊街道").several == ("浙江省宁波市鄞州区东郊街道", "浙江省宁波市海曙区东郊街道")
    assert INDEX.find("海曙区东郊").code == "330203009"
    assert INDEX.find("鄞州东郊街道").code == "330212013"


def test_a_village_leads_to_its_town_with_a_warning_sign() -> None:
    found = INDEX.find("姜山镇上何村")
    assert (found.code, found.by_beginning) == ("330212110", True)


def test_unknown_towns_get_suggestions() -> None:
    found = INDEX.find("下映街道")
    assert found.code == ""
    assert "下应街道" in found.alike
    assert INDEX.find("海曙区下应街道").code == ""
    assert INDEX.find("").code == ""


@given(st.text(max_size=30))
def test_any_text_gets_an_answer_from_the_towns(text: str) -> None:
    assert INDEX.find(text).code in {"", *(town.code for town in TOWNS)}


@pytest.mark.parametrize(
    "text", ["机械", "机械行业", "机械类", " 机 械 ", "machinery", "机械制造业", "机械（金属制品）", "MACHINERY"]
)
def test_sectors(text: str) -> None:
    assert WordIndex(SECTORS).find(text) == "machinery"


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("硫化氢、缺氧", ("h2s", "o2_deficiency"), ()),
        ("1.硫化氢；2.缺氧", ("h2s", "o2_deficiency"), ()),
        ("①硫化氢 ②一氧化碳等", ("h2s", "co"), ()),
        ("硫化氢(H2S),缺氧", ("h2s", "o2_deficiency"), ()),
        ("硫化氢和缺氧", ("h2s", "o2_deficiency"), ()),
        ("Ｈ２Ｓ/甲烷(沼气)", ("h2s", "ch4"), ()),
        ("硫化氢、光气", ("h2s",), ("光气",)),
        ("无", (), ()),
        ("硫化氢\n缺氧。", ("h2s", "o2_deficiency"), ()),
    ],
)
def test_lists_of_hazards(text: str, codes: tuple[str, ...], unknown: tuple[str, ...]) -> None:
    assert WordIndex(HAZARDS).find_many(text) == (codes, unknown)
