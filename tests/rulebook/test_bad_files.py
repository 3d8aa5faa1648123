"""Each kind of fault in a rulebook file is refused with its file, its entry and its field."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rulebook.files import GOOD, folder_with, spoilt

from anru.rulebook.book import load_rulebook
from anru.rulebook.errors import Problem, RulebookInvalid

RULE_1 = 'clause = "1"\nkind = "duty"'
CASES = {
    "an unknown table": (GOOD + "\n[surplus]\nx = 1\n", ("", "surplus", "unknown table")),
    "no instrument": ('[[rule]]\nid = "A.B"\n', ("instrument", "", "is missing")),
    "a misspelt field of a rule": (
        spoilt(RULE_1, RULE_1 + '\nconfidense = "A"'),
        ("T.LAW.1", "confidense", "unknown field"),
    ),
    "a misspelt field of the instrument": (
        spoilt('source = "made up"', 'source = "made up"\nsince = 2024-01-01'),
        ("instrument", "since", "unknown field"),
    ),
    "no day from which it is in force": (
        spoilt("effective_from = 2024-01-01\n", ""),
        ("instrument", "effective_from", "is missing"),
    ),
    "an instant where a day belongs": (
        spoilt("effective_from = 2024-01-01", "effective_from = 2024-01-01T00:00:00Z"),
        ("instrument", "effective_from", "must be a date without a time"),
    ),
    "an end before the beginning": (
        spoilt("effective_from = 2024-01-01", "effective_from = 2024-01-01\neffective_to = 2023-12-31"),
        ("instrument", "effective_to", "is before effective_from"),
    ),
    "a rule that ends before it begins": (
        spoilt(RULE_1, RULE_1 + "\neffective_from = 2025-02-01\neffective_to = 2025-01-31"),
        ("T.LAW.1", "effective_to", "is before effective_from"),
    ),
    "a rule that outlives its instrument": (
        spoilt("effective_from = 2024-01-01", "effective_from = 2024-01-01\neffective_to = 2025-06-30").replace(
            RULE_1, RULE_1 + "\neffective_to = 2025-07-01"
        ),
        ("T.LAW.1", "effective_to", "is after its instrument's"),
    ),
    "a rule before its instrument": (
        spoilt(RULE_1, RULE_1 + "\neffective_from = 2023-12-31"),
        ("T.LAW.1", "effective_from", "is before its instrument's"),
    ),
    "an unknown kind": (
        spoilt('kind = "duty"', 'kind = "wish"'),
        ("T.LAW.1", "kind", "unknown code 'wish'"),
    ),
    "an unknown confidence": (
        spoilt(RULE_1, RULE_1 + '\nconfidence = "Z"'),
        ("T.LAW.1", "confidence", "unknown code 'Z'"),
    ),
    "an id that is none": (
        spoilt('id = "T.LAW.1"', 'id = "rule one"'),
        ("rule one", "id", r"'rule one' does not match [A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)+"),
    ),
    "one language only": (
        spoilt('title = { zh = "限值", en = "Limit" }', 'title = { zh = "限值" }'),
        ("T.LAW.2", "title", "must be a table with zh and en"),
    ),
    "a blank translation": (
        spoilt('title = { zh = "限值", en = "Limit" }', 'title = { zh = "限值", en = " " }'),
        ("T.LAW.2", "title.en", "must be a text that is not blank"),
    ),
    "Chinese left in the English": (
        spoilt('title = { zh = "限值", en = "Limit" }', 'title = { zh = "限值", en = "限值" }'),
        ("T.LAW.2", "title.en", "must not hold Chinese characters"),
    ),
    "a limit without a value": (
        spoilt("value = 19.5\n", ""),
        ("T.LAW.2", "value", "a rule of kind limit needs one"),
    ),
    "a limit without a unit": (
        spoilt('unit = "%vol"\n', ""),
        ("T.LAW.2", "unit", "a rule of kind limit needs one"),
    ),
    "a limit that is not a number": (
        spoilt("value = 19.5", "value = nan"),
        ("T.LAW.2", "value", "must be a finite number"),
    ),
    "a parameter that claims to be law": (
        spoilt('kind = "limit"', 'kind = "parameter"'),
        ("T.LAW.2", "confidence", "a product parameter is not law: it must be P"),
    ),
    "an isolation that does not exist": (
        spoilt('kind = "limit"\nvalue = 19.5', 'kind = "isolation"\nvalue = ["rope"]'),
        ("T.LAW.2", "value", "must be a list of isolation kinds"),
    ),
    "an unknown key in a condition": (
        spoilt('{ hazards_any = ["h2s"] }', '{ hazard = "h2s" }'),
        ("T.LAW.2", "applies_when.hazard", "unknown key"),
    ),
    "an unknown hazard in a condition": (
        spoilt('{ hazards_any = ["h2s"] }', '{ hazards_any = ["h3s"] }'),
        ("T.LAW.2", "applies_when.hazards_any", "unknown code 'h3s'"),
    ),
    "a condition that is no table": (
        spoilt('{ hazards_any = ["h2s"] }', '"h2s"'),
        ("T.LAW.2", "applies_when", "must be a table"),
    ),
    "a basis that does not exist": (
        spoilt('basis = ["T.LAW.1"]', 'basis = ["T.LAW.9"]'),
        ("I1", "basis", "unknown rule 'T.LAW.9'"),
    ),
    "a superseded rule that does not exist": (
        spoilt(RULE_1, RULE_1 + '\nsupersedes = ["T.LAW.0"]'),
        ("T.LAW.1", "supersedes", "unknown rule 'T.LAW.0'"),
    ),
    "a superseded instrument that does not exist": (
        spoilt('source = "made up"', 'source = "made up"\nsupersedes = ["T.OLD"]'),
        ("instrument", "supersedes", "unknown instrument 'T.OLD'"),
    ),
    "an id twice": (
        spoilt('id = "T.LAW.2"', 'id = "T.LAW.1"'),
        ("T.LAW.1", "id", "is in force at the same time in bad.toml"),
    ),
    "an item without criteria": (
        spoilt('criteria = [{ code = "OK", zh = "标准", en = "Criterion" }]\n', ""),
        ("I1", "criteria", "must not be empty"),
    ),
    "a reason code twice": (
        spoilt(
            'reason_codes = [{ code = "NO", zh = "原因", en = "Reason" }]',
            'reason_codes = [{ code = "NO", zh = "甲", en = "A" }, { code = "NO", zh = "乙", en = "B" }]',
        ),
        ("I1", "reason_codes.2.code", "'NO' stands twice"),
    ),
    "an item of which nothing is required": (
        spoilt("most = 3", "least = 0\nmost = 3"),
        ("I1", "slots", "none is required, so an empty submission would pass"),
    ),
    "a slot that can hold nothing": (
        spoilt("most = 3", "least = 4\nmost = 3"),
        ("I1", "slots.1.most", "must be at least 1 and not below least"),
    ),
    "an unknown medium": (
        spoilt('medium = "photo"', 'medium = "film"'),
        ("I1", "slots.1.medium", "unknown code 'film'"),
    ),
    "a choice without options": (
        spoilt('medium = "photo"\nmost = 3', 'medium = "choice"'),
        ("I1", "slots.1.choices", "a choice needs options, and nothing else has them"),
    ),
    "a typed value that stands three times": (
        spoilt('medium = "photo"', 'medium = "number"'),
        ("I1", "slots.1.most", "a typed value stands once"),
    ),
    "a misspelt field of a slot": (
        spoilt("most = 3", "most = 3\nmin = 1"),
        ("I1", "slots.1.min", "unknown field"),
    ),
}


def test_the_file_that_the_others_are_made_from_is_good(tmp_path: Path) -> None:
    book = load_rulebook(folder_with(tmp_path, good=GOOD))
    assert book.rule_ids() == {"T.LAW.1", "T.LAW.2"}


@pytest.mark.parametrize("fault", CASES)
def test_a_fault_is_named_with_its_place_and_nothing_else_is(fault: str, tmp_path: Path) -> None:
    text, (entry, field, what) = CASES[fault]
    with pytest.raises(RulebookInvalid) as caught:
        load_rulebook(folder_with(tmp_path, bad=text))
    assert caught.value.problems == (Problem("bad.toml", entry, field, what),)


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulebookInvalid, match=r"^bad\.toml: is not TOML: "):
        load_rulebook(folder_with(tmp_path, bad="[instrument"))


def test_an_empty_folder_is_no_rulebook(tmp_path: Path) -> None:
    with pytest.raises(RulebookInvalid, match="has no instruments"):
        load_rulebook(tmp_path)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    one = spoilt('kind = "duty"', 'kind = "wish"')
    two = GOOD.replace("T.LAW", "T.OTHER").replace("value = 19.5\n", "")
    with pytest.raises(RulebookInvalid) as caught:
        load_rulebook(folder_with(tmp_path, one=one, two=two))
    assert [str(problem) for problem in caught.value.problems] == [
        "one.toml: T.LAW.1: kind: unknown code 'wish'",
        "two.toml: T.OTHER.2: value: a rule of kind limit needs one",
    ]


def test_two_files_of_one_instrument_that_begin_on_the_same_day_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookInvalid) as caught:
        load_rulebook(folder_with(tmp_path, one=GOOD, two=GOOD))
    assert {problem.entry for problem in caught.value.problems} == {"T.LAW", "T.LAW.1", "T.LAW.2", "I1"}


def test_two_instruments_may_not_propose_an_item_of_the_same_code_at_once(tmp_path: Path) -> None:
    with pytest.raises(RulebookInvalid) as caught:
        load_rulebook(folder_with(tmp_path, one=GOOD, two=GOOD.replace("T.LAW", "T.OTHER")))
    assert caught.value.problems == (Problem("two.toml", "I1", "code", "is in force at the same time in one.toml"),)
