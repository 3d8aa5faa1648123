"""The demonstration district: Yinzhou's real towns, fictional enterprises and people, half-way through a campaign."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.contrib.auth.hashers import make_password

from anru.accounts import scope
from anru.accounts.models import Membership, Organisation, Person, Region
from anru.accounts.services import organisation_create, region_create
from anru.accounts.states import OrganisationKind, Role
from anru.campaigns.models import Campaign, Obligation
from anru.campaigns.services.campaign import assignment_open, campaign_create
from anru.campaigns.services.dispatch import campaign_dispatch, dispatch_batch
from anru.campaigns.services.snapshot import snapshot_take, tally_compact
from anru.kernel.actor import SYSTEM, Actor
from anru.kernel.clock import legal_date
from anru.kernel.ids import new_id
from anru.ops.demo import names
from anru.ops.demo.burnup import past_snapshots
from anru.ops.demo.gallery import make_gallery
from anru.ops.demo.history import Historian, plans
from anru.registry.models import Enterprise
from anru.registry.services import (
    EnterpriseFacts,
    IsolationFacts,
    SpaceFacts,
    enterprise_create,
    isolation_record,
    space_create,
)
from anru.rulebook.isolation import required_isolation
from anru.rulebook.regions import yinzhou
from anru.rulebook.vocabulary import default_hazards, suggested_consequences

SEED = 20220531
ENTERPRISES_N = 293
PASSWORD = "anru-demo-2026"  # noqa: S105 - printed at every demonstration start; a production start refuses it
# Every login of the demonstration, as the check before a production start looks for them.
LOGINS = re.compile(
    "(juzhang|jichuke|guanli|suozhang|zhenjie|shenhe|fuwu|baoxian|xiehui|qingyu|qiye|anquan|shenpi|jianhu|gongren)[0-9]*"
)
DOCUMENT = "鄞应急〔2022〕26号"
TOWNS = (
    "姜山镇",
    "五乡镇",
    "邱隘镇",
    "云龙镇",
    "横溪镇",
    "瞻岐镇",
    "咸祥镇",
    "塘溪镇",
    "东吴镇",
    "下应街道",
    "首南街道",
    "潘火街道",
    "钟公庙街道",
    "中河街道",
)
WEIGHT = (52, 40, 26, 30, 18, 24, 14, 12, 16, 20, 14, 14, 8, 5)
DAYS_GONE, DAYS_LEFT = 20, 30
Say = Callable[[str], None]


@dataclass
class Cast:
    """Who plays in the demonstration, by login name."""

    members: dict[str, Membership] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """Return the actor of a login, with the transaction's row scope set to them."""
        member = self.members[login]
        actor = scope.begin(member.person_id, member.pk)
        if actor is None:
            raise RuntimeError(f"demonstration login {login} has no membership")
        return actor


def load(at: datetime, font: Path, say: Say) -> None:
    """The whole district stands. Must run in one transaction; every load gives the same district, shifted to `at`."""
    dice = random.Random(SEED)  # noqa: S311 - a demonstration, not a secret
    began = at - timedelta(days=DAYS_GONE + 5)
    scope.begin_system()
    regions = _regions(began)
    cast = Cast()
    _offices(cast, regions, began, dice)
    say("地区、单位和人员已建立")
    firms = _enterprises(cast, regions, began, dice)
    say(f"{len(firms)} 家企业和有限空间已建立")
    campaign = _campaign(cast, regions, at)
    gallery = make_gallery(font, at)
    say("演示材料已生成")
    _history(cast, campaign, firms, Historian(dice, campaign, gallery, at), dice)
    _burn_up(campaign, at)
    say("整治进度已生成")


def _regions(at: datetime) -> dict[str, Region]:
    found: dict[str, Region] = {}
    for spec in yinzhou().regions.values():
        found[spec.code] = region_create(
            actor=SYSTEM,
            at=at,
            code=spec.code,
            name=spec.name.zh,
            parent=found.get(spec.parent),
            managed_by=spec.managed_by.zh if spec.managed_by else "",
        )
    return found


def _town_list(regions: dict[str, Region]) -> list[Region]:
    by_name = {region.name: region for region in regions.values()}
    return [by_name[name] for name in TOWNS]


def _district(regions: dict[str, Region]) -> Region:
    return regions["330212"]


