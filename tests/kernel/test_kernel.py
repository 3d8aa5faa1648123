"""Identifiers, paths, clocks and canonical text."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anru.kernel.actor import path_range
from anru.kernel.canonical import canonical_json
from anru.kernel.clock import end_of_legal_day, legal_date
from anru.kernel.decision import HTTP_STATUS, Refusal, RefusalKind, Refused, Verdict
from anru.kernel.ids import new_id

SEGMENT = st.text(alphabet="0123456789abcdef", min_size=1, max_size=6)
PATH = st.lists(SEGMENT, min_size=1, max_size=5).map(lambda parts: "/".join(parts) + "/")


def test_new_ids_are_version_7_and_sort_by_time() -> None:
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first.version == second.version == 7
    assert first.variant == uuid.RFC_4122
    assert first < second


@given(PATH, PATH)
def test_a_path_range_holds_exactly_the_paths_below(place: str, other: str) -> None:
    low, high = path_range(place)
    assert (low <= other < high) == other.startswith(place)


def test_a_path_without_its_slash_is_refused() -> None:
    with pytest.raises(ValueError, match="slash"):
        path_range("33/3302")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 5, 31, 15, 59, 59, tzinfo=UTC), date(2026, 5, 31)),
        (datetime(2026, 5, 31, 16, 0, tzinfo=UTC), date(2026, 6, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_legal_day_turns_at_midnight_in_shanghai(instant: datetime, day: date) -> None:
    assert legal_date(instant) == day


def test_a_duty_is_late_from_the_midnight_after_its_day() -> None:
    assert end_of_legal_day(date(2026, 6, 30)) == datetime(2026, 6, 30, 16, 0, tzinfo=UTC)


def test_canonical_text_does_not_depend_on_the_order_of_keys() -> None:
    facts = {"b": Decimal("1.50"), "a": datetime(2026, 1, 1, tzinfo=UTC), "c": {"y", "x"}}
    again = dict(reversed(list(facts.items())))
    assert canonical_json(facts) == canonical_json(again)
    assert json.loads(canonical_json(facts)) == {
        "a": "2026-01-01T00:00:00.000000Z",
        "b": "1.50",
        "c": ["x", "y"],
    }


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), object()])
def test_what_has_no_canonical_text_is_refused(bad: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical_json({"x": bad})


def test_a_verdict_raises_its_first_refusal_with_its_facts() -> None:
    refusal = Refusal("x.late", RefusalKind.NOT_NOW, "%(days)s days late")
    verdict = Verdict(((refusal, {"days": 3}),))
    assert not verdict
    with pytest.raises(Refused) as caught:
        verdict.enforce()
    assert caught.value.words == "3 days late"


def test_every_kind_of_refusal_has_its_own_answer() -> None:
    assert set(HTTP_STATUS) == set(RefusalKind)
    assert len(set(HTTP_STATUS.values())) == len(HTTP_STATUS)
