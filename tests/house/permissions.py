"""The permission table: every address of the product, who may use it, and on what.

A row says the method, the roles that may, what kind of object the address names, and from where that object is seen.
The test walks the URL resolver: an address without a row fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BUREAU = frozenset({"bureau_leader", "bureau_officer"})
TOWN = frozenset({"town_head", "town_officer"})
OFFICIALS = BUREAU | TOWN
ADMIN = frozenset({"administrator"})
MANAGERS = frozenset({"principal", "safety_manager"})
FIRM = MANAGERS | {"approver", "guardian", "worker"}
PROVIDER = frozenset({"reviewer", "provider_manager"})
OTHERS = frozenset({"insurer_staff", "association_staff", "cleaning_lead"})
EVERYONE = BUREAU | TOWN | ADMIN | FIRM | PROVIDER | OTHERS

"""From where an object is seen: the territory it lies in, also from a review territory, its own enterprise, its own person."""
TERRITORY, REVIEW, FIRM_ONLY, PERSON = "territory", "review", "firm", "person"


@dataclass(frozen=True)
class Row:
    """One address. `sees` may know of the object (else 404); `does` may use the address (else 403)."""

    does: frozenset[str]
    method: str = "GET"
    subject: str = ""
    sees: frozenset[str] = EVERYONE
    reach: str = TERRITORY
    public: bool = False
    post: Mapping[str, object] = field(default_factory=dict)


def page(*roles: frozenset[str]) -> Row:
    """An address that names no object."""
    return Row(does=frozenset().union(*roles))


def verb(*roles: frozenset[str], **post: object) -> Row:
    """A POST that names no object."""
    return Row(does=frozenset().union(*roles), method="POST", post=post)


OPEN = Row(does=EVERYONE, public=True)
OPEN_POST = Row(does=EVERYONE, public=True, method="POST")
OBLIGATION_READERS = OFFICIALS | FIRM | PROVIDER

TABLE: dict[str, Row] = {
    "front": page(EVERYONE),
    "healthz": OPEN,
    "readyz": OPEN,
    "version": OPEN,
    "todo:home": page(EVERYONE),
    "notices:list": page(EVERYONE),
    "notices:reading": verb(EVERYONE),
    "jobs:list": page(EVERYONE),
    "jobs:detail": Row(does=EVERYONE, subject="job", reach=PERSON),
    "ledger:list": page(OFFICIALS, ADMIN),
    "cockpit:home": page(OFFICIALS),
    "cockpit:wall": page(OFFICIALS),
    "campaigns:list": page(OFFICIALS),
    "campaigns:new": page(BUREAU),
    "campaigns:obligation-list": page(OFFICIALS),
    "campaigns:detail": Row(does=OFFICIALS, subject="campaign", sees=EVERYONE, reach="below"),
    "campaigns:participations": Row(does=OFFICIALS, subject="campaign", reach="below"),
    "campaigns:dispatch": Row(does=BUREAU, method="POST", subject="campaign", sees=OBLIGATION_READERS, reach="below"),
    "campaigns:closing": Row(does=BUREAU, method="POST", subject="campaign", sees=OBLIGATION_READERS, reach="below"),
    "campaigns:assignments": Row(does=BUREAU, subject="campaign", reach="below"),
    "campaigns:urges": Row(does=OFFICIALS, method="POST", subject="campaign", reach="below"),
    "campaigns:item": Row(does=BUREAU, subject="campaign+item", reach="below"),
    "campaigns:item-removal": Row(
        does=BUREAU, method="POST", subject="campaign+item", sees=OBLIGATION_READERS, reach="below"
    ),
    "campaigns:assignment-end": Row(
        does=BUREAU, method="POST", subject="assignment", sees=BUREAU | PROVIDER, reach="assignment"
    ),
    "campaigns:obligation": Row(does=OFFICIALS, subject="obligation", reach=TERRITORY),
    "campaigns:waiver": Row(
        does=BUREAU, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW, post={"reason": "x"}
    ),
    "campaigns:restoration": Row(
        does=BUREAU, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "campaigns:reopening": Row(
        does=BUREAU, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW, post={"reason": "x"}
    ),
    "campaigns:urge": Row(
        does=OFFICIALS, method="POST", subject="participation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "my:home": page(FIRM),
    "my:obligation": Row(does=FIRM, subject="obligation", reach=FIRM_ONLY),
    "my:files": Row(does=FIRM, subject="obligation", reach=FIRM_ONLY),
    "my:draft": Row(
        does=MANAGERS, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "my:submission": Row(
        does=MANAGERS, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "my:withdrawal": Row(
        does=MANAGERS, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "my:file-removal": Row(
        does=MANAGERS, method="POST", subject="obligation+attachment", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "reviews:queue": page(PROVIDER),
    "reviews:desk": verb(PROVIDER),
    "reviews:review": Row(does=PROVIDER, subject="obligation", reach=REVIEW),
    "reviews:claim": Row(
        does=PROVIDER, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "reviews:release": Row(
        does=PROVIDER, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "reviews:acceptance": Row(
        does=PROVIDER, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
    "reviews:return": Row(
        does=PROVIDER, method="POST", subject="obligation", sees=OBLIGATION_READERS, reach=REVIEW
    ),
}
