"""Reading the registry. Every function starts from the rows that the actor may see."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from anru.accounts import scope
from anru.accounts.access import scope_regions
from anru.accounts.models import Region
from anru.kernel.actor import Actor
from anru.kernel.checksums import normalise_credit_code
from anru.registry.access import can_see_phones, scope_enterprises, scope_imports, scope_sites, scope_spaces
from anru.registry.models import ConfinedSpace, Enterprise, RosterImport, RosterRow, Site
from anru.registry.rules import masked_phone
from anru.registry.states import ImportStage, IsolationState

WITHOUT_CJK = re.compile(r"^[\x00-\x7f]+$")
MOST_LABELS = 400
CODE_PREFIX = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2,18}$")


@dataclass(frozen=True, slots=True)
class EnterpriseFilter:
    """What a list of enterprises is narrowed to; empty means all. The last three speak of spaces in use."""

    search: str = ""
    town_path: str = ""
    industry: str = ""
    category: str = ""
    space_class: str = ""
    hazard: str = ""
    isolation: str = ""


@dataclass(frozen=True, slots=True)
class SpaceFilter:
    """What a list of spaces is narrowed to; empty means all in use."""

    search: str = ""
    town_path: str = ""
    industry: str = ""
    space_class: str = ""
    hazard: str = ""
    isolation: str = ""
    enterprise_id: uuid.UUID | None = None
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Contacts:
    """The people to call, as far as the reader may know the numbers."""

    principal_name: str
    principal_phone: str
    contact_name: str
    contact_phone: str
    masked: bool


@dataclass(frozen=True, slots=True)
class RiskCard:
    """What the label on a space tells anybody who scans it: no name of a person, no number, no picture."""

    enterprise_name: str
    number: str
    name: str
    location: str
    space_class: str
    sub_type: str
    hazards: tuple[str, ...]
    consequences: tuple[str, ...]
    controls: str
    retired: bool


def towns(actor: Actor) -> QuerySet[Region]:
    """Return the towns of an official's territory, in the order of their codes."""
    return scope_regions(actor).filter(children__isnull=True).order_by("path")


def town_path(actor: Actor, code: str) -> str:
    """Return the path of a town by its code; a path that holds nothing when the actor has no such town."""
    return towns(actor).filter(code=code).values_list("path", flat=True).first() or "-"


def enterprises(actor: Actor, wanted: EnterpriseFilter) -> QuerySet[Enterprise]:
    """Return the enterprises that the actor sees and the filter keeps, by spelling, with their counts of spaces."""
    rows = scope_enterprises(actor).select_related("town")
    if wanted.search:
        rows = rows.filter(_named(wanted.search))
    if wanted.town_path:
        rows = rows.filter(town__path=wanted.town_path)
    if wanted.industry:
        rows = rows.filter(industry=wanted.industry)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    spaces = _of_kind(wanted.space_class, wanted.hazard, wanted.isolation)
    if spaces is not None:
        rows = rows.filter(Exists(_in_use(OuterRef("pk")).filter(spaces)))
    in_place = _in_use(OuterRef("pk")).filter(isolation_state=IsolationState.IN_PLACE.value)
    return rows.annotate(spaces_n=_counted(_in_use(OuterRef("pk"))), isolated_n=_counted(in_place)).order_by(
        "name_pinyin", "pk"
    )


def spaces(actor: Actor, wanted: SpaceFilter) -> QuerySet[ConfinedSpace]:
    """Return the spaces that the actor sees and the filter keeps, by enterprise and number."""
    rows = scope_spaces(actor).select_related("enterprise", "enterprise__town", "site")
    rows = rows.filter(retired_at__isnull=not wanted.retired)
    if wanted.search:
        own = Q(name__icontains=wanted.search) | Q(number__istartswith=wanted.search)
        rows = rows.filter(own | _named(wanted.search, "enterprise__"))
    if wanted.town_path:
        rows = rows.filter(enterprise__town__path=wanted.town_path)
    if wanted.industry:
        rows = rows.filter(enterprise__industry=wanted.industry)
    if wanted.enterprise_id:
        rows = rows.filter(enterprise_id=wanted.enterprise_id)
    kind = _of_kind(wanted.space_class, wanted.hazard, wanted.isolation)
    if kind is not None:
        rows = rows.filter(kind)
    return rows.order_by("enterprise__name_pinyin", "enterprise_id", "number")


