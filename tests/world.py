"""One cast for all tests. Worlds are built through services, as people would build them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from anru.accounts import scope
from anru.accounts.models import Membership, Organisation, Person, Region
from anru.accounts.services import membership_create, organisation_create, person_create, region_create
from anru.accounts.states import OrganisationKind, Role
from anru.campaigns.models import Campaign, Obligation
from anru.campaigns.services.campaign import assignment_open, campaign_create
from anru.campaigns.services.dispatch import campaign_dispatch, dispatch_batch
from anru.campaigns.services.proof import draft_attach, draft_open, draft_save, obligation_submit
from anru.campaigns.spec import read_spec
from anru.evidence.models import File
from anru.kernel.actor import SYSTEM, Actor
from anru.kernel.ids import new_id
from anru.registry.models import ConfinedSpace, Enterprise
from anru.registry.services import EnterpriseFacts, SpaceFacts, enterprise_create, space_create

NOON = datetime(2026, 6, 10, 4, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery-安入"


def later(**span: float) -> datetime:
    """Return an instant after the world's noon."""
    return NOON + timedelta(**span)


@dataclass
class World:
    """The cast: two towns of one district, a foreign district, an enterprise in each, and people of every role."""

    district: Region
    town: Region
    other_town: Region
    foreign_district: Region
    foreign_town: Region
    bureau: Organisation
    office: Organisation
    other_office: Organisation
    foreign_bureau: Organisation
    provider: Organisation
    other_provider: Organisation
    enterprise: Enterprise
    neighbour: Enterprise
    elsewhere: Enterprise
    foreign: Enterprise
    space: ConfinedSpace
    people: dict[str, Membership] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Return the actor of a cast member and set the row scope of the running transaction to them."""
        member = self.people[name]
        actor = scope.begin(member.person_id, member.pk)
        assert actor is not None, name
        return actor

    def system(self) -> Actor:
        """Return the system actor and open the running transaction to every row."""
        return scope.begin_system()


CAST: Sequence[tuple[str, str, Role]] = (
    ("leader", "bureau", Role.BUREAU_LEADER),
    ("officer", "bureau", Role.BUREAU_OFFICER),
    ("administrator", "bureau", Role.ADMINISTRATOR),
    ("town_head", "office", Role.TOWN_HEAD),
    ("town_officer", "office", Role.TOWN_OFFICER),
    ("other_town_officer", "other_office", Role.TOWN_OFFICER),
    ("foreign_officer", "foreign_bureau", Role.BUREAU_OFFICER),
    ("principal", "enterprise", Role.PRINCIPAL),
    ("safety_manager", "enterprise", Role.SAFETY_MANAGER),
    ("approver", "enterprise", Role.APPROVER),
    ("guardian", "enterprise", Role.GUARDIAN),
    ("worker", "enterprise", Role.WORKER),
    ("stranger", "neighbour", Role.PRINCIPAL),
    ("elsewhere_principal", "elsewhere", Role.PRINCIPAL),
    ("foreign_principal", "foreign", Role.PRINCIPAL),
    ("reviewer", "provider", Role.REVIEWER),
    ("second_reviewer", "provider", Role.REVIEWER),
    ("provider_manager", "provider", Role.PROVIDER_MANAGER),
    ("other_reviewer", "other_provider", Role.REVIEWER),
)


def make_world(at: datetime = NOON) -> World:
    """The whole cast stands in the database; the transaction is left open to every row."""
    scope.begin_system()
    province = region_create(actor=SYSTEM, at=at, code="33", name="浙江省", parent=None)
    city = region_create(actor=SYSTEM, at=at, code="3302", name="宁波市", parent=province)
    district = region_create(actor=SYSTEM, at=at, code="330212", name="鄞州区", parent=city)
    town = region_create(actor=SYSTEM, at=at, code="330212110", name="姜山镇", parent=district)
    other_town = region_create(actor=SYSTEM, at=at, code="330212105", name="五乡镇", parent=district)
    foreign_district = region_create(actor=SYSTEM, at=at, code="330203", name="海曙区", parent=city)
    foreign_town = region_create(actor=SYSTEM, at=at, code="330203001", name="南门街道", parent=foreign_district)
    places = {
        "bureau": (OrganisationKind.BUREAU, "鄞州区应急管理局", district),
        "office": (OrganisationKind.TOWN_OFFICE, "姜山镇应急管理所", town),
        "other_office": (OrganisationKind.TOWN_OFFICE, "五乡镇应急管理所", other_town),
        "foreign_bureau": (OrganisationKind.BUREAU, "海曙区应急管理局", foreign_district),
        "provider": (OrganisationKind.PROVIDER, "甬安安全技术服务有限公司", district),
        "other_provider": (OrganisationKind.PROVIDER, "明州安全评价有限公司", district),
    }
    offices = {
        name: organisation_create(actor=SYSTEM, at=at, kind=kind, name=title, region=region)
        for name, (kind, title, region) in places.items()
    }
    firms = {
        "enterprise": make_enterprise("宁波测试机械有限公司", 1, town, at),
        "neighbour": make_enterprise("宁波隔壁纺织有限公司", 2, town, at),
        "elsewhere": make_enterprise("宁波五乡食品有限公司", 3, other_town, at),
        "foreign": make_enterprise("宁波海曙建材有限公司", 4, foreign_town, at),
    }
    space = make_space(firms["enterprise"], at)
    for firm in ("neighbour", "elsewhere", "foreign"):
        make_space(firms[firm], at)
    world = World(
        district=district,
        town=town,
        other_town=other_town,
        foreign_district=foreign_district,
        foreign_town=foreign_town,
        space=space,
        **offices,
        **firms,
    )
    for name, place, role in CAST:
        organisation = offices.get(place) or firms[place].organisation
        world.people[name] = make_member(name, organisation, role, at)
    return world


def make_member(name: str, organisation: Organisation, role: str, at: datetime = NOON) -> Membership:
    """A person of that login name stands with one membership and the tests' password."""
    person, _ = person_create(actor=SYSTEM, at=at, username=name, name=f"测试{name}")
    Person.objects.filter(pk=person.pk).update(must_change_password=False)
    return membership_create(actor=SYSTEM, at=at, person=person, organisation=organisation, role=role)


