"""The words for spaces, hazards, trades and isolation."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from anru.rulebook.codes import Hazard, IsolationKind, Sector, SpaceClass
from anru.rulebook.errors import RulebookInvalid
from anru.rulebook.vocabulary import (
    FOLDER,
    Term,
    code_of,
    default_hazards,
    load_vocabulary,
    options,
    sub_types_of,
    suggested_consequences,
    suggested_controls,
    vocabulary,
)

LISTS: list[Mapping[str, Term]] = [getattr(vocabulary(), field.name) for field in fields(vocabulary())]
GUIDE_EXAMPLES = {
    "underground": "地下室 地下仓库 地下工程 地下管沟 暗沟 隧道 涵洞 地坑 深基坑 废井 地窖 检查井室 沼气池 "
    "化粪池 污水处理池",
    "aboveground": "酒糟池 发酵池 腌渍池 纸浆池 粮仓 料仓",
    "closed_equipment": "船舱 贮(槽)罐 车载槽罐 反应塔(釜) 窑炉 炉膛 烟道 管道 锅炉",
}


def test_every_code_has_words_in_both_languages() -> None:
    for terms, codes in (
        (vocabulary().space_classes, SpaceClass),
        (vocabulary().hazards, Hazard),
        (vocabulary().sectors, Sector),
        (vocabulary().isolation_kinds, IsolationKind),
    ):
        assert set(terms) == {code.value for code in codes}
    for terms in LISTS:
        for code, term in terms.items():
            assert term.code == code
            assert term.label.zh.strip()
            assert term.label.en.isascii()


@pytest.mark.parametrize("space_class", GUIDE_EXAMPLES)
def test_the_examples_of_the_guidance_are_all_there(space_class: str) -> None:
    labels = {sub.label.zh for sub in sub_types_of(space_class)}
    assert labels >= set(GUIDE_EXAMPLES[space_class].split())
    assert f"other_{space_class}" in {sub.code for sub in sub_types_of(space_class)}


def test_a_name_that_people_write_means_one_code_only() -> None:
    for terms in LISTS:
        names = Counter(
            name
            for term in terms.values()
            for name in {word.casefold() for word in (term.code, term.label.zh, term.label.en, *term.also)}
        )
        assert not [name for name, count in names.items() if count > 1]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("纺织", "textile"),
        (" 印染 ", "textile"),
        ("TEXTILE", "textile"),
        ("Textiles", "textile"),
        ("魔法", None),
        ("", None),
    ],
)
def test_a_trade_is_found_by_any_of_its_names(words: str, code: str | None) -> None:
    assert code_of(vocabulary().sectors, words) == code


@pytest.mark.parametrize(
    ("sub_type", "works", "among", "not_among"),
    [
        ("sewage_pool", [], {"h2s", "ch4", "o2_deficiency", "drowning"}, {"solvent_vapour"}),
        ("sewage_pool", ["coating"], {"h2s", "solvent_vapour", "fire_explosion"}, set()),
        ("plating_wastewater_pool", [], {"h2s", "hcn", "cl2"}, set()),
        ("furnace", [], {"co", "heat"}, {"h2s"}),
        ("granary", [], {"ph3", "engulfment"}, set()),
        ("inerted_vessel", ["welding"], {"inert_gas", "o2_deficiency", "electric"}, {"h2s"}),
        ("other_underground", [], set(), {"h2s"}),
        ("unheard_of", ["unheard_of"], set(), set(Hazard)),
    ],
)
def test_hazards_are_proposed_by_kind_of_space_and_work(
    sub_type: str, works: list[str], among: set[str], not_among: set[str]
) -> None:
    found = default_hazards(sub_type, works)
    assert among <= set(found)
    assert not not_among & set(found)
    assert list(found) == [hazard for hazard in Hazard if hazard in found]


def test_a_hazard_suggests_what_it_leads_to_and_what_is_done() -> None:
    assert suggested_consequences(["h2s"]) == ("poisoning", "explosion")
    assert suggested_controls(["h2s"])[:2] == ("stir", "vent")
    assert suggested_consequences([]) == suggested_controls(["unheard_of"]) == ()
    for hazard in vocabulary().hazards.values():
        assert hazard.consequences, hazard.code
        assert hazard.controls, hazard.code


def test_a_mask_is_never_the_answer_to_a_gas_that_takes_the_breath() -> None:
    for hazard in vocabulary().hazards.values():
        if hazard.asphyxia and hazard.code != "ch4":
            assert "scba" in hazard.controls, hazard.code


def test_poison_and_asphyxia_are_kept_apart() -> None:
    hazards = vocabulary().hazards
    assert {code for code in ("h2s", "co") if hazards[code].poison} == {"h2s", "co"}
    assert not hazards["co2"].poison
    assert hazards["co2"].asphyxia
    assert hazards["o2_deficiency"].asphyxia
    assert not hazards["o2_deficiency"].poison


def test_a_form_shows_the_language_of_its_reader() -> None:
    assert options(vocabulary().space_classes)[0] == ("underground", "地下有限空间")
    assert options(vocabulary().space_classes, "en")[0] == ("underground", "Underground space")
    assert options(vocabulary().space_classes, "zh-hans")[0][1] == "地下有限空间"


def test_codes_fit_their_columns() -> None:
    words = vocabulary()
    for terms, longest in (
        (words.space_classes, 20), (words.sub_types, 40), (words.hazards, 30), (words.consequences, 30),
        (words.sectors, 30), (words.isolation_kinds, 20),
    ):  # fmt: skip
        assert all(len(code) <= longest for code in terms)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("sectors.toml", 'code = "tobacco"', 'code = "tabacco"', "sectors.toml: sector: tobacco: has no words"),
        ("sectors.toml", 'code = "tobacco"', 'code = "textile"', "sectors.toml: textile: code: 'textile' stands twice"),
        ("hazards.toml", 'consequences = ["frostbite"]', 'consequences = ["chill"]',
         "hazards.toml: cold: consequences: unknown code 'chill'"),
        ("spaces.toml", 'code = "silo"\nclass = "aboveground"', 'code = "silo"\nclass = "air"',
         "spaces.toml: silo: class: unknown code 'air'"),
        ("isolation.toml", 'en = "Net"', 'en = "Net"\ncolour = "red"', "isolation.toml: net: colour: unknown field"),
        ("works.toml", 'zh = "焊接、切割"', "zh = 1", "works.toml: welding: zh: must be a text that is not blank"),
    ],
)  # fmt: skip
def test_a_fault_in_the_words_is_named(file: str, old: str, new: str, message: str, tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "words")
    path = tmp_path / "words" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulebookInvalid) as caught:
        load_vocabulary(tmp_path / "words")
    assert message in [str(problem) for problem in caught.value.problems]
