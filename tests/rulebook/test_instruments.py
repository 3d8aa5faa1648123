"""The files that ship: complete, consistent, and with the numbers of their sources."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from anru.rulebook.book import FOLDER, citation, rulebook
from anru.rulebook.codes import Confidence, RuleKind, Sector
from anru.rulebook.vocabulary import vocabulary

TODAY = date(2026, 11, 1)
FILES = {
    "anru-defaults.toml": "ANRU",
    "cn-gb-32100-2015.toml": "CN.GB32100",
    "cn-gb-46768-2025.toml": "CN.GB46768",
    "cn-mem-order-10-2023.toml": "CN.MEM10",
    "cn-mem-order-13.toml": "CN.MEM13",
    "cn-mem-order-2-drills.toml": "CN.MEM2",
    "cn-mem-order-59-2013.toml": "CN.MEM59",
    "cn-safety-law-2021.toml": "CN.LAW",
    "yinzhou-campaign-2022.toml": "YZ2022",
}


def test_every_instrument_is_read() -> None:
    assert {path.name for path in FOLDER.glob("*.toml")} == set(FILES)
    assert {one.file: one.id for one in rulebook().instruments} == FILES


def test_ids_are_different_and_begin_with_their_instrument() -> None:
    ids = [rule.id for one in rulebook().instruments for rule in one.rules]
    assert not [name for name, count in Counter(ids).items() if count > 1]
    for one in rulebook().instruments:
        for rule in one.rules:
            assert rule.kind is RuleKind.PARAMETER or rule.id.startswith(f"{one.id}."), rule.id


@pytest.mark.parametrize(
    ("rule_id", "expected", "unit", "confidence"),
    [
        ("CN.GB46768.5.9.1.o2_low", Decimal("19.5"), "%vol", "B"),
        ("CN.GB46768.5.9.1.o2_high", Decimal("23.5"), "%vol", "B"),
        ("CN.GB46768.5.9.1.combustible", 10, "%LEL", "B"),
        ("CN.GB46768.5.8.6.vertical_points", 3, "point", "B"),
        ("CN.GB46768.5.8.6.vertical_spacing", 8, "m", "B"),
        ("CN.GB46768.5.8.6.horizontal_near", Decimal("0.5"), "m", "B"),
        ("CN.GB46768.6.2.3", 15, "min", "B*"),
        ("CN.MEM13.A09.1", 12, "month", "A"),
        ("CN.MEM2.A33.onsite", 6, "month", "B"),
        ("account.session.idle_minutes", 30, "min", "P"),
        ("account.session.longest_minutes", 720, "min", "P"),
        ("account.login.guesses_per_account", 10, "guess", "P"),
        ("account.login.guesses_per_address", 100, "guess", "P"),
        ("account.login.lockout_minutes", 15, "min", "P"),
        ("account.password.min_length", 12, "character", "P"),
        ("upload.image.max_bytes", 10_000_000, "byte", "P"),
        ("upload.document.max_bytes", 20_000_000, "byte", "P"),
        ("import.zip.max_unpacked_bytes", 50_000_000, "byte", "P"),
        ("import.zip.max_entries", 200, "entry", "P"),
        ("import.zip.max_ratio", 100, "ratio", "P"),
        ("import.rows.max", 10_000, "row", "P"),
        ("export.immediate.max_rows", 5_000, "row", "P"),
    ],
)
def test_a_number_is_the_one_of_its_source(rule_id: str, expected: object, unit: str, confidence: str) -> None:
    rule = rulebook().on(TODAY).rule(rule_id)
    assert (rule.value, rule.unit, rule.confidence.value) == (expected, unit, confidence)


def test_order_13_holds_no_number_that_it_does_not_have() -> None:
    """No gas limit, no thirty minutes, no permit validity, no drill frequency stands in Order 13."""
    order = next(one for one in rulebook().instruments if one.id == "CN.MEM13")
    intervals = {rule.id for rule in order.rules if rule.kind in {RuleKind.LIMIT, RuleKind.INTERVAL}}
    assert intervals == {"CN.MEM13.A09.1"}


def test_order_13_names_the_trades_that_the_vocabulary_marks() -> None:
    named = rulebook().on(TODAY).value("CN.MEM13.A02")
    marked = tuple(code for code, term in vocabulary().sectors.items() if term.in_order_13)
    assert named == marked
    assert len(marked) == 8
    assert set(vocabulary().sectors) == {sector.value for sector in Sector}


def test_every_parameter_is_a_proposal_and_every_article_has_its_clause() -> None:
    for one in rulebook().instruments:
        for rule in one.rules:
            if rule.kind is RuleKind.PARAMETER:
                assert rule.confidence is Confidence.P
            elif one.id not in {"YZ2022", "CN.GB32100"}:
                assert rule.clause, rule.id


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91330100799655058B", True),
        ("9144030071526726XG", True),
        ("91330212MA2TE5T01L", True),
        ("91330100799655058C", False),
    ],
)
def test_the_credit_code_data_checks_known_codes(code: str, valid: bool) -> None:
    edition = rulebook().on(TODAY)
    alphabet, weights = edition.value("CN.GB32100.alphabet"), edition.value("CN.GB32100.weights")
    assert isinstance(alphabet, str)
    assert isinstance(weights, tuple)
    assert len(code) == edition.value("CN.GB32100.length")
    size = len(alphabet)
    assert list(weights) == [pow(3, place, size) for place in range(17)]
    total = sum(alphabet.index(mark) * int(str(weight)) for mark, weight in zip(code, weights, strict=False))
    assert (alphabet[(size - total % size) % size] == code[-1]) is valid


def test_clauses_are_gathered_by_instrument() -> None:
    edition = rulebook().on(TODAY)
    ids = ("CN.MEM13.A06.1", "CN.LAW.41", "CN.MEM13.A07.1", "CN.MEM13.A07.3", "YZ2022.six_items")
    words = citation(edition.rule(rule_id) for rule_id in ids)
    assert words.zh == "应急管理部令第13号第6条、第7条；《安全生产法》第41条；鄞应急〔2022〕26号"
    assert words.en == "Order 13 art. 6, art. 7; Work Safety Law art. 41; Yinzhou Emergency [2022] No. 26"
    assert citation([]).zh == ""
