"""Pure judgement: may this proof be submitted, may this person decide on it, how late is this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from uuid import UUID

from anru.campaigns import errors
from anru.campaigns.spec import ItemSpec, Slot
from anru.kernel.decision import Refusal, Verdict


@dataclass(frozen=True, slots=True)
class FileFact:
    """What counts of a file in a slot: whether it was decoded safely, is still being read, or was refused."""

    slot: str
    state: str


def judge_submission(spec: ItemSpec, files: Sequence[FileFact], fields: Mapping[str, Any]) -> Verdict:
    """Decide whether a draft may be submitted: every required slot holds enough readable files or a valid value.

    A file that is still being read or was refused does not count: what nobody can look at proves nothing.
    """
    pending = sum(1 for file in files if file.state == "received")
    missing: list[str] = []
    for slot in spec.slots:
        if slot.is_file:
            ready = sum(1 for file in files if file.slot == slot.code and file.state == "ready")
            if ready < slot.least:
                missing.append(f"{slot.label} {ready}/{slot.least}")
        elif slot.required and fields.get(slot.code) in (None, ""):
            missing.append(slot.label)
    refusals: list[tuple[Refusal, Mapping[str, Any]]] = []
    if pending:
        refusals.append((errors.FILE_PENDING, {"count": pending}))
    if missing:
        refusals.append((errors.INCOMPLETE, {"missing": "；".join(missing)}))
    return Verdict(tuple(refusals))


def read_field(slot: Slot, raw: str) -> tuple[Any, str]:
    """Return (value, "") for what was typed into a field slot, or (None, problem) with a problem code."""
    text = raw.strip()
    if not text:
        return None, ""
    if slot.medium == "text":
        return (text, "") if len(text) <= 1000 else (None, "too_long")
    if slot.medium == "choice":
        return (text, "") if text in {choice.code for choice in slot.choices} else (None, "not_an_option")
    if slot.medium == "date":
        try:
            return date.fromisoformat(text).isoformat(), ""
        except ValueError:
            return None, "not_a_date"
    return _number(text)


def _number(text: str) -> tuple[Any, str]:
    # Decimal alone would accept full-width and Arabic digits, "NaN" and "1_0": none of them is a figure that was meant.
    if not text.isascii() or "_" in text:
        return None, "not_a_number"
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None, "not_a_number"
    if not number.is_finite() or abs(number) > Decimal(10) ** 9:
        return None, "not_a_number"
    return str(number), ""


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """Who would decide, and who made what is decided on."""

    reviewer_person: UUID
    reviewer_organisation: UUID
    reviewer_enterprises: frozenset[UUID]
    author_persons: frozenset[UUID]
    author_organisations: frozenset[UUID]
    enterprise: UUID


def judge_reviewer(facts: ReviewFacts) -> Verdict:
    """Decide whether this person may decide on this proof: nobody judges what they or their organisation produced.

    A membership in the enterprise itself counts too, whatever role is active at the moment.
    """
    own = (
        facts.reviewer_person in facts.author_persons
        or facts.reviewer_organisation in facts.author_organisations
        or facts.enterprise in facts.reviewer_enterprises
    )
    return Verdict(((errors.OWN_WORK, {}),)) if own else Verdict()


def judge_return(spec: ItemSpec, reason_codes: Sequence[str], words: str) -> Verdict:
    """Decide whether a return is usable: at least one listed reason, and a sentence on what to change."""
    if not reason_codes or not words.strip():
        return Verdict(((errors.REASON_NEEDED, {}),))
    known = {reason.code for reason in spec.reasons}
    unknown = [code for code in reason_codes if code not in known]
    return Verdict(((errors.REASON_UNKNOWN, {"reason": unknown[0]}),)) if unknown else Verdict()


def claim_is_over(claimed_until: datetime | None, at: datetime) -> bool:
    """Return whether a claim no longer protects its holder."""
    return claimed_until is None or claimed_until <= at


class Light(StrEnum):
    """How a number stands against the deadline."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class LightThresholds:
    """From how many percentage points behind the plan, or days before its end, a figure changes colour."""

    yellow_lag_points: int
    red_lag_points: int
    yellow_days_left: int


def judge_light(
    *, complete_n: int, total_n: int, starts_on: date, due_on: date, on: date, thresholds: LightThresholds
) -> Light:
    """Return the colour of a progress figure on a day.

    The plan is the straight line from the first day to the deadline. Green: all done, or close enough to the line.
    Yellow: behind it by the yellow lag, or the deadline is near. Red: behind by the red lag, or the deadline is over.
    """
    if total_n == 0 or complete_n >= total_n:
        return Light.GREEN
    if on > due_on:
        return Light.RED
    days = (due_on - starts_on).days + 1
    gone = min(max((on - starts_on).days, 0), days)
    behind = Decimal(100) * gone / days - Decimal(100) * complete_n / total_n
    if behind >= thresholds.red_lag_points:
        return Light.RED
    near = (due_on - on).days <= thresholds.yellow_days_left
    return Light.YELLOW if near or behind >= thresholds.yellow_lag_points else Light.GREEN
