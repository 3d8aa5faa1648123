"""Pure judgement of what may stand in the registry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from anru.kernel.checksums import credit_code_fault
from anru.kernel.decision import Refusal, Verdict
from anru.registry import errors
from anru.registry.states import IsolationState, Opening
from anru.rulebook.vocabulary import Term, vocabulary

Found = tuple[Refusal, Mapping[str, Any]]
PHONE = re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|400-?\d{3}-?\d{4}|\d{7,8}|\d{3,6})$")


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """What an enterprise's file says, apart from its town and its category."""

    credit_code: str
    name: str
    industry: str
    address: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    principal_name: str = ""
    principal_phone: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    headcount: int | None = None


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """What the ledger entry of a confined space says, apart from its isolation, which is checked on its own day."""

    number: str
    name: str
    space_class: str
    sub_type: str = ""
    opening: str = Opening.CLOSED.value
    location: str = ""
    lat: Decimal | None = None
    lon: Decimal | None = None
    length_m: Decimal | None = None
    width_m: Decimal | None = None
    depth_m: Decimal | None = None
    volume_m3: Decimal | None = None
    entrances_n: int = 1
    entrance_note: str = ""
    hazards: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
    controls: str = ""


@dataclass(frozen=True, slots=True)
class IsolationFacts:
    """What was found when the physical isolation of a space was looked at."""

    state: str
    kind: str = ""
    checked_on: date | None = None
    lock_keeper: str = ""


def normal_phone(text: str) -> str:
    """Return a telephone number as it is kept: half width, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("—", "-").replace("–", "-")


def masked_phone(phone: str) -> str:
    """Return a telephone number that still tells two people apart but cannot be dialled: 138****5678."""
    if len(phone) < 7:
        return "*" * len(phone)
    return f"{phone[:3]}****{phone[-4:]}"


def judge_enterprise(facts: EnterpriseFacts) -> Verdict:
    """Return whether these facts may stand in an enterprise's file.

    Source: credit code per GB 32100-2015; trades per Order 13 art. 2.
    """
    return Verdict(tuple(_enterprise_faults(facts)))


def judge_space(facts: SpaceFacts) -> Verdict:
    """Return whether these facts make a ledger entry: number, location and hazards must be there.

    Source: CN.MEM13.A06.1.
    """
    return Verdict(tuple(_space_faults(facts)))


def judge_isolation(facts: IsolationFacts, *, today: date) -> Verdict:
    """Return whether a finding about physical isolation is complete. Source: CN.MEM13.A12.1."""
    return Verdict(tuple(_isolation_faults(facts, today)))


def judge_place(lat: Decimal | None, lon: Decimal | None) -> Verdict:
    """Return whether these are both coordinates of a place on earth, or none."""
    return Verdict(tuple(_place_faults(lat, lon)))


def _enterprise_faults(facts: EnterpriseFacts) -> Iterator[Found]:
    if not facts.name:
        yield errors.NAME_MISSING, {}
    if credit_code_fault(facts.credit_code) is not None:
        yield errors.CREDIT_CODE_INVALID, {"credit_code": facts.credit_code}
    if facts.industry not in vocabulary().sectors:
        yield errors.INDUSTRY_UNKNOWN, {"industry": facts.industry}
    for phone in (facts.principal_phone, facts.contact_phone):
        if phone and not PHONE.match(phone):
            yield errors.PHONE_INVALID, {"phone": phone}
    yield from _place_faults(facts.lat, facts.lon)


def _place_faults(lat: Decimal | None, lon: Decimal | None) -> Iterator[Found]:
    if (lat is None) != (lon is None):
        yield errors.PLACE_HALF, {}
    if lat is not None and lon is not None and not (-90 <= lat <= 90 and -180 <= lon <= 180):
        yield errors.PLACE_IMPOSSIBLE, {}


def _space_faults(facts: SpaceFacts) -> Iterator[Found]:
    missing = [
        label
        for label, present in (
            (_("编号"), facts.number),
            (_("名称"), facts.name),
            (_("位置"), facts.location),
            (_("危险有害因素"), facts.hazards),
        )
        if not present
    ]
    if missing:
        yield errors.SPACE_INCOMPLETE, {"missing": "、".join(str(label) for label in missing)}
    yield from _unknown_codes(facts)
    sizes = (facts.length_m, facts.width_m, facts.depth_m, facts.volume_m3)
    if any(size is not None and size < 0 for size in sizes) or facts.entrances_n < 1:
        yield errors.SPACE_SIZE_IMPOSSIBLE, {}
    yield from _place_faults(facts.lat, facts.lon)


def _unknown_codes(facts: SpaceFacts) -> Iterator[Found]:
    words = vocabulary()
    checks: tuple[tuple[Any, Mapping[str, Term], tuple[str, ...]], ...] = (
        (_("类型"), words.space_classes, (facts.space_class,)),
        (_("危险有害因素"), words.hazards, facts.hazards),
        (_("可能后果"), words.consequences, facts.consequences),
    )
    for field, known, codes in checks:
        for code in codes:
            if code not in known:
                yield errors.SPACE_CODE_UNKNOWN, {"field": field, "code": code}
    if facts.opening not in {opening.value for opening in Opening}:
        yield errors.SPACE_CODE_UNKNOWN, {"field": _("敞开形式"), "code": facts.opening}
    sub_type = words.sub_types.get(facts.sub_type)
    if facts.sub_type and (sub_type is None or sub_type.space_class != facts.space_class):
        yield errors.SPACE_CODE_UNKNOWN, {"field": _("具体类型"), "code": facts.sub_type}


def _isolation_faults(facts: IsolationFacts, today: date) -> Iterator[Found]:
    kinds = vocabulary().isolation_kinds
    if facts.state not in {state.value for state in IsolationState}:
        yield errors.SPACE_CODE_UNKNOWN, {"field": _("物理隔离状态"), "code": facts.state}
    if facts.kind and facts.kind not in kinds:
        yield errors.SPACE_CODE_UNKNOWN, {"field": _("物理隔离方式"), "code": facts.kind}
    if facts.state != IsolationState.NONE and not facts.kind:
        yield errors.ISOLATION_KIND_MISSING, {}
    term = kinds.get(facts.kind)
    if facts.state == IsolationState.IN_PLACE and term and term.needs_key_keeper and not facts.lock_keeper:
        yield errors.ISOLATION_KEEPER_MISSING, {}
    if facts.checked_on is not None and facts.checked_on > today:
        yield errors.ISOLATION_IN_FUTURE, {}