def category_counts(actor: Actor, wanted: EnterpriseFilter) -> dict[str, int]:
    """Return how many enterprises of each category the filter keeps, whatever category it names."""
    rows = enterprises(actor, EnterpriseFilter(**{**_fields(wanted), "category": ""}))
    return dict(rows.order_by().values_list("category").annotate(n=Count("pk")))


def isolation_counts(actor: Actor, wanted: SpaceFilter) -> dict[str, int]:
    """Return how many spaces stand in each state of isolation, whatever state the filter names."""
    rows = spaces(actor, SpaceFilter(**{**_fields(wanted), "isolation": ""}))
    return dict(rows.order_by().values_list("isolation_state").annotate(n=Count("pk")))


def enterprise(actor: Actor, enterprise_id: uuid.UUID) -> Enterprise | None:
    """Return one enterprise that the actor sees, or None."""
    return scope_enterprises(actor).select_related("town", "town__parent").filter(pk=enterprise_id).first()


def spaces_of(actor: Actor, enterprise_id: uuid.UUID) -> list[ConfinedSpace]:
    """Return the spaces of one enterprise, those in use first."""
    rows = scope_spaces(actor).select_related("site").filter(enterprise_id=enterprise_id)
    return list(rows.order_by(F("retired_at").asc(nulls_first=True), "number"))


def sites_of(actor: Actor, enterprise_id: uuid.UUID) -> list[Site]:
    """Return the sites of one enterprise in the order of their making, with the number of spaces in use at each."""
    in_use = Count("spaces", filter=Q(spaces__retired_at__isnull=True))
    return list(scope_sites(actor).filter(enterprise_id=enterprise_id).annotate(spaces_n=in_use).order_by("pk"))


def site(actor: Actor, site_id: uuid.UUID) -> Site | None:
    """Return one site that the actor sees, or None."""
    return scope_sites(actor).select_related("enterprise").filter(pk=site_id).first()


def space(actor: Actor, space_id: uuid.UUID) -> ConfinedSpace | None:
    """Return one space that the actor sees, or None."""
    rows = scope_spaces(actor).select_related("enterprise", "enterprise__town", "site")
    return rows.filter(pk=space_id).first()


def site_choices(actor: Actor, enterprise_id: uuid.UUID) -> QuerySet[Site]:
    """Return the sites of one enterprise for a form, the first one first."""
    return scope_sites(actor).filter(enterprise_id=enterprise_id).order_by("pk")


def labels_wanted(
    actor: Actor, *, enterprise_id: uuid.UUID | None, space_ids: Sequence[uuid.UUID]
) -> list[ConfinedSpace]:
    """Return the spaces in use whose labels are printed: the chosen ones, else all of the enterprise."""
    rows = scope_spaces(actor).filter(retired_at__isnull=True).select_related("enterprise")
    if space_ids:
        rows = rows.filter(pk__in=space_ids)
    elif enterprise_id is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    else:
        return []
    return list(rows.order_by("enterprise__name_pinyin", "enterprise_id", "number")[:MOST_LABELS])


def contacts(actor: Actor, enterprise: Enterprise) -> Contacts:
    """Return the people to call; numbers are masked for readers outside the enterprise and its offices."""
    masked = not can_see_phones(actor, enterprise)
    phones = [enterprise.principal_phone, enterprise.contact_phone]
    shown = [shown_phone(phone, masked=masked) for phone in phones]
    return Contacts(enterprise.principal_name, shown[0], enterprise.contact_name, shown[1], masked)