def credit_code(number: int) -> str:
    """Return the number-th valid credit code of the tests."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    stem = f"91330212MA9{number:06d}"
    total = sum(alphabet.index(char) * weight for char, weight in zip(stem, weights, strict=True))
    return stem + alphabet[(31 - total % 31) % 31]


def make_enterprise(name: str, number: int, town: Region, at: datetime = NOON, **facts: Any) -> Enterprise:
    """An enterprise of that name stands in the town."""
    wanted: dict[str, Any] = {"industry": "machinery", "address": f"{town.name}测试路{number}号", **facts}
    return enterprise_create(
        actor=SYSTEM,
        at=at,
        town_id=town.pk,
        facts=EnterpriseFacts(credit_code=credit_code(number), name=name, **wanted),
    )


def make_space(enterprise: Enterprise, at: datetime = NOON, number: str = "A-01", **facts: Any) -> ConfinedSpace:
    """A sewage pool stands in the enterprise's ledger."""
    wanted: dict[str, Any] = {
        "name": "污水调节池",
        "space_class": "underground",
        "sub_type": "sewage_pool",
        "opening": "semi_closed",
        "location": "厂区西北角",
        "hazards": ("h2s", "o2_deficiency"),
        **facts,
    }
    return space_create(actor=SYSTEM, at=at, enterprise_id=enterprise.pk, facts=SpaceFacts(number=number, **wanted))


