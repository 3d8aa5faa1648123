"""Fills an empty database with a province. Imported only after Django is set up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from psycopg import ClientCursor

from anru.accounts.models import Organisation, Person, Region
from anru.accounts.scope import acting_as, acting_as_system
from anru.accounts.services import membership_create, organisation_create, person_create
from anru.accounts.states import OrganisationKind, Role
from anru.campaigns.models import Campaign
from anru.campaigns.services.campaign import assignment_open, campaign_create
from anru.campaigns.services.snapshot import tally_compact
from anru.campaigns.states import CampaignState
from anru.kernel import clock
from anru.kernel.actor import SYSTEM
from anru.ops.grants import grant_runtime

HERE = Path(__file__).resolve().parent
DOCUMENT = "基准〔2026〕1号"
AUTHOR = "bench-author"
PEOPLE = (
    ("bench-leader", Role.BUREAU_LEADER, OrganisationKind.BUREAU, "99"),
    ("bench-officer", Role.BUREAU_OFFICER, OrganisationKind.BUREAU, "99"),
    ("bench-town", Role.TOWN_OFFICER, OrganisationKind.TOWN_OFFICE, "990101001"),
    ("bench-reviewer", Role.REVIEWER, OrganisationKind.PROVIDER, "99"),
)


def fill(enterprises: int) -> None:
    """The province stands: regions, offices, one campaign with six items, and the given number of enterprises."""
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    grant_runtime()
    run_sql("regions.sql")
    with acting_as_system():
        _people()
    _campaign()
    run_sql("province.sql", enterprises=enterprises, document=DOCUMENT, author=AUTHOR)
    with acting_as_system():
        tally_compact(Campaign.objects.get(document_number=DOCUMENT))
        _enterprise_person()
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def run_sql(name: str, **facts: object) -> None:
    """The statements of a file have run as the owner, with every row in sight."""
    with connections["owner"].cursor() as cursor:
        raw = ClientCursor(cursor.connection)
        raw.execute("BEGIN; SELECT anru_begin_system(); SET LOCAL synchronous_commit = off")
        raw.execute((HERE / name).read_text(encoding="utf-8"), facts)  # type: ignore[arg-type]
        raw.execute("COMMIT")


def _people() -> None:
    at = clock.now()
    offices: dict[tuple[str, str], Organisation] = {}
    for login, role, kind, code in PEOPLE:
        region = Region.objects.get(code=code)
        place = (kind, code)
        if place not in offices:
            offices[place] = organisation_create(
                actor=SYSTEM, at=at, kind=kind, name=f"基准{kind}{code}", region=region
            )
        person, _password = person_create(actor=SYSTEM, at=at, username=login, name=login)
        membership_create(actor=SYSTEM, at=at, person=person, organisation=offices[place], role=role)
    person_create(actor=SYSTEM, at=at, username=AUTHOR, name=AUTHOR)
    Person.objects.update(must_change_password=False, password=make_password(None))


def _campaign() -> None:
    at = clock.now()
    today = clock.legal_date(at)
    officer = Person.objects.get(username="bench-officer")
    with acting_as(officer.pk, None) as actor:
        region = Region.objects.get(code="99")
        campaign = campaign_create(
            actor=actor,
            at=at,
            region_id=region.pk,
            name="基准行动",
            document_number=DOCUMENT,
            basis="",
            starts_on=today - timedelta(days=30),
            due_on=today + timedelta(days=30),
        )
        assignment_open(
            actor=actor,
            at=at,
            campaign_id=campaign.pk,
            organisation_id=Organisation.objects.get(kind=OrganisationKind.PROVIDER).pk,
            region_id=region.pk,
            opens_on=today - timedelta(days=30),
            closes_on=today + timedelta(days=90),
        )
    # Dispatch itself is measured nowhere here; the rows that it would make come from the generator.
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_campaign SET state = %s, dispatched_at = now() WHERE id = %s",
            [CampaignState.RUNNING, campaign.pk],
        )


def _enterprise_person() -> None:
    at = clock.now()
    firm = Organisation.objects.filter(kind=OrganisationKind.ENTERPRISE).order_by("name")[0]
    person, _password = person_create(actor=SYSTEM, at=at, username="bench-manager", name="bench-manager")
    Person.objects.filter(pk=person.pk).update(must_change_password=False)
    membership_create(actor=SYSTEM, at=at, person=person, organisation=firm, role=Role.SAFETY_MANAGER)
