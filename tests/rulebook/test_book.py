"""Which edition is in force when, who it is, and what may be refused because of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rulebook.files import GOOD, folder_with, spoilt

from anru.kernel import clock
from anru.rulebook.book import (
    LEGAL_ZONE,
    Rulebook,
    current_parameters,
    edition_on,
    legal_day,
    load_rulebook,
    may_block,
    parameters_on,
    rulebook,
)
from anru.rulebook.codes import Confidence, RuleKind
from anru.rulebook.conditions import facts_of
from anru.rulebook.errors import RuleNotInForce, WrongType
from anru.rulebook.loader import identity_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
ORDER_13_FROM = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("rule_id", "day", "in_force"),
    [
        ("CN.MEM59.A12", date(2013, 6, 30), None),
        ("CN.MEM59.A12", date(2013, 7, 1), True),
        ("CN.MEM59.A12", date(2023, 12, 31), True),
        ("CN.MEM59.A12", date(2024, 1, 1), False),
        ("CN.MEM13.A11", date(2023, 12, 31), False),
        ("CN.MEM13.A11", date(2024, 1, 1), True),
        ("CN.GB46768.6.2.3", date(2026, 4, 30), False),
        ("CN.GB46768.6.2.3", date(2026, 5, 1), True),
        ("CN.MEM10.A13.1", date(2023, 5, 14), False),
        ("CN.MEM10.A13.1", date(2023, 5, 15), True),
        ("review.claim_minutes", date(2021, 12, 31), False),
        ("review.claim_minutes", date(2022, 1, 1), True),
        ("CN.MEM13.A99", date(2026, 11, 1), False),
    ],
)
def test_a_rule_is_in_force_from_its_first_day_through_its_last(rule_id: str, day: date, in_force: bool | None) -> None:
    if in_force is None:
        with pytest.raises(RuleNotInForce):
            rulebook().on(day)
    elif in_force:
        assert rulebook().on(day).rule(rule_id).id == rule_id
    else:
        with pytest.raises(RuleNotInForce) as caught:
            rulebook().on(day).rule(rule_id)
        assert caught.value.rule_id == rule_id


def test_a_rule_for_one_day_is_in_force_on_that_day_alone(tmp_path: Path) -> None:
    days = "effective_from = 2024-03-01\neffective_to = 2024-03-01"
    book = _book(tmp_path, spoilt('clause = "1"\nkind = "duty"', f'clause = "1"\nkind = "duty"\n{days}'))
    in_force = [day for day in range(1, 5) if "T.LAW.1" in book.on(date(2024, 3, day) - timedelta(days=1)).rules]
    assert in_force == [2]


@pytest.mark.parametrize(
    ("instant", "in_force"),
    [
        (datetime(2023, 12, 31, 23, 59, 59, 999999, tzinfo=SHANGHAI), False),
        (datetime(2024, 1, 1, 0, 0, 0, tzinfo=SHANGHAI), True),
        (datetime(2023, 12, 31, 15, 59, 59, 999999, tzinfo=UTC), False),
        (datetime(2023, 12, 31, 16, 0, 0, tzinfo=UTC), True),
        (datetime(2023, 12, 31, 23, 0, tzinfo=ZoneInfo("America/New_York")), True),
    ],
)
def test_a_law_comes_into_force_at_midnight_in_shanghai(instant: datetime, in_force: bool) -> None:
    assert ("CN.MEM13.A11" in edition_on(instant).rules) is in_force


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        edition_on(datetime(2026, 1, 1))


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_the_legal_day_is_the_one_of_the_kernel(instant: datetime) -> None:
    assert legal_day(instant) == clock.legal_date(instant)
    assert LEGAL_ZONE.key == clock.LEGAL_ZONE.key


@given(st.dates(min_value=date(2013, 7, 1), max_value=date(2060, 1, 1)))
def test_the_edition_of_a_day_holds_exactly_the_rules_in_force_that_day(day: date) -> None:
    edition = rulebook().on(day)
    expected = {rule.id for one in rulebook().instruments for rule in one.rules if rule.in_force_on(day)}
    assert set(edition.rules) == expected
    assert edition.starts_on <= day
    assert edition.ends_on is None or day <= edition.ends_on


def test_editions_follow_one_another_without_a_gap_and_each_differs_from_the_one_before() -> None:
    editions = rulebook().editions
    for earlier, later in pairwise(editions):
        assert earlier.ends_on is not None
        assert earlier.ends_on + timedelta(days=1) == later.starts_on
        assert earlier.identity != later.identity
    assert editions[-1].ends_on is None


def test_a_decision_finds_the_edition_it_was_taken_under_again() -> None:
    edition = rulebook().on(date(2024, 6, 1))
    assert rulebook().edition(edition.identity) is edition
    with pytest.raises(RuleNotInForce):
        rulebook().edition("0" * 64)


def test_identity_ignores_the_order_of_keys_and_the_layout(tmp_path: Path) -> None:
    swapped = spoilt('clause = "1"\nkind = "duty"', '# a remark\nkind   = "duty"\nclause = "1"')
    first = _book(tmp_path / "a", GOOD).on(date(2024, 1, 1))
    second = _book(tmp_path / "b", swapped).on(date(2024, 1, 1))
    assert first.identity == second.identity
    assert len(first.identity) == 64


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value = 19.5", "value = 19.4"),
        ("value = 19.5", "value = 19.50"),
        ("value = 19.5", 'value = "19.5"'),
        ('zh = "站近一点"', 'zh = "站远一点"'),
        ('confidence = "A"', 'confidence = "B"'),
        ("effective_from = 2024-01-01", "effective_from = 2023-12-31"),
    ],
)
def test_identity_changes_with_the_content(old: str, new: str, tmp_path: Path) -> None:
    first = _book(tmp_path / "a", GOOD).on(date(2024, 1, 1))
    second = _book(tmp_path / "b", spoilt(old, new)).on(date(2024, 1, 1))
    assert first.identity != second.identity


LEAVES = st.one_of(
    st.booleans(), st.integers(), st.text(max_size=5), st.dates(), st.decimals(allow_nan=False, places=2)
)
CONTENTS = st.dictionaries(st.text(max_size=4), st.one_of(LEAVES, st.lists(LEAVES, max_size=3)), max_size=5)


@given(CONTENTS)
def test_identity_is_the_same_for_every_order_of_keys(content: dict[str, object]) -> None:
    assert identity_of(content) == identity_of(dict(reversed(content.items())))


@pytest.mark.parametrize(
    ("confidence", "checked_in_file", "checked_by_bureau", "may"),
    [
        ("A", False, False, True),
        ("B", False, False, False),
        ("B", True, False, True),
        ("B", False, True, True),
        ("B*", True, True, False),
        ("C", True, True, False),
        ("M", True, True, False),
        ("P", True, True, False),
    ],
)
def test_only_law_that_was_read_may_block(
    confidence: str, checked_in_file: bool, checked_by_bureau: bool, may: bool, tmp_path: Path
) -> None:
    stamp = "\nchecked_on = 2026-11-01" if checked_in_file else ""
    text = spoilt('clause = "1"\nkind = "duty"', f'clause = "1"\nkind = "duty"\nconfidence = "{confidence}"{stamp}')
    rule = _book(tmp_path, text).on(date(2026, 11, 2)).rule("T.LAW.1")
    assert may_block(rule, {"T.LAW.1"} if checked_by_bureau else set()) is may


def test_nothing_that_ships_blocks_on_a_proposal_a_memory_or_a_secondary_source() -> None:
    for one in rulebook().instruments:
        for rule in one.rules:
            if rule.confidence in {Confidence.C, Confidence.M, Confidence.P, Confidence.B_PARAPHRASE}:
                assert not may_block(rule, {rule.id}), rule.id


def test_parameters_are_read_by_their_type() -> None:
    parameters = parameters_on(date(2026, 11, 1))
    assert parameters.minutes("review.claim_minutes") == timedelta(minutes=15)
    assert parameters.duration("upload.unfinished_hours") == timedelta(days=2)
    assert parameters.integer("upload.image.max_pixels") == 25_000_000
    assert parameters.decimal("campaign.light.yellow_lag_points") == Decimal(10)
    assert "image/jpeg" in parameters.texts("upload.image.media")
    assert parameters.edition == rulebook().on(date(2026, 11, 1)).identity


def test_a_parameter_read_as_something_else_is_refused() -> None:
    parameters = current_parameters()
    for read in (parameters.flag, parameters.text, parameters.texts):
        with pytest.raises(WrongType):
            read("review.claim_minutes")
    with pytest.raises(WrongType):
        parameters.minutes("upload.unfinished_hours")
    with pytest.raises(WrongType):
        parameters.duration("account.password.min_length")
    with pytest.raises(WrongType):
        parameters.integer("upload.image.media")


def test_a_rule_of_law_is_no_parameter_and_a_rule_without_a_value_has_none() -> None:
    edition = edition_on(date(2026, 11, 1))
    assert edition.parameter("export.immediate.max_rows") == 5000
    with pytest.raises(RuleNotInForce):
        edition.parameter("CN.GB46768.6.2.3")
    assert edition.value("CN.GB46768.6.2.3") == 15
    with pytest.raises(WrongType):
        edition.value("CN.MEM13.A11")


def test_the_law_is_narrowed_to_what_is_known_of_the_space() -> None:
    edition = edition_on(date(2026, 11, 1))
    mill = {rule.id for rule in edition.applying(facts_of(hazards=["h2s"], sector="textile"))}
    plant = {rule.id for rule in edition.applying(facts_of(hazards=["h2s"], sector="hazchem"))}
    harmless = {rule.id for rule in edition.applying(facts_of(hazards=["falls"], sector="textile"))}
    assert "CN.MEM13.A07.2" in mill
    assert "CN.MEM13.A07.2" not in plant
    assert "CN.MEM13.A07.2" not in harmless
    assert "CN.LAW.41" in plant
    assert not any(edition.rule(rule_id).kind is RuleKind.PARAMETER for rule_id in mill)


NEWER = GOOD.replace("2024-01-01", "2025-07-01").replace("value = 19.5", "value = 20.0")


@pytest.mark.parametrize(
    ("newer", "rule_id"),
    [
        (NEWER, "T.LAW.2"),
        (
            NEWER.replace("T.LAW", "T.NEW").replace('source = "made up"', 'source = "made up"\nsupersedes = ["T.LAW"]'),
            "T.NEW.2",
        ),
    ],
    ids=["a later file of the same instrument", "another instrument that supersedes it"],
)
def test_a_successor_ends_an_instrument_the_day_before_and_leaves_its_identity(
    newer: str, rule_id: str, tmp_path: Path
) -> None:
    alone = _book(tmp_path / "alone", GOOD)
    (tmp_path / "both").mkdir()
    both = load_rulebook(folder_with(tmp_path / "both", older=GOOD, newer=newer))
    last, first = date(2025, 6, 30), date(2025, 7, 1)
    assert both.on(last).value("T.LAW.2") == Decimal("19.5")
    assert both.on(first).value(rule_id) == Decimal("20.0")
    assert both.on(last).identity == alone.on(last).identity == alone.on(first).identity
    assert both.on(first).identity != both.on(last).identity
    assert both.edition(alone.on(last).identity).ends_on == last


def test_a_superseding_rule_ends_one_rule_only(tmp_path: Path) -> None:
    amendment = GOOD[: GOOD.index("[[item]]")].replace("T.LAW", "T.AMEND").replace("2024-01-01", "2025-07-01")
    amendment = amendment.replace('clause = "1"', 'clause = "1"\nsupersedes = ["T.LAW.1"]')
    book = load_rulebook(folder_with(tmp_path, law=GOOD, amendment=amendment))
    assert set(book.on(date(2025, 6, 30)).rules) == {"T.LAW.1", "T.LAW.2"}
    assert set(book.on(date(2025, 7, 1)).rules) == {"T.LAW.2", "T.AMEND.1", "T.AMEND.2"}


def _book(folder: Path, text: str) -> Rulebook:
    folder.mkdir(exist_ok=True)
    return load_rulebook(folder_with(folder, one=text))