def _person(cast: Cast, login: str, name: str, organisation: Organisation, role: str, at: datetime) -> Membership:
    if LOGINS.fullmatch(login) is None:
        raise RuntimeError(f"a production start would not look for the demonstration login {login}")
    person = Person(
        id=new_id(), username=login, name=name, password=_hashed(), must_change_password=False, created_at=at
    )
    person.save(force_insert=True)
    member = Membership(
        id=new_id(),
        person=person,
        organisation=organisation,
        role=role,
        scope_path=organisation.scope_path,
        created_at=at,
    )
    member.save(force_insert=True)
    cast.members[login] = member
    return member


_kept: dict[str, str] = {}


def _hashed() -> str:
    # One hash for all: hashing 600 passwords with Argon2 would take longer than all the rest.
    if "hash" not in _kept:
        _kept["hash"] = make_password(PASSWORD)
    return _kept["hash"]


def _offices(cast: Cast, regions: dict[str, Region], at: datetime, dice: random.Random) -> None:
    district = _district(regions)

    def office(kind: str, name: str, region: Region) -> Organisation:
        return organisation_create(actor=SYSTEM, at=at, kind=kind, name=name, region=region)

    bureau = office(OrganisationKind.BUREAU, "鄞州区应急管理局", district)
    _person(cast, "juzhang", "郑海峰", bureau, Role.BUREAU_LEADER, at)
    _person(cast, "jichuke", "陈思敏", bureau, Role.BUREAU_OFFICER, at)
    _person(cast, "guanli", "周立军", bureau, Role.ADMINISTRATOR, at)
    for number, town in enumerate(_town_list(regions), start=1):
        station = office(OrganisationKind.TOWN_OFFICE, f"{town.name}应急管理所", town)
        head = "suozhang" if number == 1 else f"suozhang{number:02d}"
        officer = "zhenjie" if number == 1 else f"zhenjie{number:02d}"
        _person(cast, head, names.person_name(dice), station, Role.TOWN_HEAD, at)
        _person(cast, officer, names.person_name(dice), station, Role.TOWN_OFFICER, at)
    for number, name in enumerate(("甬安安全技术服务有限公司", "明州安全评价有限公司"), start=1):
        provider = office(OrganisationKind.PROVIDER, name, district)
        suffix = "" if number == 1 else str(number)
        _person(cast, f"shenhe{suffix}", names.person_name(dice), provider, Role.REVIEWER, at)
        _person(cast, f"fuwu{suffix}", names.person_name(dice), provider, Role.PROVIDER_MANAGER, at)
    others = (
        (OrganisationKind.INSURER, "宁波安责险服务中心", Role.INSURER_STAFF, "baoxian"),
        (OrganisationKind.ASSOCIATION, "鄞州区安全生产协会", Role.ASSOCIATION_STAFF, "xiehui"),
        (OrganisationKind.CLEANING_TEAM, "甬清管网养护队", Role.CLEANING_LEAD, "qingyu"),
    )
    for kind, name, role, login in others:
        _person(cast, login, names.person_name(dice), office(kind, name, district), role, at)


def _enterprises(cast: Cast, regions: dict[str, Region], at: datetime, dice: random.Random) -> list[Enterprise]:
    towns = _town_list(regions)
    seats = [town for town, weight in zip(towns, WEIGHT, strict=True) for _ in range(weight)]
    trades = names.trades_in_order(dice, ENTERPRISES_N)
    used: set[str] = set()
    firms = []
    for number in range(ENTERPRISES_N):
        town, trade = seats[number], trades[number]
        firm = _enterprise(cast, number + 1, town, trade, used, at, dice)
        _spaces(firm, trade, at, dice)
        firms.append(firm)
    return firms


def _enterprise(
    cast: Cast, number: int, town: Region, trade: str, used: set[str], at: datetime, dice: random.Random
) -> Enterprise:
    principal, manager = names.person_name(dice), names.person_name(dice)
    facts = EnterpriseFacts(
        credit_code=names.credit_code(number),
        name=names.company_name(dice, trade, used),
        industry=trade,
        address=f"{town.name}{dice.choice(names.ROADS)}路{dice.randint(1, 899)}号",
        principal_name=principal,
        principal_phone=names.mobile(dice, number * 2),
        contact_name=manager,
        contact_phone=names.mobile(dice, number * 2 + 1),
        headcount=int(dice.lognormvariate(4, 0.9)) + 6,
    )
    firm = enterprise_create(actor=SYSTEM, at=at, town_id=town.pk, facts=facts)
    suffix = "" if number == 1 else f"{number:03d}"
    _person(cast, f"qiye{suffix}", principal, firm.organisation, Role.PRINCIPAL, at)
    _person(cast, f"anquan{suffix}", manager, firm.organisation, Role.SAFETY_MANAGER, at)
    if number == 1:
        _person(cast, "shenpi", names.person_name(dice), firm.organisation, Role.APPROVER, at)
        _person(cast, "jianhu", names.person_name(dice), firm.organisation, Role.GUARDIAN, at)
        _person(cast, "gongren", names.person_name(dice), firm.organisation, Role.WORKER, at)
    return firm