def shown_phone(phone: str, *, masked: bool) -> str:
    """Return a telephone number as the reader may see it."""
    return masked_phone(phone) if masked and phone else phone


def risk_card(token: str, actor: Actor | None) -> RiskCard | None:
    """Return the public facts behind a label's token, or None.

    Reads one row whatever the reader's scope, then puts the reader's own scope back for the rest of the transaction.
    """
    with scope.acting_as_system():
        row = ConfinedSpace.objects.select_related("enterprise").filter(card_token=token).first()
    if actor is not None and actor.person_id is not None:
        scope.begin(actor.person_id, actor.membership_id)
    else:
        scope.begin_nobody()
    if row is None:
        return None
    return RiskCard(
        enterprise_name=row.enterprise.name,
        number=row.number,
        name=row.name,
        location=row.location,
        space_class=row.space_class,
        sub_type=row.sub_type,
        hazards=tuple(row.hazards),
        consequences=tuple(row.consequences),
        controls=row.controls,
        retired=row.retired_at is not None,
    )


def imports(actor: Actor) -> QuerySet[RosterImport]:
    """Return the roster imports that the actor sees, newest first."""
    return scope_imports(actor).select_related("person", "organisation", "job")


def import_run(actor: Actor, import_id: uuid.UUID) -> RosterImport | None:
    """Return one roster import that the actor sees, or None."""
    return imports(actor).filter(pk=import_id).first()


def import_rows(actor: Actor, run: RosterImport, *, outcome: str = "", search: str = "") -> QuerySet[RosterRow]:
    """Return the judged rows of an import, in the order of the file."""
    rows = RosterRow.objects.filter(run__in=scope_imports(actor).filter(pk=run.pk))
    if outcome:
        rows = rows.filter(outcome=outcome)
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(credit_code__istartswith=search))
    return rows.order_by("row_no")


def imports_awaiting(actor: Actor) -> QuerySet[RosterImport]:
    """Return the imports of the actor's own office that wait for somebody to go on with them."""
    waiting = [ImportStage.UPLOADED.value, ImportStage.MAPPED.value, ImportStage.PREVIEW.value]
    if actor.organisation_id is None:
        return RosterImport.objects.none()
    return scope_imports(actor).filter(organisation_id=actor.organisation_id, stage__in=waiting)


def _named(search: str, prefix: str = "") -> Q:
    """Match a name, its spelling or the beginning of its credit code.

    Django's icontains wraps the column in UPPER(), which the trigram index on the plain column cannot serve; Chinese
    has no case, and Latin letters are found through the spelling, which is lower case.
    """
    found = Q(**{f"{prefix}name__contains": search})
    if WITHOUT_CJK.match(search):
        letters = re.sub(r"[^0-9a-z]", "", search.lower())
        if letters:
            found |= Q(**{f"{prefix}name_pinyin__contains": letters})
        code = normalise_credit_code(search)
        if CODE_PREFIX.match(code):
            found |= Q(**{f"{prefix}credit_code__startswith": code})
    return found


def _of_kind(space_class: str, hazard: str, isolation: str) -> Q | None:
    if not (space_class or hazard or isolation):
        return None
    kind = Q()
    if space_class:
        kind &= Q(space_class=space_class)
    if hazard:
        kind &= Q(hazards__contains=[hazard])
    if isolation:
        kind &= Q(isolation_state=isolation)
    return kind


def _in_use(enterprise: OuterRef) -> QuerySet[ConfinedSpace]:
    return ConfinedSpace.objects.filter(enterprise_id=enterprise, retired_at__isnull=True).order_by()


def _counted(rows: QuerySet[ConfinedSpace]) -> Coalesce:
    return Coalesce(Subquery(rows.values("enterprise_id").annotate(n=Count("pk")).values("n")), 0)


def _fields(wanted: Any) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in wanted.__dataclass_fields__}
