"""Every kind of object in every standing that the permission table names, at four places of the tree."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from anru.accounts.models import Organisation
from anru.accounts.services import invitation_create, organisation_create
from anru.accounts.states import OrganisationKind, Role
from anru.campaigns.models import Campaign, Obligation, Participation, RequiredItem, ReviewAssignment
from anru.campaigns.services.campaign import campaign_create
from anru.campaigns.services.dispatch import campaign_dispatch, dispatch_batch
from anru.campaigns.services.proof import draft_attach, draft_open
from anru.campaigns.spec import read_spec
from anru.evidence.models import File
from anru.evidence.services import space_photo_add, store, upload_open
from anru.jobs.services import job_open
from anru.kernel import clock
from anru.kernel.actor import SYSTEM
from anru.registry.models import ConfinedSpace, Enterprise, RosterImport, Site
from anru.registry.services.roster import roster_map, roster_upload
from anru.registry.tasks import roster_check
from tests.delivery import deliver
from tests.registry.rosterfiles import ENTERPRISE_TITLES, enterprise_line, write_roster
from tests.stages import bring
from tests.world import World, make_campaign, make_file, make_member, make_world, picture

PLACES = ("own", "same", "other", "foreign")
STANDINGS = ("owed", "draft", "submitted", "in_review", "accepted", "waived")
MEMBER = {
    "bureau_leader": "leader",
    "bureau_officer": "officer",
    "administrator": "administrator",
    "town_head": "town_head",
    "town_officer": "town_officer",
    "principal": "principal",
    "safety_manager": "safety_manager",
    "approver": "approver",
    "guardian": "guardian",
    "worker": "worker",
    "provider_manager": "provider_manager",
    "reviewer": "reviewer",
    "insurer_staff": "insurer",
    "association_staff": "association",
    "cleaning_lead": "cleaner",
}
MANAGER_AT = {
    "own": "safety_manager",
    "same": "stranger",
    "other": "elsewhere_principal",
    "foreign": "foreign_principal",
}
# People whom no role of the matrix is played by.
STRANGER_AT = {
    "own": "second_reviewer",
    "same": "stranger",
    "other": "elsewhere_principal",
    "foreign": "foreign_officer",
}
OFFICER_AT = {
    "own": "town_officer",
    "same": "town_officer",
    "other": "other_town_officer",
    "foreign": "foreign_officer",
}


@dataclass
class Scene:
    """The world and, for each place and standing, the arguments that an address of an object takes."""

    world: World
    objects: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    owned: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    """The job or upload of one role: (argument, role)."""

    def arguments(self, place: str, at: str, names: Mapping[str, object], role: str) -> dict[str, object]:
        """Return what stands in the address: the identifiers of a place, or ones that nothing carries."""
        if place == "nowhere":
            return {name: "nothing-carries-this" if "token" in name else uuid.uuid4() for name in names}
        found = {**self.objects[place, ""], **self.objects.get((place, at), {})}
        if place == "own":
            found.update({name: key for (name, owner), key in self.owned.items() if owner == role})
        return {name: found[name] for name in names}


def make_scene(folder: Path) -> Scene:
    """Everything stands; the transaction is left open to every row."""
    now = clock.now()
    world = make_world(now)
    for kind, name, role in (
        (OrganisationKind.INSURER, "insurer", Role.INSURER_STAFF),
        (OrganisationKind.ASSOCIATION, "association", Role.ASSOCIATION_STAFF),
        (OrganisationKind.CLEANING_TEAM, "cleaner", Role.CLEANING_LEAD),
    ):
        world.system()
        place = organisation_create(actor=SYSTEM, at=now, kind=kind, name=f"测试{name}", region=world.district)
        world.people[name] = make_member(name, place, role, now)
    campaign = make_campaign(world, now, around=clock.legal_date(now))
    foreign = _foreign_campaign(world)
    scene = Scene(world)
    firms = {"own": world.enterprise, "same": world.neighbour, "other": world.elsewhere, "foreign": world.foreign}
    for place, firm in firms.items():
        _enterprise_objects(scene, place, firm, foreign if place == "foreign" else campaign, folder)
    _drafts(scene)
    for role, name in MEMBER.items():
        actor = world.actor(name)
        scene.owned["job_id", role] = job_open(actor=actor, kind="roster_check", title="任务", at=now).pk
        if role in {Role.PRINCIPAL, Role.SAFETY_MANAGER}:
            scene.owned["upload_id", role] = _upload(scene, name, "own")
    world.system()
    return scene


def _foreign_campaign(world: World) -> Campaign:
    now = clock.now()
    today = clock.legal_date(now)
    officer = world.actor("foreign_officer")
    made = campaign_create(
        actor=officer,
        at=now,
        region_id=world.foreign_district.pk,
        name="海曙区专项整治",
        document_number="海应急〔2026〕1号",
        basis="",
        starts_on=today - timedelta(days=5),
        due_on=today + timedelta(days=50),
    )
    made = campaign_dispatch(actor=officer, at=now, campaign_id=made.pk)
    world.system()
    dispatch_batch(campaign=made, at=now, after="")
    return made


def _enterprise_objects(scene: Scene, place: str, firm: Enterprise, campaign: Campaign, folder: Path) -> None:
    world, now = scene.world, clock.now()
    world.system()
    space = ConfinedSpace.objects.filter(enterprise=firm)[0]
    hand = make_member(f"hand-{place}", Organisation.objects.get(pk=firm.pk), Role.WORKER, now)
    member = world.people[MANAGER_AT[place]]
    photo = space_photo_add(
        actor=world.actor(MANAGER_AT[place]), at=now, space=space, view="overall", file=_real_file(firm, member)
    )
    invitation, token = invitation_create(
        actor=world.actor(MANAGER_AT[place]),
        at=now,
        organisation=Organisation.objects.get(pk=firm.pk),
        role=Role.GUARDIAN,
        name="新人",
    )
    world.system()
    assignment = ReviewAssignment.objects.filter(campaign=campaign).first()
    scene.objects[place, ""] = {
        "enterprise_id": firm.pk,
        "organisation_id": firm.pk,
        "site_id": Site.objects.filter(enterprise=firm)[0].pk,
        "space_id": space.pk,
        "card_token": space.card_token,
        "photo_id": photo.pk,
        "person_id": hand.person_id,
        "membership_id": hand.pk,
        "invitation_id": invitation.pk,
        "token": token,
        "campaign_id": campaign.pk,
        "item_id": RequiredItem.objects.filter(campaign=campaign)[0].pk,
        "participation_id": Participation.objects.get(campaign=campaign, enterprise=firm).pk,
        "assignment_id": assignment.pk if assignment else uuid.uuid4(),
        "upload_id": _upload(scene, MANAGER_AT[place], place),
        "job_id": job_open(actor=world.actor(STRANGER_AT[place]), kind="roster_check", title="别人的", at=now).pk,
    }
    _obligations(scene, place, firm, campaign)
    _imports(scene, place, folder)


def _obligations(scene: Scene, place: str, firm: Enterprise, campaign: Campaign) -> None:
    world, now = scene.world, clock.now()
    world.system()
    rows = list(
        Obligation.objects.select_related("item").filter(campaign=campaign, enterprise=firm).order_by("item__code")
    )
    for row, standing in zip(rows, STANDINGS, strict=True):
        if place != "foreign":
            bring(world, row, standing, at=now)
        scene.objects[place, standing] = {"obligation_id": row.pk}
    draft = rows[1]
    manager = MANAGER_AT[place]
    member = world.people[manager]
    slot = next(slot for slot in read_spec(draft.item.spec).slots if slot.is_file)
    world.system()
    paper, shown = _real_file(firm, member), _real_file(firm, member)
    actor = world.actor(manager)
    draft_open(actor=actor, at=now, obligation_id=draft.pk)
    held = draft_attach(actor=actor, at=now, obligation_id=draft.pk, slot=slot.code, file=paper)
    scene.objects[place, "draft"] = {"obligation_id": draft.pk, "attachment_id": held.pk, "file_id": paper.pk}
    world.system()
    # A picture that stands in the space's file is seen by all who see the space, as a submitted one is.
    scene.objects[place, "submitted"]["file_id"] = shown.pk
    space = ConfinedSpace.objects.filter(enterprise=firm)[0]
    space_photo_add(actor=world.actor(manager), at=now, space=space, view="entrance", file=shown)


def _imports(scene: Scene, place: str, folder: Path) -> None:
    world, now = scene.world, clock.now()
    who = OFFICER_AT[place]
    for standing in ("mapped", "preview"):
        path = write_roster(folder / f"{place}-{standing}.xlsx", ENTERPRISE_TITLES, [enterprise_line(900)])
        run = roster_upload(actor=world.actor(who), at=now, content=path, file_name=path.name)
        if standing == "preview":
            run = roster_map(actor=world.actor(who), at=now, import_id=run.pk, choice=run.mapping)
            deliver(roster_check, job_id=str(run.job_id))
            world.system()
            run = RosterImport.objects.get(pk=run.pk)
        assert run.stage in {standing, "uploaded"}, (place, run.stage)
        scene.objects[place, standing] = {"import_id": run.pk}


def _drafts(scene: Scene) -> None:
    world = scene.world
    world.system()
    local = make_campaign(
        world, clock.now(), dispatched=False, around=clock.legal_date(clock.now()), name="筹备中的行动"
    )
    for place in PLACES:
        campaign = local if place != "foreign" else None
        scene.objects[place, "draft"] = {
            **scene.objects[place, "draft"],
            "campaign_id": campaign.pk if campaign else uuid.uuid4(),
            "item_id": RequiredItem.objects.filter(campaign=campaign)[0].pk if campaign else uuid.uuid4(),
        }


def _upload(scene: Scene, who: str, place: str) -> uuid.UUID:
    world = scene.world
    firm = {"own": world.enterprise, "same": world.neighbour, "other": world.elsewhere, "foreign": world.foreign}[place]
    actor = world.actor(who)
    upload = upload_open(
        actor=actor,
        at=clock.now(),
        enterprise_id=firm.pk,
        target_kind="space",
        target_id=ConfinedSpace.objects.filter(enterprise=firm)[0].pk,
        slot="overall",
        medium="photo",
        file_name="a.jpg",
        total_bytes=1000,
    )
    return upload.pk


def _real_file(firm: Enterprise, member: object) -> File:
    """A decoded file whose renderings lie in the store."""
    file = make_file(firm, member)  # type: ignore[arg-type]
    names = {}
    for folder in ("display", "thumbs"):
        source = Path(store().base) / f"{uuid.uuid4().hex}.jpg"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(picture(uuid.uuid4().int % 256) + uuid.uuid4().bytes)
        names[folder] = store().adopt_rendering(source, folder)
    File.objects.filter(pk=file.pk).update(display_sha256=names["display"], thumb_sha256=names["thumbs"])
    file.refresh_from_db()
    return file