def _spaces(firm: Enterprise, trade: str, at: datetime, dice: random.Random) -> None:
    kinds = names.SPACES[trade]
    wanted = min(len(kinds), dice.choices((1, 2, 3, 4), weights=(12, 34, 35, 19))[0])
    for number, kind in enumerate(dice.sample(kinds, wanted), start=1):
        length, width, depth = (round(side * dice.uniform(0.8, 1.25), 1) for side in kind.size)
        hazards = tuple(default_hazards(kind.sub_type))
        space = space_create(
            actor=SYSTEM,
            at=at,
            enterprise_id=firm.pk,
            facts=SpaceFacts(
                number=f"YX-{number:02d}",
                name=kind.name,
                space_class=kind.space_class,
                sub_type=kind.sub_type,
                opening=kind.opening,
                location=kind.location,
                length_m=names.decimal_of(length),
                width_m=names.decimal_of(width),
                depth_m=names.decimal_of(depth),
                volume_m3=names.decimal_of(round(length * width * depth, 1)),
                entrances_n=1 if kind.opening != "open" else 2,
                hazards=hazards,
                consequences=tuple(suggested_consequences(hazards)),
                controls="入口上锁并设警示标志；作业前审批，先通风、再检测、后作业；专人监护。",
            ),
        )
        if dice.random() < 0.45:
            accepted = required_isolation(kind.space_class, kind.opening == "open", hazards)
            isolation_record(
                actor=SYSTEM,
                at=at,
                space_id=space.pk,
                facts=IsolationFacts(
                    state="in_place",
                    kind=str(accepted[0]),
                    checked_on=legal_date(at),
                    lock_keeper=firm.contact_name,
                ),
            )


def _campaign(cast: Cast, regions: dict[str, Region], at: datetime) -> Campaign:
    starts = at - timedelta(days=DAYS_GONE)
    officer = cast.actor("jichuke")
    campaign = campaign_create(
        actor=officer,
        at=starts,
        region_id=_district(regions).pk,
        name="有限空间作业安全生产整治攻坚行动",
        document_number=DOCUMENT,
        basis="《全面深化开展“七张问题清单”有限空间作业安全生产整治攻坚行动方案》",
        starts_on=legal_date(starts),
        due_on=legal_date(at + timedelta(days=DAYS_LEFT)),
    )
    for number, town in enumerate(_town_list(regions)):
        provider = cast.members["shenhe" if number < 8 else "shenhe2"].organisation
        assignment_open(
            actor=officer,
            at=starts,
            campaign_id=campaign.pk,
            organisation_id=provider.pk,
            region_id=town.pk,
            opens_on=campaign.starts_on,
            closes_on=legal_date(at + timedelta(days=365)),
        )
    campaign = campaign_dispatch(actor=officer, at=starts, campaign_id=campaign.pk)
    scope.begin_system()
    after = ""
    while True:
        n, after = dispatch_batch(campaign=campaign, at=starts, after=after)
        if n == 0:
            return campaign


def _history(
    cast: Cast, campaign: Campaign, firms: list[Enterprise], historian: Historian, dice: random.Random
) -> None:
    chosen = plans(dice, len(firms), untouched=0)
    split = sum(WEIGHT[:8])
    scope.begin_system()
    owed: dict[object, list[Obligation]] = {}
    for row in Obligation.objects.filter(campaign=campaign).select_related("item"):
        owed.setdefault(row.enterprise_id, []).append(row)
    for number, (firm, plan) in enumerate(zip(firms, chosen, strict=True)):
        suffix = "" if number == 0 else f"{number + 1:03d}"
        historian.live(
            plan,
            owed.get(firm.pk, []),
            partial(cast.actor, f"anquan{suffix}"),
            partial(cast.actor, "shenhe" if number < split else "shenhe2"),
        )


def _burn_up(campaign: Campaign, at: datetime) -> None:
    """Each day so far has its snapshot, worked out from when things were decided."""
    scope.begin_system()
    tally_compact(campaign)
    snapshot_take(campaign=campaign, day=legal_date(at), at=at)
    past_snapshots(campaign, at)
