"""The permission table: every address of the product, who may use it, and on what.

An address is a method and a name. A row says who is turned away at the door (403 whatever the address names), from where
its object is seen (else 404), who may act on what they see (else 403), and how the address answers to those.
The test walks the URL resolver: an address without a row fails, and so does a row without an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

BUREAU = frozenset({"bureau_leader", "bureau_officer"})
TOWN = frozenset({"town_head", "town_officer"})
OFFICIALS = BUREAU | TOWN
ADMIN = frozenset({"administrator"})
MANAGERS = frozenset({"principal", "safety_manager"})
FIRM = MANAGERS | {"approver", "guardian", "worker"}
PROVIDER = frozenset({"reviewer", "provider_manager"})
OTHERS = frozenset({"insurer_staff", "association_staff", "cleaning_lead"})
EVERYONE = OFFICIALS | ADMIN | FIRM | PROVIDER | OTHERS
READERS = OFFICIALS | FIRM | PROVIDER


class Reach(StrEnum):
    """From where an object is seen."""

    TERRITORY = "territory"
    """From the territory that it lies in: an office's own region, an enterprise's own ground."""
    REVIEW = "review"
    """As TERRITORY, and from a review territory in which it lies."""
    BELOW = "below"
    """From anywhere inside the region that it covers, and from a review territory inside it."""
    PERSON = "person"
    """By the one person whose it is."""
    ANYWHERE = "anywhere"
    """By whoever holds its address."""
    KEEP = "keep"
    """By the administrator of its territory, and by those who keep the people of its own organisation."""


@dataclass(frozen=True)
class Row:
    """One use of one address. `at` names the standing in which the object is looked for, `fixed` the rest of the path."""

    address: str
    does: frozenset[str]
    answers: frozenset[int]
    door: frozenset[str] = EVERYONE
    sees: frozenset[str] = EVERYONE
    reach: Reach = Reach.TERRITORY
    at: str = ""
    public: bool = False
    by_owner: bool = False
    fixed: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    post: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.address.split(" ")[0]

    @property
    def name(self) -> str:
        """The name that `reverse` knows."""
        return self.address.split(" ")[1]

    def __str__(self) -> str:
        return self.address + (f" at {self.at}" if self.at else "") + (" ?" if self.query else "")


def page(name: str, door: frozenset[str], *answers: int, **more: object) -> Row:
    """A page that names no object: open to some roles, shut to the others."""
    return Row(f"GET {name}", door, frozenset(answers or (200,)), door=door, **more)  # type: ignore[arg-type]


def view(name: str, door: frozenset[str], reach: Reach, *answers: int, **more: object) -> Row:
    """A page of one object that everybody who comes through the door and sees the object may read."""
    facts: dict[str, object] = {"does": door, "reach": reach, "door": door, **more}
    return Row(f"GET {name}", answers=frozenset(answers or (200,)), **facts)  # type: ignore[arg-type]


def verb(name: str, does: frozenset[str], reach: Reach, *answers: int, **more: object) -> Row:
    """A POST about one object: who sees it and may not is told so, to all others it does not exist."""
    facts: dict[str, object] = {"sees": READERS, **more}
    return Row(f"POST {name}", does, frozenset(answers or (302,)), reach=reach, **facts)  # type: ignore[arg-type]


def form(name: str, does: frozenset[str], reach: Reach, **more: object) -> tuple[Row, Row]:
    """The form about one object and its sending; sent empty it is shown again with what is missing."""
    sent = verb(name, does, reach, 400, **more)
    return replace(sent, address=f"GET {name}", answers=frozenset({200})), sent


def public(name: str, *answers: int, method: str = "GET", **more: object) -> Row:
    """An address that asks nobody who they are."""
    facts: dict[str, object] = {"reach": Reach.ANYWHERE, "public": True, **more}
    return Row(f"{method} {name}", EVERYONE, frozenset(answers or (200,)), **facts)  # type: ignore[arg-type]


T, REVIEW, BELOW, PERSON = Reach.TERRITORY, Reach.REVIEW, Reach.BELOW, Reach.PERSON

SHELL = (
    page("front", EVERYONE, 302),
    public("healthz"),
    public("readyz"),
    public("version"),
    page("todo:home", EVERYONE),
    page("notices:list", EVERYONE),
    Row("POST notices:reading", EVERYONE, frozenset({302})),
    page("jobs:list", EVERYONE),
    view("jobs:detail", EVERYONE, PERSON),
    page("ledger:list", OFFICIALS | ADMIN),
    page("ledger:list", OFFICIALS | ADMIN, query={"format": "xlsx"}),
    page("cockpit:home", OFFICIALS),
    page("cockpit:wall", OFFICIALS),
)

CAMPAIGNS = (
    page("campaigns:list", OFFICIALS),
    page("campaigns:new", BUREAU),
    Row("POST campaigns:new", BUREAU, frozenset({400}), door=BUREAU),
    page("campaigns:obligation-list", OFFICIALS),
    page("campaigns:obligation-list", OFFICIALS, query={"format": "xlsx"}),
    view("campaigns:detail", OFFICIALS, BELOW),
    view("campaigns:detail", OFFICIALS, BELOW, at="draft", sees=BUREAU),
    view("campaigns:participations", OFFICIALS, BELOW),
    view("campaigns:participations", OFFICIALS, BELOW, query={"format": "xlsx"}),
    verb("campaigns:dispatch", BUREAU, BELOW, at="draft", sees=BUREAU),
    verb("campaigns:dispatch", BUREAU, BELOW, 409),
    verb("campaigns:closing", BUREAU, BELOW),
    *form("campaigns:assignments", BUREAU, BELOW, door=OFFICIALS),
    verb("campaigns:urges", OFFICIALS, BELOW, door=OFFICIALS),
    *form("campaigns:item", BUREAU, BELOW, door=OFFICIALS),
    *form("campaigns:item", BUREAU, BELOW, at="draft", sees=BUREAU, door=OFFICIALS),
    verb("campaigns:item-removal", BUREAU, BELOW, at="draft", sees=BUREAU),
    verb("campaigns:item-removal", BUREAU, BELOW, 409),
    # The provider knows of its own assignments.
    verb("campaigns:assignment-end", BUREAU, REVIEW, sees=BUREAU | PROVIDER),
    view("campaigns:obligation", OFFICIALS, T, at="submitted"),
    verb("campaigns:waiver", BUREAU, REVIEW, at="owed", post={"reason": "不再适用"}),
    verb("campaigns:waiver", BUREAU, REVIEW, 400, at="owed"),
    verb("campaigns:restoration", BUREAU, REVIEW, at="waived"),
    verb("campaigns:restoration", BUREAU, REVIEW, 409, at="owed"),
    verb("campaigns:reopening", BUREAU, REVIEW, at="accepted", post={"reason": "抽查发现问题"}),
    verb("campaigns:reopening", BUREAU, REVIEW, 409, at="owed", post={"reason": "抽查发现问题"}),
    verb("campaigns:urge", OFFICIALS, REVIEW),
)

MINE = (
    page("my:home", FIRM),
    view("my:obligation", FIRM, T, at="draft"),
    view("my:obligation", FIRM, T, at="submitted"),
    view("my:files", FIRM, T, at="draft"),
    verb("my:draft", MANAGERS, REVIEW, at="owed"),
    verb("my:draft", MANAGERS, REVIEW, 409, at="accepted"),
    verb("my:submission", MANAGERS, REVIEW, 400, at="draft"),
    verb("my:submission", MANAGERS, REVIEW, 409, at="accepted"),
    verb("my:withdrawal", MANAGERS, REVIEW, at="submitted"),
    verb("my:withdrawal", MANAGERS, REVIEW, 409, at="accepted"),
    verb("my:file-removal", MANAGERS, REVIEW, at="draft"),
)

REVIEWS = (
    page("reviews:queue", PROVIDER),
    page("reviews:queue", PROVIDER, query={"format": "xlsx"}),
    page("registry:import-list", OFFICIALS, query={"format": "xlsx"}),
    Row("POST reviews:desk", PROVIDER, frozenset({302}), door=PROVIDER),
    view("reviews:review", PROVIDER, REVIEW, at="submitted"),
    verb("reviews:claim", PROVIDER, REVIEW, at="submitted"),
    verb("reviews:claim", PROVIDER, REVIEW, 409, at="owed"),
    # The colleague of the reviewer who holds the claim is told that it is not theirs.
    verb("reviews:release", PROVIDER, REVIEW, 302, 409, at="in_review"),
    verb("reviews:acceptance", PROVIDER, REVIEW, 302, 409, at="in_review"),
    verb("reviews:return", PROVIDER, REVIEW, 400, 409, at="in_review"),
)

EDITORS = OFFICIALS | MANAGERS
REGISTRY = (
    page("registry:enterprise-list", OFFICIALS | PROVIDER | FIRM, 200, 302),
    page("registry:enterprise-list", OFFICIALS | PROVIDER | FIRM, 200, 302, query={"format": "xlsx"}),
    page("registry:enterprise-new", OFFICIALS),
    Row("POST registry:enterprise-new", OFFICIALS, frozenset({400}), door=OFFICIALS),
    Row("GET registry:enterprise-detail", READERS, frozenset({200}), sees=READERS, reach=REVIEW),
    Row("GET registry:enterprise-edit", EDITORS, frozenset({200}), sees=READERS, reach=REVIEW),
    # The firm's own form has no field that must be filled in.
    verb("registry:enterprise-edit", EDITORS, REVIEW, 302, 400),
    *form("registry:enterprise-move", BUREAU, REVIEW),
    *form("registry:enterprise-category", OFFICIALS, REVIEW),
    *form("registry:site-new", EDITORS, REVIEW),
    *form("registry:site-edit", EDITORS, REVIEW),
    page("registry:space-list", READERS),
    page("registry:space-list", READERS, query={"format": "xlsx"}),
    *form("registry:space-new", EDITORS, REVIEW),
    Row("GET registry:space-detail", READERS, frozenset({200}), sees=READERS, reach=REVIEW),
    *form("registry:space-edit", EDITORS, REVIEW),
    *form("registry:space-retire", EDITORS, REVIEW),
    *form("registry:space-isolation", EDITORS, REVIEW),
    page("registry:labels", EDITORS, 404),
    page("registry:import-list", OFFICIALS),
    page("registry:import-new", OFFICIALS),
    Row("POST registry:import-new", OFFICIALS, frozenset({400}), door=OFFICIALS),
    page("registry:template", OFFICIALS),
    view("registry:import-detail", OFFICIALS, T, at="preview"),
    view("registry:import-mapping", OFFICIALS, T, at="mapped"),
    verb("registry:import-mapping", OFFICIALS, T, 400, door=OFFICIALS, at="mapped", by_owner=True),
    verb("registry:import-apply", OFFICIALS, T, at="preview", sees=OFFICIALS, by_owner=True),
    verb("registry:import-apply", OFFICIALS, T, 409, at="mapped", sees=OFFICIALS, by_owner=True),
    verb("registry:import-discard", OFFICIALS, T, at="preview", sees=OFFICIALS, by_owner=True),
    view("registry:import-errors", OFFICIALS, T, at="preview"),
    public("registry:risk-card"),
    public("registry:risk-card", method="HEAD"),
)

TUS = {"Tus-Resumable": "1.0.0"}
EVIDENCE = (
    # What is wished for stands in headers that the matrix does not send: the shape is refused before any target is read.
    Row("POST evidence:uploads", EVERYONE, frozenset({400, 412})),
    Row("OPTIONS evidence:uploads", EVERYONE, frozenset({204})),
    # A POST here is another method in disguise; without the protocol's headers it is none.
    Row("POST evidence:upload", EVERYONE, frozenset({412}), reach=Reach.ANYWHERE),
    Row("HEAD evidence:upload", MANAGERS, frozenset({200}), sees=MANAGERS, reach=PERSON, headers=TUS),
    Row("PATCH evidence:upload", MANAGERS, frozenset({400, 415}), sees=MANAGERS, reach=PERSON, headers=TUS),
    Row("DELETE evidence:upload", MANAGERS, frozenset({204}), sees=MANAGERS, reach=PERSON, headers=TUS),
    Row("OPTIONS evidence:upload", EVERYONE, frozenset({204}), reach=Reach.ANYWHERE),
    Row(
        "GET evidence:file",
        READERS,
        frozenset({200}),
        sees=READERS,
        reach=REVIEW,
        at="submitted",
        fixed={"variant": "thumb"},
    ),
    Row(
        "GET evidence:file",
        READERS,
        frozenset({200}),
        sees=READERS,
        reach=REVIEW,
        at="submitted",
        fixed={"variant": "display"},
    ),
    # What was not put forward yet is the enterprise's own paper.
    Row("GET evidence:file", FIRM, frozenset({200}), sees=FIRM, reach=T, at="draft", fixed={"variant": "thumb"}),
    Row("GET evidence:file", FIRM, frozenset({404}), sees=FIRM, reach=T, at="draft", fixed={"variant": "original"}),
    verb("evidence:space-photo-removal", MANAGERS, REVIEW, sees=READERS | ADMIN),
)

KEEPERS = ADMIN | MANAGERS | {"provider_manager", "town_head"}
KEEP = Reach.KEEP
ACCOUNTS = (
    public("accounts:login", 200, 302),
    public("accounts:login", 400, method="POST"),
    public("accounts:login-code", 302),
    public("accounts:login-code", 302, method="POST"),
    public("accounts:logout", 302, method="POST"),
    public("accounts:language", 404, method="POST"),
    public("accounts:language", 302, method="POST", post={"language": "en"}),
    page("accounts:password", EVERYONE),
    Row("POST accounts:password", EVERYONE, frozenset({400})),
    page("accounts:totp", EVERYONE),
    Row("POST accounts:totp", EVERYONE, frozenset({200, 400})),
    Row("POST accounts:totp-removal", EVERYONE, frozenset({400})),
    page("accounts:memberships", EVERYONE),
    Row("POST accounts:memberships", EVERYONE, frozenset({404})),
    public("invitation"),
    # Who is signed in joins at once; who is not fills in a form; a role that is held already is refused.
    public("invitation", 302, 400, 409, method="POST"),
    page("people:list", KEEPERS),
    page("people:list", KEEPERS, query={"format": "xlsx"}),
    page("people:invitations", KEEPERS),
    page("people:invite", KEEPERS),
    Row("POST people:invite", KEEPERS, frozenset({400}), door=KEEPERS),
    view("people:detail", KEEPERS, KEEP),
    *form("people:role", KEEPERS, KEEP, door=KEEPERS, sees=KEEPERS),
    verb("people:end", KEEPERS, KEEP, door=KEEPERS, sees=KEEPERS),
    verb("people:invitation-withdraw", KEEPERS, KEEP, door=KEEPERS, sees=KEEPERS),
    *form("people:disable", ADMIN, KEEP, door=ADMIN, sees=ADMIN),
    verb("people:disable", ADMIN, KEEP, door=ADMIN, sees=ADMIN, post={"reason": "离职"}),
    verb("people:enable", ADMIN, KEEP, 409, door=ADMIN, sees=ADMIN),
    verb("people:sessions-end", ADMIN, KEEP, door=ADMIN, sees=ADMIN),
    verb("people:second-step-reset", ADMIN, KEEP, door=ADMIN, sees=ADMIN),
    verb("people:password-reset", ADMIN, KEEP, 200, door=ADMIN, sees=ADMIN),
    page("organisations:list", BUREAU | ADMIN),
    page("organisations:list", BUREAU | ADMIN, query={"format": "xlsx"}),
    page("organisations:new", ADMIN),
    Row("POST organisations:new", ADMIN, frozenset({400}), door=ADMIN),
    view("organisations:detail", BUREAU | ADMIN, T),
    *form("organisations:disable", ADMIN, T, door=ADMIN, sees=ADMIN),
    verb("organisations:disable", ADMIN, T, door=ADMIN, sees=ADMIN, post={"reason": "关停"}),
    verb("organisations:enable", ADMIN, T, 409, door=ADMIN, sees=ADMIN),
)

TABLE: tuple[Row, ...] = (*ACCOUNTS, *SHELL, *CAMPAIGNS, *MINE, *REVIEWS, *REGISTRY, *EVIDENCE)
