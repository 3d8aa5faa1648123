"""The required items: complete in both languages, decidable, resting on rules that exist."""

from __future__ import annotations

import json
from datetime import date

import pytest

from anru.rulebook.book import Edition, rulebook
from anru.rulebook.codes import Confidence, IsolationKind
from anru.rulebook.errors import RuleNotInForce
from anru.rulebook.items import FILE_MEDIA, Medium, RequiredItemSpec

TODAY = date(2026, 11, 1)
DEFAULTS = ("I1", "I2", "I3", "I4", "I5", "I6")
REASONS_OF_THE_DOMAIN = {
    "I1": {"SPACE_MISSED", "FIELD_EMPTY", "PHOTO_REUSED"},
    "I2": {"SIGN_MISSING", "EDGE_OPEN", "LOCK_ABSENT", "COVER_SEALED"},
    "I3": {"NOT_SIGNED", "NO_DELEGATION", "PERMIT_INCOMPLETE"},
    "I4": {"CERT_EXPIRED", "ROLE_MISSING", "NAME_MISMATCH"},
    "I5": {"CAL_EXPIRED", "SETPOINT_HIGH", "SHORTAGE"},
    "I6": {"NO_EVALUATION", "DRILL_OLD"},
}


@pytest.fixture
def edition() -> Edition:
    return rulebook().on(TODAY)


def test_a_new_campaign_begins_with_the_six(edition: Edition) -> None:
    assert tuple(item.code for item in edition.default_items()) == DEFAULTS
    assert tuple(item.code for item in edition.items) == (*DEFAULTS, "I7", "I8", "I9")
    assert {item.code for item in edition.default_items() if item.per == "space"} == {"I2"}


@pytest.mark.parametrize("day", [date(2022, 5, 16), date(2023, 12, 31), date(2024, 1, 1), TODAY])
def test_the_six_can_be_used_on_any_day_since_the_campaign(day: date) -> None:
    edition = rulebook().on(day)
    for item in edition.default_items():
        assert edition.clause_of(item).zh
        assert edition.clause_of(item).en


def test_before_the_campaign_there_are_none() -> None:
    with pytest.raises(RuleNotInForce):
        rulebook().on(date(2021, 12, 31)).default_items()


def test_a_campaign_of_2022_cites_no_order_of_2024() -> None:
    then, now = rulebook().on(date(2022, 6, 1)), rulebook().on(TODAY)
    item = now.item("I1")
    assert "应急管理部令第13号" in now.clause_of(item).zh
    assert "应急管理部令第13号" not in then.clause_of(item).zh
    assert then.clause_of(item).zh == "《安全生产法》第41条；鄞应急〔2022〕26号"


@pytest.mark.parametrize("code", DEFAULTS)
def test_an_item_tells_the_enterprise_and_the_reviewer_what_they_need(code: str, edition: Edition) -> None:
    item = edition.item(code)
    assert len(item.good) >= 2
    assert len(item.bad) >= 2
    assert 5 <= len(item.criteria) <= 8
    assert len(item.reason_codes) >= 5
    assert {choice.code for choice in item.reason_codes} >= REASONS_OF_THE_DOMAIN[code]
    assert item.confidence is Confidence.P
    assert any(slot.required and slot.medium in FILE_MEDIA for slot in item.slots)
    assert any(edition.rules[rule_id].confidence is Confidence.A for rule_id in item.basis)


@pytest.mark.parametrize("code", [*DEFAULTS, "I7", "I8", "I9"])
def test_every_word_stands_in_both_languages(code: str, edition: Edition) -> None:
    stored = edition.item(code).stored(clause=edition.clause_of(edition.item(code)))
    pairs = list(_pairs(stored))
    assert len(pairs) > 20
    for chinese, english in pairs:
        assert any("一" <= mark <= "鿿" for mark in chinese), chinese
        assert english.strip()
        assert not any("一" <= mark <= "鿿" for mark in english), english


@pytest.mark.parametrize("code", [*DEFAULTS, "I7", "I8", "I9"])
def test_a_photo_slot_says_in_plain_words_how_to_take_it(code: str, edition: Edition) -> None:
    for slot in edition.item(code).slots:
        if slot.medium is Medium.PHOTO:
            assert any(word in slot.help.zh for word in ("拍", "截")), slot.code
            assert 10 <= len(slot.help.zh) <= 130, (slot.code, len(slot.help.zh))


def test_the_isolation_question_offers_every_kind_in_the_words_of_the_vocabulary(edition: Edition) -> None:
    slot = edition.item("I2").slot("isolation_kind")
    assert slot is not None
    assert [choice.code for choice in slot.choices] == [kind.value for kind in IsolationKind]


def test_codes_fit_their_columns(edition: Edition) -> None:
    for item in edition.items:
        assert len(item.code) <= 20
        assert len(item.title.zh) <= 80
        assert len(item.title.en) <= 120
        assert all(len(slot.code) <= 40 for slot in item.slots)
        assert all(len(choice.code) <= 40 for choice in item.reason_codes)


def test_what_a_campaign_stores_is_plain_json_and_complete(edition: Edition) -> None:
    item = edition.item("I2")
    stored = item.stored(clause=edition.clause_of(item))
    assert json.loads(json.dumps(stored)) == stored
    assert set(stored) == {
        "applies_when", "summary", "summary_en", "slots", "good", "bad", "criteria", "reasons", "basis", "clause",
        "clause_en",
    }  # fmt: skip
    assert stored["slots"][0] == {
        "code": "sign_photo",
        "label": "警示标志照片",
        "label_en": "Photo of the warning sign",
        "medium": "photo",
        "least": 1,
        "most": 3,
        "help": "站在入口外2米，把警示牌和入口拍进同一张照片，牌上的字要能看清。",
        "help_en": "Stand 2 m outside the entrance and get the sign and the entrance into one photo; "
        "the words must be readable.",
        "choices": [],
    }


def test_an_item_finds_its_slot_and_an_edition_its_item(edition: Edition) -> None:
    item: RequiredItemSpec = edition.item("I6")
    assert item.slot("drilled_on") is not None
    assert item.slot("nothing") is None
    with pytest.raises(RuleNotInForce):
        edition.item("I99")


def _pairs(found: object) -> list[tuple[str, str]]:
    if isinstance(found, list):
        return [pair for entry in found for pair in _pairs(entry)]
    if not isinstance(found, dict):
        return []
    own = [(found[key.removesuffix("_en")], words) for key, words in found.items() if key.endswith("_en")]
    return own + [pair for entry in found.values() for pair in _pairs(entry)]
