"""Pure judgement of submissions, reviewers and colours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anru.campaigns.rules import (
    FileFact,
    Light,
    LightThresholds,
    ReviewFacts,
    claim_is_over,
    judge_light,
    judge_return,
    judge_reviewer,
    judge_submission,
    read_field,
)
from anru.campaigns.spec import Choice, ItemSpec, Slot, problems_of

PHOTO = Slot("sign", "警示标志", "photo", 1, 3, "")
PAPER = Slot("letter", "委托书", "document", 0, 1, "")
DAY = Slot("drilled_on", "演练日期", "date", 1, 1, "")
KIND = Slot("kind", "隔离方式", "choice", 0, 1, "", (Choice("lock", "上锁"),))
DEPTH = Slot("depth", "深度", "number", 0, 1, "")
SPEC = ItemSpec((PHOTO, PAPER, DAY), (), (), (), (Choice("SIGN_MISSING", "缺警示标志"),), "", "")


def codes(verdict: object) -> list[str]:
    return [refusal.code for refusal, _ in verdict.refusals]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("files", "fields", "expected"),
    [
        ([FileFact("sign", "ready")], {"drilled_on": "2026-05-01"}, []),
        ([], {"drilled_on": "2026-05-01"}, ["submission.incomplete"]),
        ([FileFact("sign", "ready")], {}, ["submission.incomplete"]),
        ([FileFact("sign", "ready")], {"drilled_on": ""}, ["submission.incomplete"]),
        ([FileFact("sign", "refused")], {"drilled_on": "2026-05-01"}, ["submission.incomplete"]),
        (
            [FileFact("sign", "received")],
            {"drilled_on": "2026-05-01"},
            ["submission.file_pending", "submission.incomplete"],
        ),
        (
            [FileFact("sign", "ready"), FileFact("letter", "received")],
            {"drilled_on": "2026-05-01"},
            ["submission.file_pending"],
        ),
        ([FileFact("letter", "ready")], {"drilled_on": "2026-05-01"}, ["submission.incomplete"]),
    ],
)
def test_a_submission_needs_every_required_slot_in_a_readable_state(
    files: list[FileFact], fields: dict[str, str], expected: list[str]
) -> None:
    assert codes(judge_submission(SPEC, files, fields)) == expected


@pytest.mark.parametrize(
    ("slot", "raw", "value", "problem"),
    [
        (DAY, "2026-02-28", "2026-02-28", ""),
        (DAY, "2026-02-29", None, "not_a_date"),
        (KIND, "lock", "lock", ""),
        (KIND, "moat", None, "not_an_option"),
        (DEPTH, "3.5", "3.5", ""),
        (DEPTH, "NaN", None, "not_a_number"),
        (DEPTH, "1e999", None, "not_a_number"),
        (DEPTH, "３", None, "not_a_number"),
        (DEPTH, "1_0", None, "not_a_number"),
        (DEPTH, "  ", None, ""),
        (Slot("t", "t", "text", 0, 1, ""), "x" * 1001, None, "too_long"),
    ],
)
def test_a_typed_value_must_fit_its_slot(slot: Slot, raw: str, value: object, problem: str) -> None:
    assert read_field(slot, raw) == (value, problem)


@given(st.text(max_size=40))
def test_any_text_in_a_number_slot_gives_a_finite_number_or_a_problem(raw: str) -> None:
    value, problem = read_field(DEPTH, raw)
    assert (value is None) or (problem == "" and Decimal(value).is_finite())


def facts(**changes: object) -> ReviewFacts:
    base: dict[str, object] = {
        "reviewer_person": uuid4(),
        "reviewer_organisation": uuid4(),
        "reviewer_enterprises": frozenset(),
        "author_persons": frozenset({uuid4()}),
        "author_organisations": frozenset({uuid4()}),
        "enterprise": uuid4(),
    }
    return ReviewFacts(**{**base, **changes})  # type: ignore[arg-type]


def test_a_stranger_to_the_proof_may_decide_on_it() -> None:
    assert judge_reviewer(facts())


def test_nobody_decides_on_what_they_or_theirs_made() -> None:
    someone, house = uuid4(), uuid4()
    assert not judge_reviewer(facts(reviewer_person=someone, author_persons=frozenset({uuid4(), someone})))
    assert not judge_reviewer(facts(reviewer_organisation=house, author_organisations=frozenset({house})))
    assert not judge_reviewer(facts(enterprise=house, reviewer_enterprises=frozenset({house})))


@pytest.mark.parametrize(
    ("reasons", "words", "expected"),
    [
        (["SIGN_MISSING"], "请补拍入口警示标志", []),
        ([], "请补拍", ["review.reason_needed"]),
        (["SIGN_MISSING"], "  ", ["review.reason_needed"]),
        (["OTHER"], "请补拍", ["review.reason_unknown"]),
    ],
)
def test_a_return_names_a_listed_reason_and_says_what_to_change(
    reasons: list[str], words: str, expected: list[str]
) -> None:
    assert codes(judge_return(SPEC, reasons, words)) == expected


def test_a_claim_ends_at_its_instant() -> None:
    at = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
    assert not claim_is_over(at + timedelta(microseconds=1), at)
    assert claim_is_over(at, at)
    assert claim_is_over(None, at)


START, DUE = date(2026, 6, 1), date(2026, 6, 20)


@pytest.mark.parametrize(
    ("done", "total", "on", "light"),
    [
        (0, 0, date(2026, 7, 1), Light.GREEN),
        (20, 20, date(2026, 7, 1), Light.GREEN),
        (19, 20, date(2026, 6, 20), Light.YELLOW),
        (19, 20, date(2026, 6, 21), Light.RED),
        (10, 20, date(2026, 6, 11), Light.GREEN),
        (9, 20, date(2026, 6, 11), Light.GREEN),
        (8, 20, date(2026, 6, 11), Light.YELLOW),
        (6, 20, date(2026, 6, 11), Light.YELLOW),
        (5, 20, date(2026, 6, 11), Light.RED),
        (14, 20, date(2026, 6, 15), Light.GREEN),
        (15, 20, date(2026, 6, 16), Light.YELLOW),
        (0, 20, date(2026, 5, 1), Light.GREEN),
    ],
)
def test_colours_follow_the_straight_line_to_the_deadline(done: int, total: int, on: date, light: Light) -> None:
    thresholds = LightThresholds(yellow_lag_points=10, red_lag_points=25, yellow_days_left=4)
    got = judge_light(complete_n=done, total_n=total, starts_on=START, due_on=DUE, on=on, thresholds=thresholds)
    assert got is light


def test_what_is_missing_in_an_item_is_named() -> None:
    assert problems_of({}) == ["slots", "criteria", "reasons"]
    bad = {"slots": [{"code": "a", "label": "A", "medium": "hologram", "least": 2, "most": 1}]}
    assert set(problems_of(bad)) == {"slots.1.medium", "slots.1.least", "criteria", "reasons"}