def make_campaign(
    world: World,
    at: datetime = NOON,
    *,
    dispatched: bool = True,
    around: date | None = None,
    name: str = "有限空间专项整治",
) -> Campaign:
    """A campaign of the district stands, dispatched to every enterprise in it, with a reviewing provider.

    Its days are those of the tests' summer, or lie around the given day.
    """
    starts_on = around - timedelta(days=20) if around else date(2026, 5, 11)
    due_on = around + timedelta(days=30) if around else date(2026, 6, 30)
    closes_on = around + timedelta(days=180) if around else date(2066, 12, 31)
    officer = world.actor("officer")
    campaign = campaign_create(
        actor=officer,
        at=at,
        region_id=world.district.pk,
        name=name,
        document_number="鄞应急〔2026〕26号",
        basis="测试依据",
        starts_on=starts_on,
        due_on=due_on,
    )
    assignment_open(
        actor=officer,
        at=at,
        campaign_id=campaign.pk,
        organisation_id=world.provider.pk,
        region_id=world.district.pk,
        opens_on=starts_on,
        closes_on=closes_on,
    )
    if dispatched:
        campaign = campaign_dispatch(actor=officer, at=at, campaign_id=campaign.pk)
        world.system()
        after = ""
        while True:
            n, after = dispatch_batch(campaign=campaign, at=at, after=after)
            if n == 0:
                break
    world.system()
    return campaign


def picture(shade: int = 120) -> bytes:
    """Return the bytes of a small real JPEG; each shade gives other bytes."""
    out = BytesIO()
    Image.new("RGB", (640, 480), (shade % 256, (shade * 7) % 256, 90)).save(out, "JPEG")
    return out.getvalue()


def make_file(enterprise: Enterprise, member: Membership, medium: str = "photo", at: datetime = NOON) -> File:
    """A decoded file of the enterprise stands in the database (its bytes are not in the store)."""
    digest = uuid.uuid4().hex * 2
    return File.objects.create(
        id=new_id(),
        enterprise=enterprise,
        scope_path=enterprise.scope_path,
        person_id=member.person_id,
        organisation_id=member.organisation_id,
        sha256=digest,
        size_bytes=1000,
        file_name="证据.jpg",
        medium=medium,
        media_type="image/jpeg",
        state="ready",
        display_sha256=digest,
        thumb_sha256=digest,
        created_at=at,
    )


def submit(world: World, obligation: Obligation, who: str = "safety_manager", at: datetime = NOON) -> Obligation:
    """The obligation is filled in completely and submitted by that cast member."""
    actor = world.actor(who)
    draft_open(actor=actor, at=at, obligation_id=obligation.pk)
    spec = read_spec(obligation.item.spec)
    member = world.people[who]
    enterprise = Enterprise.objects.get(pk=obligation.enterprise_id)
    for slot in spec.slots:
        if slot.is_file:
            for _ in range(slot.least):
                file = make_file(enterprise, member, slot.medium, at)
                draft_attach(actor=actor, at=at, obligation_id=obligation.pk, slot=slot.code, file=file)
    values = {slot.code: field_value(slot) for slot in spec.slots if not slot.is_file}
    draft_save(actor=actor, at=at, obligation_id=obligation.pk, statement="已完成", fields=values)
    return obligation_submit(actor=actor, at=at, obligation_id=obligation.pk)


def field_value(slot: Any) -> str:
    """Return a valid value for a field slot."""
    if slot.medium == "date":
        return "2026-05-20"
    if slot.medium == "number":
        return "2"
    if slot.medium == "choice":
        return str(slot.choices[0].code)
    return "已落实"


def owed(world: World, code: str, enterprise: Enterprise | None = None) -> Obligation:
    """Return what the enterprise owes for an item."""
    world.system()
    wanted = (enterprise or world.enterprise).pk
    return Obligation.objects.select_related("item").filter(enterprise_id=wanted, item__code=code).order_by("pk")[0]
